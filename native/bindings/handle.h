// Native things as JavaScript objects: tagged, so that a wrong or closed one throws instead of being believed.
#pragma once

#include <napi.h>

#include <memory>
#include <string>

#include "engine/error.h"
#include "engine/handle.h"

namespace spillway::bindings {

// A unique number per kind of object.
inline constexpr napi_type_tag kHandleTag = {0x7f2c9d1e4b8a4c06ull, 0x9a5be3d07c1f48a2ull};
inline constexpr napi_type_tag kQueryTag = {0x1c64e0b92f5d4e7bull, 0xb08d36f4a1c94f5eull};

template <class T>
Napi::Object wrap(Napi::Env env, std::shared_ptr<T> value, const napi_type_tag& tag) {
  Napi::Object object = Napi::Object::New(env);
  auto* box = new std::shared_ptr<T>(std::move(value));
  napi_status status = napi_wrap(
      env, object, box, [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<T>*>(data); }, nullptr,
      nullptr);
  if (status != napi_ok) delete box;
  NAPI_THROW_IF_FAILED(env, status, Napi::Object());
  status = napi_type_tag_object(env, object, &tag);
  NAPI_THROW_IF_FAILED(env, status, Napi::Object());
  return object;
}

// The box itself; resetting it closes the object. Throws Error Argument for anything that is not such an object.
template <class T>
std::shared_ptr<T>& box_of(const Napi::Value& value, const napi_type_tag& tag, const char* what) {
  bool matches = false;
  void* data = nullptr;
  if (value.IsObject() && napi_check_object_type_tag(value.Env(), value, &tag, &matches) == napi_ok && matches) {
    napi_unwrap(value.Env(), value, &data);
  }
  if (data == nullptr)
    throw Error(ErrorCode::Argument, std::string("the value given is not ") + what + " of this engine");
  return *static_cast<std::shared_ptr<T>*>(data);
}

template <class T>
const std::shared_ptr<T>& unwrap(const Napi::Value& value, const napi_type_tag& tag, const char* what) {
  const std::shared_ptr<T>& box = box_of<T>(value, tag, what);
  if (box == nullptr) throw Error(ErrorCode::Argument, std::string("the value given is ") + what + " that was closed");
  return box;
}

// Sources and writers all travel as shared_ptr<Handle>.
inline Napi::Object wrap_handle(Napi::Env env, std::shared_ptr<Handle> handle) {
  return wrap<Handle>(env, std::move(handle), kHandleTag);
}
inline const std::shared_ptr<Handle>& unwrap_handle(const Napi::Value& value) {
  return unwrap<Handle>(value, kHandleTag, "a native handle");
}
inline void close_handle(const Napi::Value& value) { box_of<Handle>(value, kHandleTag, "a native handle").reset(); }

// A handle of one class, by its type: `unwrap_as<Feed>(value, "a feed")`.
template <class T>
std::shared_ptr<T> unwrap_as(const Napi::Value& value, const char* what) {
  std::shared_ptr<T> typed = std::dynamic_pointer_cast<T>(unwrap_handle(value));
  if (typed == nullptr) throw Error(ErrorCode::Argument, std::string("the native handle given is not ") + what);
  return typed;
}

}  // namespace spillway::bindings
