// Scales of decimals, the check of a decimal body's directory, and the decoding of one vector.
#include "format/decimals.h"
#include "format/lanes.h"

namespace spillway::format {
namespace {

constexpr u64 whole_power(u32 places) {
  u64 power = 1;
  for (u32 i = 0; i < places; ++i) power *= 10;
  return power;
}

f64 power_of_two(i32 exponent) {
  const u64 bits = static_cast<u64>(exponent + 1023) << 52;
  f64 value;
  std::memcpy(&value, &bits, 8);
  return value;
}

}  // namespace

f64 power_of_ten(u32 places) { return static_cast<f64>(whole_power(places)); }

DecimalScale decimal_scale(u32 places, u32 bits) {
  if (places == 0) return {1, 0};
  // 2^shift / 10^k has exactly `bits` bits before the point; quotient and remainder are exact.
  const u64 power = whole_power(places);
  const u32 shift = bits_for(power) + bits - 1;
  const u128 numerator = u128{1} << shift;
  const u64 quotient = static_cast<u64>(numerator / power);
  const u64 remainder = static_cast<u64>(numerator % power);
  const f64 unit = power_of_two(-static_cast<i32>(shift));
  return {static_cast<f64>(quotient) * unit, static_cast<f64>(remainder) / static_cast<f64>(power) * unit};
}

DecimalBody parse_decimals(u32 lane_bytes, u32 rows, ByteReader& in) {
  DecimalBody body;
  body.lane_bytes = lane_bytes;
  body.rows = rows;
  const u64 places = in.read<u64>("decimal places");
  if (places > kMaxDecimalPlaces) fault(std::to_string(places) + " decimal places");
  const u32 count = vectors_of(rows);
  std::memcpy(body.base, in.take(u64{8} * count, "bases of vectors"), u64{8} * count);
  u8 bits[kPageVectors];
  for (u32 v = 0; v < count; ++v) {
    body.width[v] = in.read<u8>("width");
    bits[v] = in.read<u8>("precision");
    body.exceptions[v] = in.read<u16>("count of exceptions");
    const u32 first = v * kVectorRows;
    if (body.width[v] > lane_bytes * 8) fault("a width of " + std::to_string(body.width[v]) + " bits");
    if (bits[v] == 0 || bits[v] > 52) fault("a scale of " + std::to_string(bits[v]) + " bits");
    if (body.exceptions[v] > kVectorRows || body.exceptions[v] > rows - first) fault("more exceptions than rows");
    body.scale[v] = decimal_scale(static_cast<u32>(places), bits[v]);
  }
  in.align8("vectors");
  for (u32 v = 0; v < count; ++v) {
    const u32 in_vector = rows - v * kVectorRows < kVectorRows ? rows - v * kVectorRows : kVectorRows;
    const u32 blocks = (in_vector + kBlockValues - 1) / kBlockValues;
    const u64 packed = u64{blocks} * body.width[v] * kBlockRowBytes;
    const u64 positions = round_up8(u64{2} * body.exceptions[v]);
    body.data[v] = in.take(packed + positions + round_up8(u64{lane_bytes} * body.exceptions[v]), "decimals");
    for (u32 i = 0; i < body.exceptions[v]; ++i) {
      u16 row;
      std::memcpy(&row, body.data[v] + packed + 2 * i, 2);
      if (row >= in_vector) fault("an exception outside its vector");
    }
  }
  return body;
}

void decode_decimals(const DecimalBody& body, u32 vector, u64* digits, u8* out) {
  const u32 lane = body.lane_bytes;
  const u32 first = vector * kVectorRows;
  const u32 rows = body.rows - first < kVectorRows ? body.rows - first : kVectorRows;
  const u8* in = body.data[vector];
  u8* whole = reinterpret_cast<u8*>(digits);
  for (u32 at = 0; at < rows; at += kBlockValues) {
    unpack_block(lane, body.width[vector], in, whole + u64{at} * lane, body.base[vector]);
    in += u64{body.width[vector]} * kBlockRowBytes;
  }
  const DecimalScale& scale = body.scale[vector];
  if (lane == 8) {
    pages_kernels().decimal64(digits, scale.high, scale.low, reinterpret_cast<f64*>(out), rows);
  } else {
    pages_kernels().decimal32(reinterpret_cast<u32*>(digits), scale.high, scale.low, reinterpret_cast<f32*>(out), rows);
  }
  const u32 count = body.exceptions[vector];
  const u8* values = in + round_up8(u64{2} * count);
  for (u32 i = 0; i < count; ++i) {
    u16 row;
    std::memcpy(&row, in + 2 * i, 2);
    std::memcpy(out + u64{row} * lane, values + u64{i} * lane, lane);
  }
}

}  // namespace spillway::format
