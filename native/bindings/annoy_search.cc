// Annoy indexes as JavaScript opens and searches them; it has checked every argument.
#include "annoy/annoy_items.h"
#include "annoy/check_task.h"
#include "annoy/search_task.h"
#include "bindings/column_view.h"
#include "bindings/exports.h"
#include "bindings/found_rows.h"
#include "bindings/handle.h"
#include "bindings/task.h"

namespace spillway::bindings {
namespace {

u64 whole(const Napi::Object& given, const char* name) {
  return static_cast<u64>(given.Get(name).ToNumber().DoubleValue());
}

// Handles are held as they came: an open file is not changed by anyone.
std::shared_ptr<const AnnoyFile> file_of(const Napi::Value& value) {
  return unwrap_as<AnnoyFile>(value, "an Annoy index");
}

Napi::Value open_annoy(const Napi::CallbackInfo& info) {
  Napi::Object given = info[1].As<Napi::Object>();
  AnnoyOpenOptions options;
  options.path = info[0].ToString().Utf8Value();
  options.metric = static_cast<AnnoyMetric>(given.Get("metric").ToNumber().Uint32Value());
  options.dimension = given.Get("dimension").ToNumber().Uint32Value();
  options.items = whole(given, "items");
  options.trees = given.Get("trees").ToNumber().Uint32Value();
  options.bytes = whole(given, "bytes");
  options.prefault = given.Get("prefault").ToBoolean().Value();
  const Bytes sums = bytes_of(given.Get("blockSums"));
  options.block_sums.resize(sums.size / sizeof(u64));
  if (sums.size != 0) std::memcpy(options.block_sums.data(), sums.data, options.block_sums.size() * sizeof(u64));
  return wrap_handle(info.Env(), std::const_pointer_cast<AnnoyFile>(AnnoyFile::open(options)));
}

Napi::Value describe_annoy(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const AnnoyFile> file = file_of(info[0]);
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("items", file->items());
  object.Set("nodes", file->nodes());
  object.Set("roots", static_cast<double>(file->roots().size()));
  object.Set("bytes", static_cast<double>(file->bytes()));
  object.Set("oldDot", file->layout().old_dot);
  return object;
}

Napi::Value annoy_items(const Napi::CallbackInfo& info) {
  return wrap_handle(info.Env(), std::make_shared<AnnoyItems>(file_of(info[0])));
}

// (file, options)
Napi::Value check_annoy(const Napi::CallbackInfo& info) {
  const u32 wanted = info[1].As<Napi::Object>().Get("threads").ToNumber().Uint32Value();
  const u32 threads = wanted == 0 ? process().pool.size() : wanted;
  auto work = std::make_unique<AnnoyCheckWork>(file_of(info[0]), threads);
  return start_task(info.Env(), std::move(work), threads, [](Napi::Env env, ParallelWork& done) -> Napi::Value {
    const AnnoyFindings& found = static_cast<AnnoyCheckWork&>(done).findings;
    Napi::Array problems = Napi::Array::New(env);
    for (const std::string& problem : found.problems) problems.Set(problems.Length(), problem);
    Napi::Object object = Napi::Object::New(env);
    object.Set("problems", problems);
    object.Set("count", static_cast<double>(found.count));
    object.Set("damagedBlocks", static_cast<double>(found.damaged_blocks));
    object.Set("holes", static_cast<double>(found.holes));
    object.Set("splits", static_cast<double>(found.splits));
    object.Set("buckets", static_cast<double>(found.buckets));
    object.Set("deepest", static_cast<double>(found.deepest));
    return object;
  });
}

Napi::Object describe_counts(Napi::Env env, const AnnoySearchWork& work) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("nodes", static_cast<double>(work.counts.nodes));
  object.Set("candidates", static_cast<double>(work.counts.candidates));
  object.Set("distances", static_cast<double>(work.counts.distances));
  object.Set("seconds", static_cast<double>(work.nanos) / 1e9);
  return object;
}

// (file, queries or null, options)
Napi::Value search_annoy(const Napi::CallbackInfo& info) {
  std::shared_ptr<const AnnoyFile> file = file_of(info[0]);
  Napi::Object given = info[2].As<Napi::Object>();
  QueryRange range;
  if (!info[1].IsNull()) range.queries = unwrap_as<Points>(info[1], "points");
  range.first = whole(given, "first");
  range.end = whole(given, "end");
  range.exclude_self = given.Get("excludeSelf").ToBoolean().Value();
  range.skip_missing = given.Get("skipMissing").ToBoolean().Value();
  range.threads = given.Get("threads").ToNumber().Uint32Value();
  range.result_memory = static_cast<std::size_t>(whole(given, "resultMemory"));
  const u64 rows = range.queries == nullptr ? file->items() : range.queries->rows();
  const u32 columns = range.queries == nullptr ? file->layout().dimension : range.queries->columns();
  if (range.first > range.end || range.end > rows || columns != file->layout().dimension) {
    throw Error(ErrorCode::Argument, "queries that do not fit the index");
  }
  auto work = std::make_unique<AnnoySearchWork>(process(), std::move(file), range,
                                                given.Get("k").ToNumber().Uint32Value(), whole(given, "searchK"));
  return start_task(info.Env(), std::move(work), range.threads, [](Napi::Env env, ParallelWork& done) -> Napi::Value {
    auto& found = static_cast<AnnoySearchWork&>(done);
    Napi::Object object = Napi::Object::New(env);
    set_found(object, std::move(found.ids), std::move(found.distances));
    object.Set("statistics", describe_counts(env, found));
    return object;
  });
}

}  // namespace

void export_annoy_search(Napi::Env env, Napi::Object exports) {
  export_function<open_annoy>(env, exports, "openAnnoy");
  export_function<describe_annoy>(env, exports, "describeAnnoy");
  export_function<check_annoy>(env, exports, "checkAnnoy");
  export_function<annoy_items>(env, exports, "annoyItems");
  export_function<search_annoy>(env, exports, "searchAnnoy");
}

}  // namespace spillway::bindings
