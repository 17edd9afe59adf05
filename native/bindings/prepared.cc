// What there is to know of a search before it runs, and references kept in files, as JavaScript asks for them.
#include <cstdio>

#include "bindings/exports.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "bindings/task.h"
#include "neighbors/points_hash.h"
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
Napi::Value hash_points(const Napi::CallbackInfo& info) {
  std::shared_ptr<Points> points = unwrap_as<Points>(info[0], "points");
  return start_task(info.Env(), std::make_unique<PointsHashWork>(std::move(points)), 0,
                    [](Napi::Env env, ParallelWork& done) -> Napi::Value {
                      auto& hashed = static_cast<PointsHashWork&>(done);
                      char text[33];
                      std::snprintf(text, sizeof text, "%016llx%016llx",
                                    static_cast<unsigned long long>(hashed.hash[0]),
                                    static_cast<unsigned long long>(hashed.hash[1]));
                      return Napi::String::New(env, text);
                    });
}

}  // namespace

void export_prepared(Napi::Env env, Napi::Object exports) {
  export_function<names_of_methods>(env, exports, "searchMethods");
  export_function<hash_points>(env, exports, "hashPoints");
  export_function<plan_search>(env, exports, "planSearch");
}

}  // namespace spillway::bindings
