// A column of JavaScript's typed arrays as the engine takes it.
#pragma once

#include <napi.h>

#include "engine/error.h"
#include "engine/feed_column.h"

namespace spillway::bindings {

struct Bytes {
  const u8* data = nullptr;
  std::size_t size = 0;
  u32 element = 1;
};

// The bytes a view shows, at its own offset; empty for null and undefined.
Bytes bytes_of(const Napi::Value& value);

// `[validity, validityOffset, values, valuesOffset, offsets, text]`; with codes in `values`, offsets and text are the
// dictionary's. The arrays must outlive the result. Throws Error Argument for anything that is no typed array.
FeedColumn read_feed_column(Type type, const Napi::Array& given);

}  // namespace spillway::bindings
