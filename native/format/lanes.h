// Picks the kernel for a lane's size: the same call for values of 1, 2, 4 and 8 bytes.
#pragma once

#include "format/layout.h"
#include "kernels/pages.h"

namespace spillway::format {

// Bits that hold every number up to `most`.
constexpr u32 bits_for(u64 most) { return most == 0 ? 0 : 64 - static_cast<u32>(__builtin_clzll(most)); }

// Calls `use(T{})` with the unsigned type of that size.
template <class Use>
decltype(auto) with_lane(u32 lane_bytes, Use&& use) {
  if (lane_bytes == 1) return use(u8{});
  if (lane_bytes == 2) return use(u16{});
  if (lane_bytes == 4) return use(u32{});
  return use(u64{});
}

inline void unpack_block(u32 lane_bytes, u32 width, const u8* in, u8* out, u64 base) {
  const PagesTable& k = pages_kernels();
  if (lane_bytes == 1) return k.unpack8[width](in, out, base);
  if (lane_bytes == 2) return k.unpack16[width](in, reinterpret_cast<u16*>(out), base);
  if (lane_bytes == 4) return k.unpack32[width](in, reinterpret_cast<u32*>(out), base);
  return k.unpack64[width](in, reinterpret_cast<u64*>(out), base);
}

inline void pack_block(u32 lane_bytes, u32 width, const u8* in, u64 base, u8* out) {
  const PagesTable& k = pages_kernels();
  if (lane_bytes == 1) return k.pack8(in, base, width, out);
  if (lane_bytes == 2) return k.pack16(reinterpret_cast<const u16*>(in), base, width, out);
  if (lane_bytes == 4) return k.pack32(reinterpret_cast<const u32*>(in), base, width, out);
  return k.pack64(reinterpret_cast<const u64*>(in), base, width, out);
}

inline void accumulate_rows(u32 lane_bytes, u8* values, const u8* before, u32 rows) {
  const PagesTable& k = pages_kernels();
  if (lane_bytes == 1) return k.accumulate8(values, before, rows);
  if (lane_bytes == 2) return k.accumulate16(reinterpret_cast<u16*>(values), before, rows);
  if (lane_bytes == 4) return k.accumulate32(reinterpret_cast<u32*>(values), before, rows);
  return k.accumulate64(reinterpret_cast<u64*>(values), before, rows);
}

inline void range_of(u32 lane_bytes, bool is_signed, const u8* values, u32 count, i64* least, i64* most) {
  const PagesTable& k = pages_kernels();
  auto range = lane_bytes == 1   ? (is_signed ? k.range_i8 : k.range_u8)
               : lane_bytes == 2 ? (is_signed ? k.range_i16 : k.range_u16)
               : lane_bytes == 4 ? (is_signed ? k.range_i32 : k.range_u32)
                                 : (is_signed ? k.range_i64 : k.range_u64);
  range(values, count, least, most);
}

inline void difference_of(u32 lane_bytes, const u8* values, u32 lag, u32 count, u8* out) {
  const PagesTable& k = pages_kernels();
  if (lane_bytes == 1) return k.difference8(values, lag, count, out);
  if (lane_bytes == 2)
    return k.difference16(reinterpret_cast<const u16*>(values), lag, count, reinterpret_cast<u16*>(out));
  if (lane_bytes == 4)
    return k.difference32(reinterpret_cast<const u32*>(values), lag, count, reinterpret_cast<u32*>(out));
  return k.difference64(reinterpret_cast<const u64*>(values), lag, count, reinterpret_cast<u64*>(out));
}

inline u32 changes_in(u32 lane_bytes, const u8* values, u32 count) {
  const PagesTable& k = pages_kernels();
  if (lane_bytes == 1) return k.changes8(values, count);
  if (lane_bytes == 2) return k.changes16(reinterpret_cast<const u16*>(values), count);
  if (lane_bytes == 4) return k.changes32(reinterpret_cast<const u32*>(values), count);
  return k.changes64(reinterpret_cast<const u64*>(values), count);
}

}  // namespace spillway::format
