// A column's typed arrays, each at its own offset.
#include "bindings/column_view.h"

namespace spillway::bindings {
Bytes bytes_of(const Napi::Value& value) {
  if (value.IsNull() || value.IsUndefined()) return {};
  if (!value.IsTypedArray()) throw Error(ErrorCode::Argument, "a column's buffer is not a typed array");
  Napi::TypedArray view = value.As<Napi::TypedArray>();
  void* data = nullptr;
  napi_get_typedarray_info(value.Env(), value, nullptr, nullptr, &data, nullptr, nullptr);
  return {static_cast<const u8*>(data), view.ByteLength(), static_cast<u32>(view.ElementSize())};
}

FeedColumn read_feed_column(Type type, const Napi::Array& given) {
  FeedColumn column;
  column.type = type;
  Bytes validity = bytes_of(given.Get(u32{0}));
  column.validity = validity.data;
  column.validity_bytes = validity.size;
  column.validity_offset = given.Get(u32{1}).ToNumber().Uint32Value();
  Bytes values = bytes_of(given.Get(u32{2}));
  column.values = values.data;
  column.values_bytes = values.size;
  column.values_width = values.element;
  column.values_offset = given.Get(u32{3}).ToNumber().Uint32Value();
  Bytes offsets = bytes_of(given.Get(u32{4}));
  column.offsets = reinterpret_cast<const i32*>(offsets.data);
  column.offsets_count = offsets.size / 4;
  Bytes text = bytes_of(given.Get(u32{5}));
  column.text = text.data;
  column.text_bytes = text.size;
  return column;
}

}  // namespace spillway::bindings
