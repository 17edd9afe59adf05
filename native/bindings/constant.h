// Constants as JavaScript hands them over.
#pragma once

#include <napi.h>

#include "engine/program.h"

namespace spillway::bindings {

// Throws Error Internal for a number that is no type's.
Type read_type(const Napi::Value& value);

// `[typeId, null | boolean | number | bigint | string]`, already of the type's range.
Constant read_constant(const Napi::Array& given);

}  // namespace spillway::bindings
