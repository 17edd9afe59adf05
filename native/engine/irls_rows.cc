// Columns of a chunk as float64: in place where they are that already, copied where something must be left out.
#include "engine/irls_rows.h"

#include <cstring>

#include "engine/error.h"

namespace spillway {
namespace {

constexpr std::size_t kScratchBytes = kVectorRows * sizeof(f64);

template <class T>
void convert(const Vector& vector, const u16* rows, u32 count, f64* out) {
  const T* from = vector.values<T>();
  if (vector.constant) {
    for (u32 i = 0; i < count; ++i) out[i] = static_cast<f64>(from[0]);
  } else if (rows == nullptr) {
    for (u32 i = 0; i < count; ++i) out[i] = static_cast<f64>(from[i]);
  } else {
    for (u32 i = 0; i < count; ++i) out[i] = static_cast<f64>(from[rows[i]]);
  }
}

void convert(const Vector& vector, const u16* rows, u32 count, f64* out) {
  switch (vector.type) {
    case Type::Bool: return convert<u8>(vector, rows, count, out);
    case Type::I8: return convert<i8>(vector, rows, count, out);
    case Type::I16: return convert<i16>(vector, rows, count, out);
    case Type::I32: return convert<i32>(vector, rows, count, out);
    case Type::I64: return convert<i64>(vector, rows, count, out);
    case Type::U8: return convert<u8>(vector, rows, count, out);
    case Type::U16: return convert<u16>(vector, rows, count, out);
    case Type::U32: return convert<u32>(vector, rows, count, out);
    case Type::U64: return convert<u64>(vector, rows, count, out);
    case Type::F32: return convert<f32>(vector, rows, count, out);
    case Type::F64: return convert<f64>(vector, rows, count, out);
    default: throw Error(ErrorCode::Internal, "the fold irls takes numbers only");
  }
}

}  // namespace

u32 IrlsRows::take(const Chunk& chunk, const Vector* columns) {
  const std::size_t width = columns_.size();
  bool nulls = false;
  for (std::size_t c = 0; c < width; ++c) nulls |= columns[c].validity != nullptr;
  u32 count = chunk.selected;
  const u16* rows = chunk.selection;
  if (nulls) {
    count = 0;
    for (u32 i = 0; i < chunk.selected; ++i) {
      const u32 row = chunk.row_at(i);
      bool valid = true;
      for (std::size_t c = 0; c < width; ++c) valid &= columns[c].valid(row);
      rows_[count] = static_cast<u16>(row);
      count += valid ? 1 : 0;
    }
    rows = rows_;
  }
  for (std::size_t c = 0; c < width; ++c) {
    const Vector& vector = columns[c];
    if (rows == nullptr && !vector.constant && vector.type == Type::F64) {
      columns_[c] = vector.values<f64>();
      continue;
    }
    if (scratch_[c].empty()) scratch_[c] = Buffer(kScratchBytes);
    convert(vector, rows, count, scratch_[c].as<f64>());
    columns_[c] = scratch_[c].as<f64>();
  }
  return count;
}

std::size_t IrlsRows::bytes() const { return scratch_.size() * kScratchBytes; }

}  // namespace spillway
