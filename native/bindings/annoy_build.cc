// Annoy indexes as JavaScript has them built; it has checked every argument.
#include <cstdlib>

#include "annoy/build_work.h"
#include "bindings/exports.h"
#include "bindings/handle.h"
#include "bindings/raw_batch.h"
#include "bindings/task.h"

namespace spillway::bindings {
namespace {

// (points, options): a promise of what was written.
Napi::Value build_annoy(const Napi::CallbackInfo& info) {
  std::shared_ptr<Points> points = unwrap_as<Points>(info[0], "points");
  Napi::Object given = info[1].As<Napi::Object>();
  AnnoyBuildOptions options;
  options.path = given.Get("path").ToString().Utf8Value();
  options.metric = static_cast<AnnoyMetric>(given.Get("metric").ToNumber().Uint32Value());
  options.trees = given.Get("trees").ToNumber().Int64Value();
  options.seed = std::strtoull(given.Get("seed").ToString().Utf8Value().c_str(), nullptr, 10);
  options.per_tree = given.Get("perTree").ToBoolean().Value();
  options.fused = given.Get("fused").ToBoolean().Value();
  options.threads = given.Get("threads").ToNumber().Uint32Value();
  options.memory = static_cast<std::size_t>(given.Get("memory").ToNumber().DoubleValue());
  options.on_disk = given.Get("onDisk").ToBoolean().Value();
  const u32 threads = options.threads;
  auto work = std::make_unique<AnnoyBuildWork>(process(), std::move(points), std::move(options));
  return start_task(info.Env(), std::move(work), threads, [](Napi::Env env, ParallelWork& done) -> Napi::Value {
    auto& built = static_cast<AnnoyBuildWork&>(done);
    const std::size_t bytes = built.block_sums().size() * sizeof(u64);
    Buffer sums(bytes);
    if (bytes != 0) std::memcpy(sums.data(), built.block_sums().data(), bytes);
    Napi::Object object = Napi::Object::New(env);
    object.Set("items", built.items());
    object.Set("nodes", built.nodes());
    object.Set("trees", built.trees());
    object.Set("bytes", static_cast<double>(built.bytes()));
    object.Set("blockSums", Napi::Uint8Array::New(env, bytes, give_buffer(env, std::move(sums), bytes), 0));
    object.Set("onDisk", built.on_disk());
    return object;
  });
}

}  // namespace

void export_annoy_build(Napi::Env env, Napi::Object exports) {
  export_function<build_annoy>(env, exports, "buildAnnoy");
}

}  // namespace spillway::bindings
