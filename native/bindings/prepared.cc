// What there is to know of a search before it runs, and references kept in files, as JavaScript asks for them.
#include <cstdio>

#include "bindings/column_view.h"
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "bindings/task.h"
#include "neighbors/points_hash.h"
#include "neighbors/prepared_file.h"
#include "neighbors/search_index.h"

namespace spillway::bindings {
namespace {

u64 whole(const Napi::Object& given, const char* name) {
  return static_cast<u64>(given.Get(name).ToNumber().DoubleValue());
}

Napi::Value names_of_methods(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  for (const SearchMethod& method : search_methods()) names.Set(names.Length(), method.name);
  return names;
}

// The way that a search of this shape would take, and what it is expected to cost.
Napi::Value plan_search(const Napi::CallbackInfo& info) {
  Napi::Object given = info[0].As<Napi::Object>();
  MetricSpec metric;
  metric.kind = static_cast<Metric>(given.Get("metric").ToNumber().Uint32Value());
  metric.p = given.Get("p").ToNumber().DoubleValue();
  SearchShape shape;
  shape.rows = whole(given, "rows");
  shape.queries = whole(given, "queries");
  shape.columns = given.Get("columns").ToNumber().Uint32Value();
  shape.k = given.Get("k").ToNumber().Uint32Value();
  shape.threads = given.Get("threads").ToNumber().Uint32Value();
  shape.file_backed = given.Get("fileBacked").ToBoolean().Value();
  const SearchMethod& method = choose_method(metric, shape, given.Get("method").ToString().Utf8Value());
  Napi::Object plan = Napi::Object::New(info.Env());
  plan.Set("method", method.name);
  plan.Set("buildSeconds", method.build_cost(metric, shape));
  plan.Set("searchSeconds", method.search_cost(metric, shape));
  plan.Set("bytesPerRow", static_cast<double>(method.bytes_per_row(metric, shape.columns)));
  return plan;
}

// A promise of 32 hexadecimal digits.
Napi::Value hashing(Napi::Env env, std::shared_ptr<const Points> points) {
  return start_task(env, std::make_unique<PointsHashWork>(std::move(points)), 0,
                    [](Napi::Env inner, ParallelWork& done) -> Napi::Value {
                      auto& hashed = static_cast<PointsHashWork&>(done);
                      char text[33];
                      std::snprintf(text, sizeof text, "%016llx%016llx",
                                    static_cast<unsigned long long>(hashed.hash[0]),
                                    static_cast<unsigned long long>(hashed.hash[1]));
                      return Napi::String::New(inner, text);
                    });
}

Napi::Value hash_points(const Napi::CallbackInfo& info) {
  return hashing(info.Env(), unwrap_as<Points>(info[0], "points"));
}

// A hash of the rows of a resident reference: 32 hexadecimal digits.
Napi::Value hash_reference(const Napi::CallbackInfo& info) {
  std::shared_ptr<Reference> reference = unwrap_as<Reference>(info[0], "a reference");
  return hashing(info.Env(), std::make_shared<ResidentPoints>(reference->resident(), reference));
}

// (reference, path, fingerprint, 16 random bytes): a promise of the file's size.
Napi::Value write_prepared(const Napi::CallbackInfo& info) {
  std::shared_ptr<Reference> reference = unwrap_as<Reference>(info[0], "a reference");
  format::FileId id;
  const Bytes random = bytes_of(info[3]);
  if (random.size != id.size()) throw Error(ErrorCode::Argument, "the identity of a file has 16 bytes");
  std::memcpy(id.data(), random.data, id.size());
  auto work = std::make_unique<PreparedWriteWork>(std::move(reference), info[1].ToString().Utf8Value(),
                                                  info[2].ToString().Utf8Value(), id);
  return start_task(info.Env(), std::move(work), 0, [](Napi::Env env, ParallelWork& done) -> Napi::Value {
    return Napi::Number::New(env, static_cast<double>(static_cast<PreparedWriteWork&>(done).bytes));
  });
}

// A promise of the reference and of what the file says of it.
Napi::Value read_prepared(const Napi::CallbackInfo& info) {
  Napi::Object given = info[1].As<Napi::Object>();
  PreparedReadOptions options;
  options.verify = given.Get("verify").ToBoolean().Value();
  options.memory = static_cast<std::size_t>(whole(given, "memory"));
  options.threads = given.Get("threads").ToNumber().Uint32Value();
  auto work = std::make_unique<PreparedReadWork>(process(), info[0].ToString().Utf8Value(), options);
  return start_task(info.Env(), std::move(work), options.threads, [](Napi::Env env, ParallelWork& done) -> Napi::Value {
    auto& read = static_cast<PreparedReadWork&>(done);
    Napi::Object object = Napi::Object::New(env);
    object.Set("reference", wrap_handle(env, read.reference));
    object.Set("metric", static_cast<double>(read.manifest.metric.kind));
    object.Set("p", read.manifest.metric.p);
    object.Set("skipMissing", read.manifest.skip_missing);
    object.Set("single", read.manifest.single);
    object.Set("fingerprint", read.manifest.fingerprint);
    return object;
  });
}

}  // namespace

void export_prepared(Napi::Env env, Napi::Object exports) {
  export_function<names_of_methods>(env, exports, "searchMethods");
  export_function<hash_points>(env, exports, "hashPoints");
  export_function<hash_reference>(env, exports, "hashReference");
  export_function<write_prepared>(env, exports, "writePrepared");
  export_function<read_prepared>(env, exports, "readPrepared");
  export_function<plan_search>(env, exports, "planSearch");
}

}  // namespace spillway::bindings
