// The addon's entry: refuses to load under an impossible SPILLWAY_ISA, then says what it is.
#include <napi.h>

#include "bindings/environment.h"
#include "bindings/exports.h"
#include "kernels/dispatch.h"

namespace {

Napi::Value version(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), SPILLWAY_VERSION); }

Napi::Value isa(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), spillway::isa_name(spillway::active_isa()));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  if (const char* problem = spillway::isa_choice().problem; problem != nullptr) throw Napi::Error::New(env, problem);
  exports.Set("version", Napi::Function::New(env, version, "version"));
  exports.Set("isa", Napi::Function::New(env, isa, "isa"));
  spillway::bindings::Environment::install(env);
  spillway::bindings::export_process(env, exports);
  spillway::bindings::export_query(env, exports);
  spillway::bindings::export_feed(env, exports);
  spillway::bindings::export_evaluate(env, exports);
  spillway::bindings::export_fold(env, exports);
  spillway::bindings::export_vtr(env, exports);
  spillway::bindings::export_shard(env, exports);
  spillway::bindings::export_task(env, exports);
  spillway::bindings::export_neighbors(env, exports);
  spillway::bindings::export_matrix(env, exports);
  spillway::bindings::export_prepared(env, exports);
  spillway::bindings::export_graph(env, exports);
  spillway::bindings::export_annoy_build(env, exports);
  spillway::bindings::export_annoy_search(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(spillway, init)
