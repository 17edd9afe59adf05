// Values are copied to their place; bits in bytes that neighbours share are set atomically.
#include "engine/column_placer.h"

#include <algorithm>

#include "engine/gather.h"

namespace spillway {
namespace {

Buffer zeroed(std::size_t bytes) {
  Buffer buffer(bytes);
  if (bytes > 0 && bytes < kBlockBytes) std::memset(buffer.data(), 0, bytes);  // larger ones come zeroed
  return buffer;
}

// Ones of `bits` (from its bit 0) to bit `to` of `target`, which is zero there. The first and the last byte may be
// shared with threads that fill the rows before and after.
void or_bits(u8* target, u64 to, const u8* bits, u32 count) {
  alignas(8) u8 shifted[kVectorRows / 8 + 16] = {0};
  copy_bits(shifted, to % 8, bits, 0, count);
  u8* first = target + to / 8;
  std::size_t bytes = (to % 8 + count + 7) / 8;
  __atomic_fetch_or(first, shifted[0], __ATOMIC_RELAXED);
  if (bytes == 1) return;
  if (bytes > 2) std::memcpy(first + 1, shifted + 1, bytes - 2);
  __atomic_fetch_or(first + bytes - 1, shifted[bytes - 1], __ATOMIC_RELAXED);
}

template <class T>
void put(const Vector& vector, u32 count, u8* target) {
  Chunk all;
  all.rows = all.selected = count;
  gather<T>(vector, RowRange(all, 0, count), reinterpret_cast<T*>(target));
}

}  // namespace

std::size_t ColumnPlacer::bytes_for(const ColumnFacts& facts, u64 rows) {
  std::size_t values = facts.type == Type::Bool ? bitmap_bytes(rows) : rows * block_width(facts.type, true);
  return values + (facts.may_be_null ? bitmap_bytes(rows) : 0);
}

ColumnPlacer::ColumnPlacer(const ColumnFacts& facts, u64 rows)
    : facts_(facts),
      values_(facts.type == Type::Bool ? zeroed(bitmap_bytes(rows)) : Buffer(rows * block_width(facts.type, true))) {
  if (facts.may_be_null) validity_ = zeroed(bitmap_bytes(rows));
}

u64 ColumnPlacer::place(const Vector& vector, u64 row, u32 count) {
  if (vector.type != facts_.type || vector.dictionary != facts_.dictionary) {
    throw Error(ErrorCode::Internal, "a column came with another type or dictionary than its source had promised");
  }
  alignas(8) u8 valid[kVectorRows / 8];
  bool all_valid = vector.validity == nullptr || (vector.constant && vector.valid(0));
  if (vector.constant || all_valid) {
    std::memset(valid, all_valid ? 0xFF : 0, sizeof valid);
  } else {
    std::memcpy(valid, vector.validity, (count + 7) / 8);
  }
  u64 nulls = all_valid ? 0 : count - count_bits(valid, 0, count);
  if (nulls != 0 && !facts_.may_be_null)
    throw Error(ErrorCode::Internal, "a column has nulls though its source had promised none");
  if (!validity_.empty()) or_bits(validity_.data(), row, valid, count);
  if (facts_.type == Type::Bool) {
    alignas(8) u8 bytes[kVectorRows];
    alignas(8) u8 bits[kVectorRows / 8];
    put<u8>(vector, count, bytes);
    pack_bits(bytes, count, bits);
    // Bits under nulls are zero.
    for (u32 i = 0; i < (count + 7) / 8; ++i) bits[i] &= valid[i];
    or_bits(values_.data(), row, bits, count);
    return nulls;
  }
  std::size_t width = block_width(facts_.type, true);
  u8* target = values_.data() + row * width;
  switch (width) {
    case 1: put<u8>(vector, count, target); break;
    case 2: put<u16>(vector, count, target); break;
    case 4: put<u32>(vector, count, target); break;
    default: put<u64>(vector, count, target); break;
  }
  for (u32 i = 0; nulls != 0 && i < count; ++i) {
    if ((valid[i / 8] >> (i % 8) & 1) == 0) std::memset(target + i * width, 0, width);
  }
  return nulls;
}

BlockColumn ColumnPlacer::finish(u64 nulls) {
  BlockColumn column;
  column.type = facts_.type;
  column.null_count = nulls;
  column.dictionary = facts_.dictionary;
  column.values = std::move(values_);
  if (nulls != 0) column.validity = std::move(validity_);
  return column;
}

}  // namespace spillway
