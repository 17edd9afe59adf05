// Bodies of floats that are short decimals (23.57, 1e-3): whole numbers of 10^-k, packed, and the exceptions verbatim.
#pragma once

#include "format/bytes.h"
#include "format/layout.h"

namespace spillway::format {

inline constexpr u32 kMaxDecimalPlaces = 18;

// 10^-k as the sum of two doubles: `high` has at most `bits` significant bits, so that whole × high is exact for whole
// numbers of up to 53 − bits bits; `low` is the rest. whole × high + whole × low, in plain double arithmetic, is then
// the nearest double of the decimal nearly always; the encoder checks every value and keeps the others as exceptions.
struct DecimalScale {
  f64 high = 1;
  f64 low = 0;
};
DecimalScale decimal_scale(u32 places, u32 bits);

// The power 10^places, exact.
f64 power_of_ten(u32 places);

// Appends the body for `rows` floats (f64: lane 8, f32: lane 4) when that is clearly smaller than the values
// themselves; else leaves `out` as it was and answers false. `values` has room for a whole number of vectors.
bool encode_decimals(const u8* values, u32 lane_bytes, u32 rows, Bytes& out);

struct DecimalBody {
  u32 lane_bytes = 0;
  u32 rows = 0;
  u64 base[kPageVectors] = {};
  u8 width[kPageVectors] = {};
  u16 exceptions[kPageVectors] = {};
  DecimalScale scale[kPageVectors];
  const u8* data[kPageVectors] = {};  // packed blocks, then rows of the exceptions (u16), then their values
};

// Throws Fault.
DecimalBody parse_decimals(u32 lane_bytes, u32 rows, ByteReader& in);

// `digits` is scratch for 2,048 values of 8 bytes; `out` has room for 2,048 values.
void decode_decimals(const DecimalBody& body, u32 vector, u64* digits, u8* out);

}  // namespace spillway::format
