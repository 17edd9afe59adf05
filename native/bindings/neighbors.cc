// Points, references and searches as JavaScript asks for them; it has checked every argument.
#include "bindings/column_view.h"
#include "bindings/exports.h"
#include "bindings/found_rows.h"
#include "bindings/handle.h"
#include "bindings/task.h"
#include "neighbors/memory_points.h"
#include "neighbors/nearest_work.h"
#include "neighbors/rerank_work.h"
#include "neighbors/sparse_points.h"
#include "neighbors/within_work.h"

namespace spillway::bindings {
namespace {

u64 whole(const Napi::Object& given, const char* name) {
  return static_cast<u64>(given.Get(name).ToNumber().DoubleValue());
}

Napi::Value create_points(const Napi::CallbackInfo& info) {
  return wrap_handle(info.Env(),
                     std::make_shared<MemoryPoints>(static_cast<u64>(info[0].ToNumber().DoubleValue()),
                                                    info[1].ToNumber().Uint32Value(), info[2].ToBoolean().Value()));
}

// (points, first row, values of whole rows, row-major, of the points' own type)
Napi::Value fill_points(const Napi::CallbackInfo& info) {
  std::shared_ptr<MemoryPoints> points = unwrap_as<MemoryPoints>(info[0], "points in memory");
  const u64 first = static_cast<u64>(info[1].ToNumber().DoubleValue());
  const Bytes bytes = bytes_of(info[2]);
  const u32 width = points->single() ? 4 : 8;
  const std::size_t row = std::size_t{points->columns()} * width;
  if (bytes.element != width || bytes.size % row != 0 || first + bytes.size / row > points->rows()) {
    throw Error(ErrorCode::Argument, "values that do not fit the points they are to fill");
  }
  u8* into =
      points->single() ? reinterpret_cast<u8*>(points->float_values()) : reinterpret_cast<u8*>(points->double_values());
  if (bytes.size != 0) std::memcpy(into + first * row, bytes.data, bytes.size);
  return info.Env().Undefined();
}

// (starts as doubles, columns as u32, values as doubles, number of columns)
Napi::Value create_sparse_points(const Napi::CallbackInfo& info) {
  const Bytes starts = bytes_of(info[0]), indices = bytes_of(info[1]), values = bytes_of(info[2]);
  if (starts.element != sizeof(f64) || indices.element != sizeof(u32) || values.element != sizeof(f64)) {
    throw Error(ErrorCode::Argument, "sparse rows of other types of arrays than asked for");
  }
  const f64* from = reinterpret_cast<const f64*>(starts.data);
  const u32* column = reinterpret_cast<const u32*>(indices.data);
  const f64* value = reinterpret_cast<const f64*>(values.data);
  return wrap_handle(info.Env(),
                     std::make_shared<SparsePoints>(std::vector<u64>(from, from + starts.size / sizeof(f64)),
                                                    std::vector<u32>(column, column + indices.size / sizeof(u32)),
                                                    std::vector<f64>(value, value + values.size / sizeof(f64)),
                                                    info[3].ToNumber().Uint32Value()));
}

Napi::Value prepare_reference(const Napi::CallbackInfo& info) {
  std::shared_ptr<Points> points = unwrap_as<Points>(info[0], "points");
  Napi::Object given = info[1].As<Napi::Object>();
  ReferenceOptions options;
  options.metric.kind = static_cast<Metric>(given.Get("metric").ToNumber().Uint32Value());
  options.metric.p = given.Get("p").ToNumber().DoubleValue();
  options.skip_missing = given.Get("skipMissing").ToBoolean().Value();
  options.method = given.Get("method").ToString().Utf8Value();
  options.threads = given.Get("threads").ToNumber().Uint32Value();
  options.memory = static_cast<std::size_t>(whole(given, "memory"));
  options.expected_queries = whole(given, "expectedQueries");
  options.expected_k = given.Get("expectedK").ToNumber().Uint32Value();
  auto work = std::make_unique<PrepareWork>(process(), std::move(points), options);
  return start_task(info.Env(), std::move(work), options.threads, [](Napi::Env env, ParallelWork& done) {
    return wrap_handle(env, static_cast<PrepareWork&>(done).reference);
  });
}

Napi::Value describe_reference(const Napi::CallbackInfo& info) {
  std::shared_ptr<Reference> reference = unwrap_as<Reference>(info[0], "a reference");
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("rows", reference->rows());
  object.Set("columns", reference->columns());
  object.Set("method", reference->method().name);
  const bool resident = reference->is_resident();
  object.Set("bytes", resident ? static_cast<double>(reference->index().bytes()) : 0);
  object.Set("resident", resident);
  object.Set("blocks", reference->blocks());
  object.Set("blockRows", reference->block_first(1));
  object.Set("memory", static_cast<double>(reference->budget().cap()));
  return object;
}

QueryRange read_range(const Napi::CallbackInfo& info, const Reference& reference, const Napi::Object& given) {
  QueryRange range;
  if (!info[1].IsNull()) range.queries = unwrap_as<Points>(info[1], "points");
  const Points& points = range.queries == nullptr ? reference.points() : *range.queries;
  range.first = whole(given, "first");
  range.end = whole(given, "end");
  range.exclude_self = given.Get("excludeSelf").ToBoolean().Value();
  range.skip_missing = given.Get("skipMissing").ToBoolean().Value();
  range.threads = given.Get("threads").ToNumber().Uint32Value();
  range.result_memory = static_cast<std::size_t>(whole(given, "resultMemory"));
  if (range.first > range.end || range.end > points.rows() || points.columns() != reference.columns()) {
    throw Error(ErrorCode::Argument, "queries that do not fit the reference");
  }
  return range;
}

Napi::Object describe_search(Napi::Env env, const SearchStatistics& statistics) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("passes", static_cast<double>(statistics.passes));
  object.Set("blocksRead", static_cast<double>(statistics.blocks_read));
  object.Set("bytesRead", static_cast<double>(statistics.bytes_read));
  object.Set("exact", static_cast<double>(statistics.exact));
  object.Set("candidates", static_cast<double>(statistics.candidates));
  object.Set("seconds", static_cast<double>(statistics.nanos) / 1e9);
  object.Set("symmetric", statistics.symmetric);
  return object;
}

Napi::Object give_nearest(Napi::Env env, Buffer rows, Buffer distances) {
  Napi::Object object = Napi::Object::New(env);
  set_found(object, std::move(rows), std::move(distances));
  return object;
}

Napi::Value search_nearest(const Napi::CallbackInfo& info) {
  std::shared_ptr<Reference> reference = unwrap_as<Reference>(info[0], "a reference");
  Napi::Object given = info[2].As<Napi::Object>();
  QueryRange range = read_range(info, *reference, given);
  auto work = std::make_unique<NearestWork>(reference, range, given.Get("k").ToNumber().Uint32Value());
  return start_task(info.Env(), std::move(work), range.threads, [](Napi::Env env, ParallelWork& done) -> Napi::Value {
    auto& found = static_cast<NearestWork&>(done);
    Napi::Object object = give_nearest(env, std::move(found.rows), std::move(found.distances));
    object.Set("statistics", describe_search(env, found.statistics()));
    return object;
  });
}

// (reference, queries or null, candidates as u32, options)
Napi::Value rerank(const Napi::CallbackInfo& info) {
  std::shared_ptr<Reference> reference = unwrap_as<Reference>(info[0], "a reference");
  Napi::Object given = info[3].As<Napi::Object>();
  QueryRange range = read_range(info, *reference, given);
  const Bytes bytes = bytes_of(info[2]);
  const u32 per_query = given.Get("perQuery").ToNumber().Uint32Value();
  if (bytes.element != sizeof(u32) || bytes.size / sizeof(u32) != range.count() * per_query) {
    throw Error(ErrorCode::Argument, "candidates that do not fit the queries");
  }
  Buffer candidates(bytes.size);
  if (bytes.size != 0) std::memcpy(candidates.data(), bytes.data, bytes.size);
  auto work = std::make_unique<RerankWork>(reference, range, std::move(candidates), per_query,
                                           given.Get("k").ToNumber().Uint32Value());
  return start_task(info.Env(), std::move(work), range.threads, [](Napi::Env env, ParallelWork& done) -> Napi::Value {
    auto& found = static_cast<RerankWork&>(done);
    return give_nearest(env, std::move(found.rows), std::move(found.distances));
  });
}

Napi::Value search_within(const Napi::CallbackInfo& info) {
  std::shared_ptr<Reference> reference = unwrap_as<Reference>(info[0], "a reference");
  Napi::Object given = info[2].As<Napi::Object>();
  QueryRange range = read_range(info, *reference, given);
  const bool count_only = given.Get("countOnly").ToBoolean().Value();
  auto work = std::make_unique<WithinWork>(reference, range, given.Get("radius").ToNumber().DoubleValue(), count_only);
  return start_task(info.Env(), std::move(work), range.threads,
                    [count_only](Napi::Env env, ParallelWork& done) -> Napi::Value {
                      auto& found = static_cast<WithinWork&>(done);
                      Napi::Object object = Napi::Object::New(env);
                      object.Set("statistics", describe_search(env, found.statistics()));
                      const std::size_t queries = found.counts.size() / 8;
                      Napi::Float64Array counts = Napi::Float64Array::New(env, queries);
                      std::copy_n(found.counts.as<u64>(), queries, counts.Data());
                      object.Set("counts", counts);
                      if (count_only) return object;
                      set_found(object, std::move(found.rows), std::move(found.distances));
                      return object;
                    });
}

}  // namespace

void export_neighbors(Napi::Env env, Napi::Object exports) {
  export_function<create_points>(env, exports, "createPoints");
  export_function<fill_points>(env, exports, "fillPoints");
  export_function<create_sparse_points>(env, exports, "createSparsePoints");
  export_function<rerank>(env, exports, "rerank");
  export_function<prepare_reference>(env, exports, "prepareReference");
  export_function<describe_reference>(env, exports, "describeReference");
  export_function<search_nearest>(env, exports, "searchNearest");
  export_function<search_within>(env, exports, "searchWithin");
}

}  // namespace spillway::bindings
