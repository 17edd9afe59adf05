// Loops that turn the bits of column pages into values and back; the layout is docs/format.md, "Packed blocks".
//
// A packed block holds 1,024 values of an unsigned lane type T as `width` rows of 128 bytes. Value i sits in lane
// i % L of L = 128 / sizeof(T) lanes; each lane is a little bit stream of its own, whose words lie 128 bytes apart.
// So one instruction works on many neighbouring values, whatever the width, and values come out in order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

inline constexpr std::uint32_t kBlockValues = 1024;
inline constexpr std::uint32_t kBlockRowBytes = 128;

struct PagesTable {
  // out[i] = base + the i-th value of the block, for 1,024 values; indexed by width. `in` holds width × 128 bytes.
  void (*unpack8[9])(const std::uint8_t* in, std::uint8_t* out, std::uint64_t base);
  void (*unpack16[17])(const std::uint8_t* in, std::uint16_t* out, std::uint64_t base);
  void (*unpack32[33])(const std::uint8_t* in, std::uint32_t* out, std::uint64_t base);
  void (*unpack64[65])(const std::uint8_t* in, std::uint64_t* out, std::uint64_t base);
  // The reverse: writes width × 128 bytes; every in[i] − base must fit the width.
  void (*pack8)(const std::uint8_t* in, std::uint64_t base, std::uint32_t width, std::uint8_t* out);
  void (*pack16)(const std::uint16_t* in, std::uint64_t base, std::uint32_t width, std::uint8_t* out);
  void (*pack32)(const std::uint32_t* in, std::uint64_t base, std::uint32_t width, std::uint8_t* out);
  void (*pack64)(const std::uint64_t* in, std::uint64_t base, std::uint32_t width, std::uint8_t* out);
  // Running sums along lanes: row r += row r − 1 for `rows` rows of 128 bytes; row −1 is `before`.
  void (*accumulate8)(std::uint8_t* values, const std::uint8_t* before, std::uint32_t rows);
  void (*accumulate16)(std::uint16_t* values, const std::uint8_t* before, std::uint32_t rows);
  void (*accumulate32)(std::uint32_t* values, const std::uint8_t* before, std::uint32_t rows);
  void (*accumulate64)(std::uint64_t* values, const std::uint8_t* before, std::uint32_t rows);
  // Decimals: digits × high + digits × low, in doubles; digits are whole numbers below 2^51 in size. In place for 64.
  void (*decimal64)(const std::uint64_t* digits, double high, double low, double* out, std::uint32_t count);
  void (*decimal32)(const std::uint32_t* digits, double high, double low, float* out, std::uint32_t count);
  // Greatest of `count` codes, 0 of none.
  std::uint32_t (*greatest)(const std::uint32_t* codes, std::uint32_t count);
  // Whether all of the bytes are below 128.
  bool (*ascii)(const std::uint8_t* bytes, std::size_t count);
  // values[i] and the difference values[i] − values[i − 128 bytes]: least and greatest, in the order of the type.
  void (*range_i8)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  void (*range_i16)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  void (*range_i32)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  void (*range_i64)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  void (*range_u8)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  void (*range_u16)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  void (*range_u32)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  void (*range_u64)(const void* values, std::uint32_t count, std::int64_t* least, std::int64_t* greatest);
  // out[i] = values[i] − values[i − lag], wrapping, for lag ≤ i < count.
  void (*difference8)(const std::uint8_t* values, std::uint32_t lag, std::uint32_t count, std::uint8_t* out);
  void (*difference16)(const std::uint16_t* values, std::uint32_t lag, std::uint32_t count, std::uint16_t* out);
  void (*difference32)(const std::uint32_t* values, std::uint32_t lag, std::uint32_t count, std::uint32_t* out);
  void (*difference64)(const std::uint64_t* values, std::uint32_t lag, std::uint32_t count, std::uint64_t* out);
  // Places i ≥ 1 where values[i] differs from values[i − 1].
  std::uint32_t (*changes8)(const std::uint8_t* values, std::uint32_t count);
  std::uint32_t (*changes16)(const std::uint16_t* values, std::uint32_t count);
  std::uint32_t (*changes32)(const std::uint32_t* values, std::uint32_t count);
  std::uint32_t (*changes64)(const std::uint64_t* values, std::uint32_t count);
  // XXH3-64 of the bytes.
  std::uint64_t (*hash)(const void* bytes, std::size_t size, std::uint64_t seed);
  // digits[i] = the whole number nearest to values[i] × scale when it is finite and below `limit` in size, else the
  // least value of the type; least and greatest of the others (0, 0 when there is none).
  void (*digits64)(const double* values, double scale, double limit, std::uint32_t count, std::int64_t* digits);
  void (*digits32)(const float* values, double scale, double limit, std::uint32_t count, std::int32_t* digits);
};

SPILLWAY_KERNEL(pages, PagesTable)

}  // namespace spillway
