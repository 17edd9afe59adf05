// The border: no C++ exception crosses it; an engine error becomes a JavaScript error with code and detail.
#pragma once

#include <napi.h>

#include <new>

#include "engine/error.h"

namespace spillway::bindings {

// `{ engineCode, detail }` on a plain Error; src/native/native-error.ts makes an EngineError of it.
Napi::Error to_js(Napi::Env env, const Error& error);

// Whatever is being handled, as an engine error. Call inside a catch block only.
Error current_error();

// Wraps a function so that engine errors are thrown to JavaScript.
template <Napi::Value (*call)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    return call(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw to_js(info.Env(), current_error());
  }
}

template <Napi::Value (*call)(const Napi::CallbackInfo&)>
void export_function(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New(env, guarded<call>, name));
}

}  // namespace spillway::bindings
