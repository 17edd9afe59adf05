// Values by the type they are said to have.
#include "bindings/constant.h"

#include "engine/error.h"

namespace spillway::bindings {

Type read_type(const Napi::Value& value) {
  u32 id = value.ToNumber().Uint32Value();
  if (id >= kTypeCount) throw Error(ErrorCode::Internal, "no type has the number " + std::to_string(id));
  return static_cast<Type>(id);
}

Constant read_constant(const Napi::Array& given) {
  Constant constant;
  constant.type = read_type(given.Get(u32{0}));
  Napi::Value value = given.Get(u32{1});
  constant.null = value.IsNull();
  if (constant.null) return constant;
  if (value.IsBigInt()) {
    bool lossless = false;
    constant.integer = constant.type == Type::U64 ? static_cast<i64>(value.As<Napi::BigInt>().Uint64Value(&lossless))
                                                  : value.As<Napi::BigInt>().Int64Value(&lossless);
    if (!lossless) throw Error(ErrorCode::Internal, "a constant is outside of its type");
    return constant;
  }
  if (constant.type == Type::Utf8) {
    constant.text = value.ToString().Utf8Value();
  } else if (is_float(constant.type)) {
    constant.real = value.ToNumber().DoubleValue();
  } else if (value.IsBoolean()) {
    constant.integer = value.ToBoolean().Value() ? 1 : 0;
  } else {
    constant.integer = value.ToNumber().Int64Value();
  }
  return constant;
}

}  // namespace spillway::bindings
