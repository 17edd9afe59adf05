// Rows are counted by group, put into place, and indexed: large groups each by the cheapest way, small ones together.
#include "neighbors/join_reference.h"

#include <algorithm>

#include "engine/block_reader.h"
#include "neighbors/join_search.h"

namespace spillway {
namespace {

// A group of fewer rows is not worth an index of its own.
constexpr u32 kOwnIndexRows = 1024;

std::vector<Type> types_of_keys(const NeighborDescription& description, const std::vector<ColumnFacts>& inputs) {
  std::vector<Type> types;
  for (u32 i = 0; i < description.keys; ++i) types.push_back(inputs[description.coordinates + i].type);
  return types;
}

std::vector<ColumnFacts> payload_facts(const NeighborDescription& description, const std::vector<ColumnFacts>& inputs) {
  return {inputs.begin() + description.coordinates + description.keys, inputs.end()};
}

}  // namespace

JoinReference::JoinReference(QueryContext& context, const NeighborDescription& description,
                             const std::vector<ColumnFacts>& inputs)
    : context_(context),
      description_(description),
      single_(description.coordinates != 0 && inputs.front().type == Type::F32),
      key_types_(types_of_keys(description, inputs)),
      keys_(key_types_, description.match_nulls),
      payload_(context, payload_facts(description, inputs)),
      reserved_(context.memory) {}

// Coordinates must be in memory; the payload makes room for them.
bool JoinReference::try_reserve(std::size_t bytes) {
  while (!reserved_.try_grow(bytes)) {
    if (!payload_.spill_one()) return false;
  }
  return true;
}

void JoinReference::reserve(std::size_t bytes, const char* purpose) {
  if (!try_reserve(bytes)) reserved_.grow(bytes, purpose);
}

void JoinReference::add(Block&& block) {
  const u32 d = description_.coordinates;
  if (rows_ + block.rows >= QueryRows::kNone) {
    throw Error(ErrorCode::Limit, "the reference of a neighbour join has at most 4,294,967,294 rows");
  }
  const std::size_t wide = (single_ ? 4 : 8) * std::size_t{d};
  const std::size_t beside = (description_.keys != 0 ? 12 : 0) + (description_.exclude_self ? 8 : 0);
  reserve(block.rows * (wide + beside), "the coordinates of a join's reference");
  if (description_.keys != 0) add_groups(block);
  if (description_.exclude_self) {
    const u64* numbers = block.columns.back().values.as<u64>();
    numbers_.insert(numbers_.end(), numbers, numbers + block.rows);
    block.columns.pop_back();
  }
  std::vector<BlockColumn> coordinates;
  for (u32 j = 0; j < d; ++j) coordinates.push_back(std::move(block.columns[j]));
  staged_.push_back(std::move(coordinates));
  first_rows_.push_back(rows_);
  rows_ += block.rows;
  block.columns.erase(block.columns.begin(), block.columns.begin() + d + description_.keys);
  payload_.add(std::move(block));
}

void JoinReference::add_groups(const Block& block) {
  std::vector<u32> columns(description_.keys);
  for (u32 i = 0; i < columns.size(); ++i) columns[i] = description_.coordinates + i;
  BlockReader reader(columns);
  Morsel morsel;
  // The block belongs to the caller; the morsel only points at it.
  morsel.payload = std::shared_ptr<void>(std::shared_ptr<void>(), const_cast<Block*>(&block));
  reader.open(morsel);
  std::vector<Vector> vectors(columns.size());
  std::string key;
  const std::size_t before = keys_.bytes();
  while (u32 rows = reader.next()) {
    for (u32 i = 0; i < columns.size(); ++i) vectors[i] = reader.column(i);
    for (u32 r = 0; r < rows; ++r) {
      keys_.encode(vectors.data(), r, key);
      group_of_row_.push_back(keys_.add(key));
    }
  }
  reserve(keys_.bytes() - before, "the groups of a join's reference");
}

u32 JoinReference::begin_rows() {
  if (description_.coordinates == 0) return 0;
  const u32 count = rows();
  groups_.resize(description_.keys == 0 ? 1 : keys_.size());
  if (description_.keys == 0) {
    groups_[0].count = count;
  } else {
    for (u32 group : group_of_row_) groups_[group].count += 1;
    u32 first = 0;
    for (Group& group : groups_) {
      group.first = first;
      first += group.count;
    }
    std::vector<u32> next(groups_.size());
    for (std::size_t g = 0; g < groups_.size(); ++g) next[g] = groups_[g].first;
    place_of_row_ = Buffer(std::size_t{count} * 4);
    row_of_place_ = Buffer(std::size_t{count} * 4);
    for (u32 row = 0; row < count; ++row) {
      const u32 place = next[group_of_row_[row]]++;
      place_of_row_.as<u32>()[row] = place;
      row_of_place_.as<u32>()[place] = row;
    }
    std::vector<u32>().swap(group_of_row_);
  }
  values_ = Buffer(std::size_t{count} * description_.coordinates * (single_ ? 4 : 8));
  resident_.count = count;
  resident_.columns = description_.coordinates;
  if (single_) {
    resident_.floats = values_.as<f32>();
  } else {
    resident_.doubles = values_.as<f64>();
  }
  return static_cast<u32>(staged_.size());
}

void JoinReference::place_rows(u32 task) {
  context_.check_cancelled();
  const u32 d = description_.coordinates;
  const u32 first = static_cast<u32>(first_rows_[task]);
  const u32 end = task + 1 < first_rows_.size() ? static_cast<u32>(first_rows_[task + 1]) : rows();
  const u32* places = place_of_row_.empty() ? nullptr : place_of_row_.as<u32>();
  const auto place = [&](u32 row) { return std::size_t{places == nullptr ? row : places[row]}; };
  for (u32 j = 0; j < d; ++j) {
    const Buffer& from = staged_[task][j].values;
    if (single_) {
      for (u32 row = first; row < end; ++row) values_.as<f32>()[place(row) * d + j] = from.as<f32>()[row - first];
    } else {
      for (u32 row = first; row < end; ++row) values_.as<f64>()[place(row) * d + j] = from.as<f64>()[row - first];
    }
  }
  staged_[task].clear();
}

// `own`: an index over the group's rows alone; else over all rows.
void JoinReference::choose(u32 group, const std::string& name, bool own) {
  const Group& in = groups_[group];
  SearchShape shape;
  shape.rows = own ? in.count : rows();
  // Where nobody knows how many will ask, as many as there are rows.
  const u64 expected = description_.expected_queries == 0 ? rows() : description_.expected_queries;
  const f64 share = rows() == 0 ? 0 : static_cast<f64>(shape.rows) / static_cast<f64>(rows());
  shape.queries = std::max<u64>(1, static_cast<u64>(share * static_cast<f64>(expected)));
  shape.columns = description_.coordinates;
  shape.k = description_.k;
  shape.threads = context_.options.threads;
  const SearchMethod* chosen = &choose_method(metric(), shape, name);
  const std::size_t bytes = chosen->bytes_per_row(metric(), shape.columns) * shape.rows;
  if (name.empty() && !try_reserve(bytes)) {
    // Without room for an index every pair is compared, which needs none.
    chosen = &choose_method(metric(), shape, "direct");
  } else if (!name.empty()) {
    reserve(bytes, "the index of a join's reference");
  }
  const SearchMethod& method = *chosen;
  ReferenceRows rows = resident_;
  if (own) {
    rows.first = in.first;
    rows.count = in.count;
    const std::size_t from = std::size_t{in.first} * resident_.columns;
    if (rows.floats != nullptr) rows.floats += from;
    if (rows.doubles != nullptr) rows.doubles += from;
  }
  const f64 seconds = method.search_cost(metric(), shape) / static_cast<f64>(shape.queries);
  if (own) {
    groups_[group].origin = in.first;
    groups_[group].ranged = method.ranged;
    groups_[group].query_seconds = seconds;
  } else {
    for (Group& small : groups_) {
      if (small.count < kOwnIndexRows) small.query_seconds = seconds * small.count / rows.count;
    }
  }
  builds_.push_back({own ? group : JoinKeys::kNone, method.build(metric(), rows, shape.threads)});
}

u32 JoinReference::begin_indexes() {
  std::vector<std::vector<BlockColumn>>().swap(staged_);
  if (description_.coordinates == 0) return 0;
  bool small = false;
  for (u32 g = 0; g < groups_.size(); ++g) {
    if (groups_[g].count >= kOwnIndexRows || groups_.size() == 1) {
      choose(g, description_.method, true);
    } else {
      small = true;
    }
  }
  if (small) choose(0, "direct", false);
  for (u32 b = 0; b < builds_.size(); ++b) {
    for (u32 part = 0; part < builds_[b].build->parts(); ++part) tasks_.push_back({b, part});
  }
  return static_cast<u32>(tasks_.size());
}

void JoinReference::build_index(u32 task) {
  context_.check_cancelled();
  builds_[tasks_[task].build].build->part(tasks_[task].part);
}

void JoinReference::finish() {
  for (Build& build : builds_) {
    indexes_.push_back(build.build->finish());
    if (build.group != JoinKeys::kNone) groups_[build.group].index = indexes_.back().get();
    // The index over all rows comes last: it serves the groups that have none.
    if (build.group != JoinKeys::kNone) continue;
    for (Group& group : groups_) {
      if (group.index == nullptr) group.index = indexes_.back().get();
    }
  }
  builds_.clear();
  f64 total = 0;
  for (const Group& group : groups_) total += group.query_seconds * group.count;
  query_seconds_ = rows() == 0 ? 0 : total / rows();
}

JoinFacts JoinReference::facts() const {
  JoinFacts facts;
  facts.coordinates = description_.coordinates;
  facts.keys = key_types_;
  facts.metric = metric();
  facts.skip_missing = description_.skip_missing;
  facts.exclude_self = description_.exclude_self;
  facts.rows = rows();
  facts.most = description_.k != 0 ? std::min(description_.k, rows()) : rows();
  facts.query_seconds = query_seconds_;
  facts.row_of_place = row_of_place_.empty() ? nullptr : row_of_place_.as<u32>();
  facts.payload = &payload_;
  return facts;
}

std::unique_ptr<JoinFinder> JoinReference::make_finder(QueryContext& context) const {
  return std::make_unique<JoinSearch>(context, *this);
}

u32 JoinReference::place_of(u64 number) const {
  auto found = std::lower_bound(numbers_.begin(), numbers_.end(), number);
  if (found == numbers_.end() || *found != number) return QueryRows::kNone;
  const u32 row = static_cast<u32>(found - numbers_.begin());
  return place_of_row_.empty() ? row : place_of_row_.as<u32>()[row];
}

}  // namespace spillway
