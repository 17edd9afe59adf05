// A block as JavaScript sees it: plain objects with typed arrays over the engine's own memory.
#pragma once

#include <napi.h>

#include <map>
#include <memory>

#include "engine/block.h"

namespace spillway::bindings {

// Makes each dictionary's object once, so that batches of one query share it.
class BatchWriter {
 public:
  // `{ rows, columns: [{ typeId, nullCount, validity, values, offsets?, data?, dictionary? }] }`. Large buffers are
  // handed over without a copy, small ones copied into JavaScript's heap.
  Napi::Object write(Napi::Env env, Block block);

 private:
  Napi::Object write_column(Napi::Env env, BlockColumn&& column, u32 rows);
  Napi::Value dictionary(Napi::Env env, const std::shared_ptr<const FlatDictionary>& flat);

  std::map<std::shared_ptr<const FlatDictionary>, Napi::ObjectReference> dictionaries_;
};

// An ArrayBuffer of the first `used` bytes of `buffer`, which is given away.
Napi::ArrayBuffer give_buffer(Napi::Env env, Buffer&& buffer, std::size_t used);

// Whether the host ever refused memory that is not its own; then everything is copied.
bool external_buffers_refused();

}  // namespace spillway::bindings
