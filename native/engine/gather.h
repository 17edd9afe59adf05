// Copies a chunk's selected rows out of a vector: the inner loops of building columns.
#pragma once

#include <cstring>

#include "engine/vector.h"

namespace spillway {

// Positions of `count` selected rows from the `skip`-th on; nullptr: the rows skip … skip + count themselves.
struct RowRange {
  const u16* selection;
  u32 first;
  u32 count;

  RowRange(const Chunk& chunk, u32 skip, u32 count_)
      : selection(chunk.selection == nullptr ? nullptr : chunk.selection + skip), first(skip), count(count_) {}
  u32 row(u32 i) const { return selection == nullptr ? first + i : selection[i]; }
};

template <class T>
void gather(const Vector& vector, const RowRange& rows, T* target) {
  const T* source = vector.values<T>();
  if (vector.constant) {
    T value = source[0];
    for (u32 i = 0; i < rows.count; ++i) target[i] = value;
  } else if (rows.selection == nullptr) {
    std::memcpy(target, source + rows.first, rows.count * sizeof(T));
  } else {
    for (u32 i = 0; i < rows.count; ++i) target[i] = source[rows.selection[i]];
  }
}

// Bytes of 0 and 1 to bits; the target's bits beyond `count` in the last byte are zero.
inline void pack_bits(const u8* bytes, u32 count, u8* bits) {
  u32 i = 0;
  for (; i + 8 <= count; i += 8) {
    u64 eight;
    std::memcpy(&eight, bytes + i, 8);
    bits[i / 8] = static_cast<u8>(((eight & 0x0101010101010101ull) * 0x0102040810204080ull) >> 56);
  }
  if (i == count) return;
  u8 rest = 0;
  for (u32 k = i; k < count; ++k) rest = static_cast<u8>(rest | ((bytes[k] & 1) << (k - i)));
  bits[i / 8] = rest;
}

// Bits to bytes of 0 and 1.
inline void unpack_bits(const u8* bits, u64 from, u32 count, u8* bytes) {
  for (u32 i = 0; i < count; ++i) bytes[i] = (bits[(from + i) / 8] >> ((from + i) % 8)) & 1;
}

}  // namespace spillway
