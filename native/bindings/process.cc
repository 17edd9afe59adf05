// The process's settings, its machine, and what its threads have done.
#include "engine/process.h"

#include "bindings/exports.h"
#include "bindings/guard.h"
#include "engine/machine.h"
#include "engine/spill_folder.h"
#include "kernels/dispatch.h"

namespace spillway::bindings {
namespace {

// `{ threads, memory, tempDirectory, maxSpill }`: 0 and '' stand for defaults, a negative maxSpill for none.
Napi::Value configure(const Napi::CallbackInfo& info) {
  Napi::Object given = info[0].As<Napi::Object>();
  ProcessSettings settings;
  settings.threads = given.Get("threads").ToNumber().Uint32Value();
  settings.memory = static_cast<std::size_t>(given.Get("memory").ToNumber().DoubleValue());
  settings.temp_directory = given.Get("tempDirectory").ToString().Utf8Value();
  double spill = given.Get("maxSpill").ToNumber().DoubleValue();
  if (spill >= 0 && spill < 1.8e19) settings.max_spill = static_cast<u64>(spill);
  process().configure(settings);
  return info.Env().Undefined();
}

Napi::Value machine(const Napi::CallbackInfo& info) {
  ProcessSettings settings = process().settings();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("isa", isa_name(active_isa()));
  object.Set("threads", settings.threads);
  object.Set("memory", static_cast<double>(settings.memory));
  object.Set("tempDirectory", settings.temp_directory);
  object.Set("availableThreads", available_threads());
  object.Set("availableMemory", static_cast<double>(available_memory()));
  return object;
}

Napi::Value pool_counters(const Napi::CallbackInfo& info) {
  PoolCounters counters = process().pool.counters();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("threads", static_cast<double>(counters.threads));
  object.Set("pieces", static_cast<double>(counters.pieces));
  object.Set("handouts", static_cast<double>(counters.handouts));
  object.Set("empty", static_cast<double>(counters.empty));
  object.Set("lockWaits", static_cast<double>(counters.lock_waits));
  object.Set("wakes", static_cast<double>(counters.wakes));
  object.Set("idleNanos", static_cast<double>(counters.idle_nanos));
  object.Set("memoryUsed", static_cast<double>(process().memory.used()));
  return object;
}

Napi::Value sweep(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), sweep_spill_folders(info[0].ToString().Utf8Value()));
}

Napi::Value make_folder(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), make_spill_folder(info[0].ToString().Utf8Value()));
}

Napi::Value clear_folder(const Napi::CallbackInfo& info) {
  clear_spill_folder(info[0].ToString().Utf8Value());
  return info.Env().Undefined();
}

}  // namespace

void export_process(Napi::Env env, Napi::Object exports) {
  export_function<configure>(env, exports, "configure");
  export_function<machine>(env, exports, "machine");
  export_function<pool_counters>(env, exports, "poolCounters");
  export_function<sweep>(env, exports, "sweepSpillFolders");
  export_function<make_folder>(env, exports, "makeSpillFolder");
  export_function<clear_folder>(env, exports, "clearSpillFolder");
}

}  // namespace spillway::bindings
