// Edges, lists of neighbours and what graphs are made of, as JavaScript asks for them; it has checked every argument.
#include "bindings/column_view.h"
#include "bindings/exports.h"
#include "bindings/handle.h"
#include "bindings/raw_batch.h"
#include "bindings/task.h"
#include "neighbors/graph_shared_neighbors.h"

namespace spillway::bindings {
namespace {

u64 whole(const Napi::Object& given, const char* name) {
  return static_cast<u64>(given.Get(name).ToNumber().DoubleValue());
}

u32 number(const Napi::Object& given, const char* name) { return given.Get(name).ToNumber().Uint32Value(); }

bool flag(const Napi::Object& given, const char* name) { return given.Get(name).ToBoolean().Value(); }

// A copy, so that the task does not depend on what JavaScript does with its array meanwhile.
Buffer copied(const Napi::Value& value, u32 element, u64* cells) {
  const Bytes bytes = bytes_of(value);
  if (bytes.data != nullptr && bytes.element != element) {
    throw Error(ErrorCode::Argument, "an array of edges has another type than it should");
  }
  if (cells != nullptr) *cells = bytes.size / element;
  Buffer buffer(bytes.size);
  if (bytes.size != 0) std::memcpy(buffer.data(), bytes.data, bytes.size);
  return buffer;
}

Napi::Value create_edges(const Napi::CallbackInfo& info) {
  Napi::Object given = info[0].As<Napi::Object>();
  GraphEdges::Options options;
  options.rows = number(given, "rows");
  options.expected = whole(given, "expected");
  options.values = flag(given, "values");
  options.memory = static_cast<std::size_t>(whole(given, "memory"));
  options.partition_rows = number(given, "partitionRows");
  return wrap_handle(info.Env(), std::make_shared<GraphEdges>(process(), options));
}

Napi::Value describe_edges(const Napi::CallbackInfo& info) {
  std::shared_ptr<GraphEdges> edges = unwrap_as<GraphEdges>(info[0], "the edges of a graph");
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("partitions", edges->partitions());
  object.Set("partitionRows", edges->partition_rows());
  object.Set("blockCells", static_cast<double>(edges->block_cells()));
  object.Set("edges", static_cast<double>(edges->count()));
  object.Set("spilled", static_cast<double>(edges->spilled()));
  return object;
}

// (edges, from or null, to, values or null, { side, firstRow, perRow, ranks, threads })
Napi::Value add_edges(const Napi::CallbackInfo& info) {
  std::shared_ptr<GraphEdges> edges = unwrap_as<GraphEdges>(info[0], "the edges of a graph");
  Napi::Object given = info[4].As<Napi::Object>();
  EdgeBlock block;
  u64 froms = 0, values = 0;
  block.from = copied(info[1], sizeof(u32), &froms);
  block.to = copied(info[2], sizeof(u32), &block.cells);
  block.values = copied(info[3], sizeof(f64), &values);
  block.first_cell = whole(given, "firstCell");
  block.first_row = number(given, "firstRow");
  block.per_row = number(given, "perRow");
  block.ranks = flag(given, "ranks");
  block.side = static_cast<EdgeSide>(number(given, "side"));
  if ((froms != 0 && froms != block.cells) || (values != 0 && values != block.cells) ||
      (block.cells != 0 && froms == 0 && (block.per_row == 0 || block.cells % block.per_row != 0))) {
    throw Error(ErrorCode::Argument, "arrays of edges that do not fit each other");
  }
  auto work = std::make_unique<ScatterWork>(std::move(edges), std::move(block));
  return start_task(info.Env(), std::move(work), number(given, "threads"),
                    [](Napi::Env env, ParallelWork&) { return env.Undefined(); });
}

template <class Array>
void give(Napi::Env env, const Napi::Object& object, const char* name, Buffer&& buffer) {
  const std::size_t bytes = buffer.size();
  const std::size_t length = bytes / (std::is_same_v<Array, Napi::Uint32Array> ? sizeof(u32) : sizeof(f64));
  object.Set(name, Array::New(env, length, give_buffer(env, std::move(buffer), bytes), 0));
}

Napi::Object rows_to_js(Napi::Env env, EdgeRows rows, const EdgeRowsShape& shape) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("edges", static_cast<double>(rows.edges));
  give<Napi::Float64Array>(env, object, "offsets", std::move(rows.offsets));
  if (shape.count_only) return object;
  give<Napi::Uint32Array>(env, object, "columns", std::move(rows.columns));
  if (shape.sources) give<Napi::Uint32Array>(env, object, "sources", std::move(rows.sources));
  if (shape.values) give<Napi::Float64Array>(env, object, "values", std::move(rows.values));
  return object;
}

EdgeRowsShape shape_of(const Napi::Object& given) {
  EdgeRowsShape shape;
  shape.values = flag(given, "values");
  shape.count_only = flag(given, "countOnly");
  shape.sources = flag(given, "sources");
  shape.base = number(given, "base");
  return shape;
}

Napi::Value edge_rows(const Napi::CallbackInfo& info) {
  std::shared_ptr<GraphEdges> edges = unwrap_as<GraphEdges>(info[0], "the edges of a graph");
  Napi::Object given = info[1].As<Napi::Object>();
  EdgeRowsWork::Options options;
  options.first = number(given, "first");
  options.end = number(given, "end");
  options.rule = static_cast<EdgeRule>(number(given, "rule"));
  options.half = static_cast<EdgeHalf>(number(given, "half"));
  options.consume = flag(given, "consume");
  options.shape = shape_of(given);
  if (options.first > options.end || options.end > edges->partitions()) {
    throw Error(ErrorCode::Argument, "partitions that the edges do not have");
  }
  auto work = std::make_unique<EdgeRowsWork>(std::move(edges), options);
  return start_task(info.Env(), std::move(work), number(given, "threads"),
                    [shape = options.shape](Napi::Env env, ParallelWork& done) -> Napi::Value {
                      return rows_to_js(env, static_cast<EdgeRowsWork&>(done).take(), shape);
                    });
}

Napi::Value create_lists(const Napi::CallbackInfo& info) {
  Napi::Object given = info[0].As<Napi::Object>();
  return wrap_handle(info.Env(), std::make_shared<NeighborLists>(process(), number(given, "rows"), number(given, "k"),
                                                                 static_cast<std::size_t>(whole(given, "memory"))));
}

// (lists, first row, cells of whole rows)
Napi::Value fill_lists(const Napi::CallbackInfo& info) {
  std::shared_ptr<NeighborLists> lists = unwrap_as<NeighborLists>(info[0], "lists of neighbours");
  const u64 first = static_cast<u64>(info[1].ToNumber().DoubleValue());
  const Bytes bytes = bytes_of(info[2]);
  const std::size_t row = std::size_t{lists->k()} * sizeof(u32);
  if (lists->turned() || bytes.element != sizeof(u32) || bytes.size % row != 0 ||
      first + bytes.size / row > lists->rows()) {
    throw Error(ErrorCode::Argument, "neighbours that do not fit their lists");
  }
  if (bytes.size != 0) std::memcpy(lists->cells() + first * lists->k(), bytes.data, bytes.size);
  return info.Env().Undefined();
}

// (lists, their edges filed under where they go to, threads)
Napi::Value turn_lists(const Napi::CallbackInfo& info) {
  std::shared_ptr<NeighborLists> lists = unwrap_as<NeighborLists>(info[0], "lists of neighbours");
  std::shared_ptr<GraphEdges> edges = unwrap_as<GraphEdges>(info[1], "the edges of a graph");
  auto work = std::make_unique<TurnListsWork>(std::move(lists), std::move(edges));
  return start_task(info.Env(), std::move(work), info[2].ToNumber().Uint32Value(),
                    [](Napi::Env env, ParallelWork&) { return env.Undefined(); });
}

Napi::Value shared_rows(const Napi::CallbackInfo& info) {
  std::shared_ptr<NeighborLists> lists = unwrap_as<NeighborLists>(info[0], "lists of neighbours");
  Napi::Object given = info[1].As<Napi::Object>();
  SharedNeighborsWork::Options options;
  options.first = number(given, "first");
  options.end = number(given, "end");
  options.weight = static_cast<SharedWeight>(number(given, "weight"));
  options.with_self = flag(given, "withSelf");
  options.half = static_cast<EdgeHalf>(number(given, "half"));
  options.prune = given.Get("prune").ToNumber().DoubleValue();
  options.shape = shape_of(given);
  if (options.first > options.end || options.end > lists->rows()) {
    throw Error(ErrorCode::Argument, "rows that the lists do not have");
  }
  auto work = std::make_unique<SharedNeighborsWork>(std::move(lists), options);
  return start_task(info.Env(), std::move(work), number(given, "threads"),
                    [shape = options.shape](Napi::Env env, ParallelWork& done) -> Napi::Value {
                      return rows_to_js(env, static_cast<SharedNeighborsWork&>(done).take(), shape);
                    });
}

}  // namespace

void export_graph(Napi::Env env, Napi::Object exports) {
  export_function<create_edges>(env, exports, "createEdges");
  export_function<describe_edges>(env, exports, "describeEdges");
  export_function<add_edges>(env, exports, "addEdges");
  export_function<edge_rows>(env, exports, "edgeRows");
  export_function<create_lists>(env, exports, "createLists");
  export_function<fill_lists>(env, exports, "fillLists");
  export_function<turn_lists>(env, exports, "turnLists");
  export_function<shared_rows>(env, exports, "sharedRows");
}

}  // namespace spillway::bindings
