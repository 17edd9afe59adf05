// Decodes the bytes of a query description; every count is checked against what is left before it is believed.
#include "engine/description.h"

#include "engine/error.h"

namespace spillway {
namespace {

constexpr u32 kMagic = 0x50575331;  // "1SWP"

class Cursor {
 public:
  Cursor(const u8* bytes, std::size_t size) : at_(bytes), end_(bytes + size) {}

  template <class T>
  T read() {
    if (left() < sizeof(T)) fail("it ends early");
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  // An item takes at least `item_bytes`, so that a wrong count cannot ask for more memory than the bytes justify.
  u32 count(std::size_t item_bytes) {
    u32 items = read<u32>();
    if (items > left() / item_bytes) fail("a list is longer than the description");
    return items;
  }

  template <class T>
  std::vector<T> list() {
    std::vector<T> items(count(sizeof(T)));
    for (T& item : items) item = read<T>();
    return items;
  }

  std::string text() {
    u32 size = count(1);
    std::string value(reinterpret_cast<const char*>(at_), size);
    at_ += size;
    return value;
  }

  bool flag() { return choice(2, "flag") != 0; }

  u8 choice(u32 choices, const char* what) {
    u8 value = read<u8>();
    if (value >= choices) fail((std::string("unknown ") + what + " " + std::to_string(value)).c_str());
    return value;
  }

  Type type() { return static_cast<Type>(choice(kTypeCount, "type")); }
  bool at_end() const { return at_ == end_; }

  [[noreturn]] static void fail(const char* why) {
    throw Error(ErrorCode::Internal, std::string("the description of a query cannot be read: ") + why);
  }

 private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  const u8* at_;
  const u8* end_;
};

Constant read_constant(Cursor& in) {
  Constant constant;
  constant.type = in.type();
  constant.null = in.flag();
  if (constant.null) return constant;
  if (constant.type == Type::Utf8) {
    constant.text = in.text();
  } else if (is_float(constant.type)) {
    constant.real = in.read<f64>();
  } else if (constant.type == Type::Bool) {
    constant.integer = in.flag() ? 1 : 0;
  } else {
    constant.integer = in.read<i64>();
  }
  return constant;
}

ProgramDescription read_program(Cursor& in) {
  ProgramDescription program;
  program.inputs.resize(in.count(1));
  for (Type& type : program.inputs) type = in.type();
  program.constants.resize(in.count(2));
  for (Constant& constant : program.constants) constant = read_constant(in);
  program.instructions.resize(in.count(17));
  std::size_t registers = program.inputs.size() + program.constants.size();
  for (Instruction& instruction : program.instructions) {
    instruction.operation = in.text();
    instruction.result = in.type();
    instruction.arguments = in.list<u32>();
    instruction.parameters = in.list<i64>();
    instruction.label = in.text();
    for (u32 argument : instruction.arguments) {
      if (argument >= registers) Cursor::fail("an instruction uses a register that is not defined yet");
    }
    registers += 1;
  }
  program.outputs = in.list<u32>();
  for (u32 output : program.outputs) {
    if (output >= registers) Cursor::fail("an output is not a register");
  }
  return program;
}

AnnoyJoinDescription read_annoy_join(Cursor& in) {
  AnnoyJoinDescription annoy;
  annoy.handle = in.read<u32>();
  annoy.coordinates = in.read<u32>();
  annoy.k = in.read<u32>();
  const i64 search_k = in.read<i64>();
  if (search_k < 0) Cursor::fail("a number of candidates is negative");
  annoy.search_k = static_cast<u64>(search_k);
  annoy.skip_missing = in.flag();
  annoy.exclude_self = in.flag();
  annoy.query_seconds = in.read<f64>();
  return annoy;
}

NeighborJoinDescription read_join(Cursor& in, u32 pipeline) {
  NeighborJoinDescription join;
  join.reference = in.read<u32>();
  join.program = read_program(in);
  join.columns = in.list<u32>();
  if (in.flag()) join.annoy = read_annoy_join(in);
  const bool alone = join.annoy && join.reference == NeighborJoinDescription::kNone;
  if (!alone && join.reference >= pipeline) Cursor::fail("a join reads a pipeline that runs later");
  return join;
}

SourceDescription read_source(Cursor& in, u32 pipeline) {
  SourceDescription source;
  source.kind = static_cast<SourceDescription::Kind>(in.choice(2, "kind of source"));
  source.index = in.read<u32>();
  source.columns = in.list<u32>();
  source.predicates.resize(in.count(9));
  for (ZonePredicate& predicate : source.predicates) {
    predicate.column = in.read<u32>();
    if (predicate.column >= source.columns.size()) Cursor::fail("a predicate names a column that is not read");
    predicate.compare = static_cast<Compare>(in.choice(10, "comparison"));
    predicate.constants.resize(in.count(2));
    for (Constant& constant : predicate.constants) constant = read_constant(in);
  }
  const i64 first = in.read<i64>(), end = in.read<i64>();
  if (first < 0 || end < -1 || (end >= 0 && end < first)) Cursor::fail("a range of rows is not one");
  source.first_row = static_cast<u64>(first);
  source.end_row = end < 0 ? ~u64{0} : static_cast<u64>(end);
  source.joins.resize(in.count(25));
  for (NeighborJoinDescription& join : source.joins) join = read_join(in, pipeline);
  return source;
}

NeighborDescription read_neighbors(Cursor& in, std::size_t columns) {
  NeighborDescription neighbors;
  neighbors.coordinates = in.read<u32>();
  neighbors.keys = in.read<u32>();
  if (u64{neighbors.coordinates} + neighbors.keys > columns) Cursor::fail("a reference has too few columns");
  neighbors.match_nulls = in.flag();
  neighbors.metric = in.choice(10, "metric");
  neighbors.p = in.read<f64>();
  neighbors.k = in.read<u32>();
  neighbors.radius = in.read<f64>();
  neighbors.skip_missing = in.flag();
  neighbors.exclude_self = in.flag();
  neighbors.method = in.text();
  const i64 expected = in.read<i64>();
  if (expected < 0) Cursor::fail("a number of rows is negative");
  neighbors.expected_queries = static_cast<u64>(expected);
  return neighbors;
}

SinkDescription read_sink(Cursor& in, std::size_t columns) {
  SinkDescription sink;
  sink.kind = static_cast<SinkDescription::Kind>(in.choice(9, "kind of sink"));
  sink.limit = in.read<i64>();
  sink.offset = in.read<i64>();
  if (sink.limit < -1 || sink.offset < 0) Cursor::fail("a limit or offset is negative");
  sink.key_count = in.read<u32>();
  if (sink.key_count > columns) Cursor::fail("there are more keys than columns");
  sink.aggregates.resize(in.count(14));
  for (AggregateDescription& aggregate : sink.aggregates) {
    aggregate.name = in.text();
    aggregate.arguments = in.list<u32>();
    aggregate.parameters = in.list<f64>();
    aggregate.distinct = in.flag();
    aggregate.result = in.type();
    for (u32 argument : aggregate.arguments) {
      if (argument >= columns) Cursor::fail("an aggregate's argument is not a column");
    }
  }
  sink.order_blind = in.flag();
  sink.sort_keys.resize(in.count(6));
  for (SortKey& key : sink.sort_keys) {
    key.column = in.read<u32>();
    if (key.column >= columns) Cursor::fail("a sort key is not a column");
    key.descending = in.flag();
    key.nulls_first = in.flag();
  }
  sink.group_columns = in.read<u32>();
  if (sink.group_columns > sink.sort_keys.size()) Cursor::fail("there are more group columns than sort keys");
  sink.group_limit = in.read<i64>();
  sink.handle = in.read<u32>();
  sink.folds.resize(in.count(16));
  for (FoldDescription& fold : sink.folds) {
    fold.name = in.text();
    fold.arguments = in.list<u32>();
    fold.parameters = in.list<f64>();
    fold.initial = in.list<u8>();
    for (u32 argument : fold.arguments) {
      if (argument >= columns) Cursor::fail("a fold's argument is not a column");
    }
  }
  sink.shards.method = static_cast<ShardDescription::Method>(in.choice(3, "way to shards"));
  sink.shards.buckets = in.read<u32>();
  sink.shards.bounds.resize(in.count(2));
  for (Constant& bound : sink.shards.bounds) bound = read_constant(in);
  sink.neighbors = read_neighbors(in, columns);
  return sink;
}

}  // namespace

QueryDescription decode_description(const u8* bytes, std::size_t size) {
  Cursor in(bytes, size);
  if (in.read<u32>() != kMagic) Cursor::fail("it does not begin as one");
  QueryDescription query;
  u32 pipelines = in.count(1);
  if (pipelines == 0) Cursor::fail("it has no pipeline");
  for (u32 i = 0; i < pipelines; ++i) {
    PipelineDescription pipeline;
    pipeline.source = read_source(in, i);
    if (pipeline.source.kind == SourceDescription::Kind::Pipeline && pipeline.source.index >= i) {
      Cursor::fail("a pipeline reads one that runs later");
    }
    pipeline.program = read_program(in);
    const SourceDescription& source = pipeline.source;
    const ProgramDescription& first = source.joins.empty() ? pipeline.program : source.joins.front().program;
    if (first.inputs.size() != source.columns.size()) {
      Cursor::fail("a program has other inputs than its source has columns");
    }
    pipeline.sink = read_sink(in, pipeline.program.outputs.size());
    query.pipelines.push_back(std::move(pipeline));
  }
  if (!in.at_end()) Cursor::fail("bytes are left over");
  return query;
}

}  // namespace spillway
