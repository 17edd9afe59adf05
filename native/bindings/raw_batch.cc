// Hands memory to JavaScript; the collector gives it back through finalizers.
#include "bindings/raw_batch.h"

#include <atomic>

namespace spillway::bindings {
namespace {

// Below this a copy into JavaScript's heap costs less than an external buffer and its finalizer.
constexpr std::size_t kCopyBytes = 64 * 1024;

std::atomic<bool> refused{false};

struct Given {
  u8* data;
  std::size_t size;
};

void give_back(napi_env, void*, void* hint) {
  auto* given = static_cast<Given*>(hint);
  Buffer::free(given->data, given->size);
  delete given;
}

Napi::ArrayBuffer copy_buffer(Napi::Env env, const u8* data, std::size_t bytes) {
  Napi::ArrayBuffer copy = Napi::ArrayBuffer::New(env, bytes);
  if (bytes != 0) std::memcpy(copy.Data(), data, bytes);
  return copy;
}

napi_typedarray_type array_type(Type type) {
  switch (type) {
    case Type::I8: return napi_int8_array;
    case Type::I16: return napi_int16_array;
    case Type::I32:
    case Type::Date: return napi_int32_array;
    case Type::I64:
    case Type::Timestamp: return napi_bigint64_array;
    case Type::Bool:
    case Type::U8: return napi_uint8_array;
    case Type::U16: return napi_uint16_array;
    case Type::U32:
    case Type::Utf8: return napi_uint32_array;  // codes
    case Type::U64: return napi_biguint64_array;
    case Type::F32: return napi_float32_array;
    case Type::F64: return napi_float64_array;
  }
  return napi_uint8_array;
}

Napi::Value typed_array(Napi::Env env, napi_typedarray_type type, std::size_t length, Napi::ArrayBuffer buffer) {
  napi_value value;
  napi_status status = napi_create_typedarray(env, type, length, buffer, 0, &value);
  NAPI_THROW_IF_FAILED(env, status, Napi::Value());
  return {env, value};
}

}  // namespace

bool external_buffers_refused() { return refused.load(std::memory_order_relaxed); }

Napi::ArrayBuffer give_buffer(Napi::Env env, Buffer&& buffer, std::size_t used) {
  Buffer mine = std::move(buffer);
  if (used < kCopyBytes || external_buffers_refused()) return copy_buffer(env, mine.data(), used);
  auto* given = new Given{mine.data(), mine.size()};
  napi_value value;
  napi_status status = napi_create_external_arraybuffer(env, given->data, used, give_back, given, &value);
  if (status == napi_ok) {
    mine.release();
    return {env, value};
  }
  delete given;
  refused.store(true, std::memory_order_relaxed);
  return copy_buffer(env, mine.data(), used);
}

Napi::Value BatchWriter::dictionary(Napi::Env env, const std::shared_ptr<const FlatDictionary>& flat) {
  auto found = dictionaries_.find(flat);
  if (found != dictionaries_.end()) return found->second.Value();
  Napi::Object object = Napi::Object::New(env);
  object.Set("id", static_cast<double>(dictionaries_.size()));
  object.Set("length", flat->size);
  std::size_t offsets = std::size_t{flat->size} + 1;
  object.Set("offsets",
             typed_array(env, napi_int32_array, offsets, copy_buffer(env, flat->offsets.data(), offsets * 4)));
  object.Set("data", typed_array(env, napi_uint8_array, flat->text_bytes,
                                 copy_buffer(env, flat->text.data(), flat->text_bytes)));
  dictionaries_.emplace(flat, Napi::Persistent(object));
  return object;
}

Napi::Object BatchWriter::write_column(Napi::Env env, BlockColumn&& column, u32 rows) {
  Napi::Object object = Napi::Object::New(env);
  std::size_t bit_bytes = (std::size_t{rows} + 7) / 8;
  object.Set("typeId", static_cast<u32>(column.type));
  object.Set("nullCount", static_cast<double>(column.null_count));
  if (column.null_count == 0) {
    object.Set("validity", env.Null());
  } else {
    object.Set("validity",
               typed_array(env, napi_uint8_array, bit_bytes, give_buffer(env, std::move(column.validity), bit_bytes)));
  }
  if (column.is_plain_text()) {
    std::size_t offsets = std::size_t{rows} + 1;
    std::size_t text = column.text_bytes;
    object.Set("values", env.Null());
    object.Set("offsets",
               typed_array(env, napi_int32_array, offsets, give_buffer(env, std::move(column.offsets), offsets * 4)));
    object.Set("data", typed_array(env, napi_uint8_array, text, give_buffer(env, std::move(column.text), text)));
    return object;
  }
  u32 width = block_width(column.type, true);
  std::size_t length = column.type == Type::Bool ? bit_bytes : rows;
  std::size_t bytes = column.type == Type::Bool ? bit_bytes : std::size_t{rows} * width;
  object.Set("values",
             typed_array(env, array_type(column.type), length, give_buffer(env, std::move(column.values), bytes)));
  if (column.flat != nullptr) object.Set("dictionary", dictionary(env, column.flat));
  return object;
}

Napi::Object BatchWriter::write(Napi::Env env, Block block) {
  Napi::Object object = Napi::Object::New(env);
  Napi::Array columns = Napi::Array::New(env, block.columns.size());
  for (u32 i = 0; i < block.columns.size(); ++i) {
    columns.Set(i, write_column(env, std::move(block.columns[i]), block.rows));
  }
  object.Set("rows", block.rows);
  object.Set("columns", columns);
  return object;
}

}  // namespace spillway::bindings
