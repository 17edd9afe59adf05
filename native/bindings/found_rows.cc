// Both arrays lie over the engine's own memory.
#include "bindings/found_rows.h"

#include <utility>

#include "bindings/raw_batch.h"

namespace spillway::bindings {

void set_found(Napi::Object result, Buffer rows, Buffer distances) {
  Napi::Env env = result.Env();
  const std::size_t row_bytes = rows.size(), distance_bytes = distances.size();
  result.Set("index", Napi::Uint32Array::New(env, row_bytes / 4, give_buffer(env, std::move(rows), row_bytes), 0));
  result.Set("distance", Napi::Float64Array::New(env, distance_bytes / 8,
                                                 give_buffer(env, std::move(distances), distance_bytes), 0));
}

}  // namespace spillway::bindings
