// Bit ranges at any offset, and the sizes of blocks.
#include "engine/block.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

// Up to 64 bits from bit `from`; reads only the bytes that hold them.
u64 load_bits(const u8* source, u64 from, u64 count) {
  const u8* byte = source + from / 8;
  u32 shift = static_cast<u32>(from % 8);
  u64 last = (shift + count + 7) / 8;  // bytes that hold the bits: at most 9
  u64 low = 0;
  std::memcpy(&low, byte, std::min<u64>(last, 8));
  u64 value = low >> shift;
  if (last == 9) value |= static_cast<u64>(byte[8]) << (64 - shift);
  return count == 64 ? value : value & ((u64{1} << count) - 1);
}

// Writes up to 56 + … bits inside the byte range they touch, keeping the bits around them.
void store_bits(u8* target, u64 to, u64 value, u64 count) {
  u8* byte = target + to / 8;
  u32 shift = static_cast<u32>(to % 8);
  u64 ones = count == 64 ? ~u64{0} : (u64{1} << count) - 1;
  u64 touched = (shift + count + 7) / 8;
  u64 word = 0;
  std::memcpy(&word, byte, std::min<u64>(touched, 8));
  word = (word & ~(ones << shift)) | (value << shift);
  std::memcpy(byte, &word, std::min<u64>(touched, 8));
  if (touched == 9) {
    u32 done = 64 - shift;
    byte[8] = static_cast<u8>((byte[8] & ~(ones >> done)) | (value >> done));
  }
}

}  // namespace

StringView BlockColumn::text_at(u32 row) const {
  const i32* at = offsets.as<i32>() + row;
  return {reinterpret_cast<const char*>(text.data()) + at[0], static_cast<u32>(at[1] - at[0])};
}

std::size_t Block::bytes() const {
  std::size_t total = 0;
  for (const BlockColumn& column : columns) total += column.bytes();
  return total;
}

void copy_bits(u8* target, u64 to, const u8* source, u64 from, u64 count) {
  if (to % 8 == 0 && from % 8 == 0) {
    std::memcpy(target + to / 8, source + from / 8, count / 8);
    u64 done = count / 8 * 8;
    to += done;
    from += done;
    count -= done;
  }
  while (count != 0) {
    u64 step = std::min<u64>(count, 64);
    store_bits(target, to, load_bits(source, from, step), step);
    to += step;
    from += step;
    count -= step;
  }
}

void set_bits(u8* target, u64 to, u64 count) {
  while (count != 0 && to % 8 != 0) {
    target[to / 8] = static_cast<u8>(target[to / 8] | (1u << (to % 8)));
    to += 1;
    count -= 1;
  }
  std::memset(target + to / 8, 0xFF, count / 8);
  to += count / 8 * 8;
  count %= 8;
  if (count != 0) target[to / 8] = static_cast<u8>(target[to / 8] | ((1u << count) - 1));
}

u64 count_bits(const u8* source, u64 from, u64 count) {
  u64 total = 0;
  while (count != 0) {
    u64 step = std::min<u64>(count, 64);
    total += static_cast<u64>(std::popcount(load_bits(source, from, step)));
    from += step;
    count -= step;
  }
  return total;
}

}  // namespace spillway
