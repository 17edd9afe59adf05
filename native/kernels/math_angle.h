// Reduction of angles to a quarter turn, sine and cosine there, and the arc of a ratio, in double-double.
// Included inside an anonymous namespace only, after math_vectors.h and math_constants.h.

// x = quarters · π/2 + rest, |rest| ≤ π/4 and a little more; quarters modulo 4 in the lowest bits.
struct Angle {
  D rest;
  M quarters;
};

// Up to here the number of quarters times each 33-bit part of π/2 is exact.
constexpr f64 kModerate = 1000000.0;

inline Angle reduce_moderate(V x) {
  const V k = nearest(x * (2 * 0.3183098861837907));
  const V first = x - k * kHalfPiParts[0];
  const D second = two_sum(first, k * -kHalfPiParts[1]);
  const D third = two_sum(second.high, k * -kHalfPiParts[2]);
  return {quick_sum(third.high, third.low + second.low - k * kHalfPiParts[3]),
          nearest_integer(x * (2 * 0.3183098861837907))};
}

__extension__ typedef unsigned __int128 u128;

// Payne and Hanek: the 256 bits of 2/π that matter for x times x's significand, modulo 4 turns of a quarter.
inline void reduce_large(f64 x, f64& high, f64& low, i64& quarters) {
  const u64 bits = __builtin_bit_cast(u64, x);
  const u64 significand = (bits & ((u64{1} << 52) - 1)) | u64{1} << 52;
  const i64 exponent = static_cast<i64>(bits >> 52 & 0x7ff) - 1075;  // |x| = significand · 2^exponent
  // Bits of 2/π with weights 2^1, 2^0, 2^-1 … after multiplication by 2^exponent; the table begins 64 bits early.
  const u64 start = static_cast<u64>(exponent - 2 + 64);
  const u64 word = start / 64, shift = start % 64;
  u64 window[4];
  for (u32 i = 0; i < 4; ++i) {
    window[i] = kTwoOverPi[word + i] << shift | (shift == 0 ? 0 : kTwoOverPi[word + i + 1] >> (64 - shift));
  }
  u64 digits[4];
  u64 carry = 0;
  for (u32 i = 4; i-- > 0;) {
    const u128 p = static_cast<u128>(window[i]) * significand + carry;
    digits[i] = static_cast<u64>(p);
    carry = static_cast<u64>(p >> 64);
  }
  // digits: two bits of quarters, then the fraction.
  u64 quarter = digits[0] >> 62;
  u64 fraction[3];
  for (u32 i = 0; i < 3; ++i) fraction[i] = digits[i] << 2 | digits[i + 1] >> 62;
  const bool above_half = fraction[0] >> 63 != 0;
  if (above_half) {
    ++quarter;
    for (u64& part : fraction) part = ~part;  // 1 − fraction, short of a bit that does not count
  }
  u32 zeros = 0;
  while (zeros < 128 && (fraction[0] >> 63) == 0) {
    fraction[0] = fraction[0] << 1 | fraction[1] >> 63;
    fraction[1] = fraction[1] << 1 | fraction[2] >> 63;
    fraction[2] <<= 1;
    ++zeros;
  }
  // 53 and 64 bits of the fraction; the first conversion cuts, so both are exact.
  const f64 scale = __builtin_bit_cast(f64, static_cast<u64>(1023 - 53 - zeros) << 52);
  const f64 a = static_cast<f64>(fraction[0] >> 11) * scale;
  const f64 b = static_cast<f64>((fraction[0] << 53 | fraction[1] >> 11) >> 11) * (scale * 0x1p-53);
  const f64 sign = (above_half ? -1.0 : 1.0) * (x < 0 ? -1.0 : 1.0);
  const D rest = product(pair(a, b), pair(kHalfPiHigh, kHalfPiLow));
  high = sign * rest.high[0];
  low = sign * rest.low[0];
  quarters = x < 0 ? -static_cast<i64>(quarter) : static_cast<i64>(quarter);
}

// Not for infinities and NaN: those lanes hold rubbish.
inline Angle reduce(V x) {
  Angle angle = reduce_moderate(choose(magnitude(x) <= kModerate, x, V{}));
  const M far = (magnitude(x) > kModerate) & (magnitude(x) < __builtin_inf());
  for (u32 lanes = lane_bits(far); lanes != 0; lanes &= lanes - 1) {
    const u32 lane = static_cast<u32>(__builtin_ctz(lanes));
    f64 high, low;
    i64 quarters;
    reduce_large(x[lane], high, low, quarters);
    angle.rest.high[lane] = high;
    angle.rest.low[lane] = low;
    angle.quarters[lane] = quarters;
  }
  return angle;
}

// Both with relative errors below 2^-55.
inline D sine(D r) {
  const V z = r.high * r.high;
  return quick_sum(r.high, r.high * z * polynomial(kSin, z) + (r.low - r.low * (z * 0.5)));
}
inline D cosine(D r) {
  const D z = two_product(r.high, r.high);
  const D near = quick_sum(all(1.0), z.high * -0.5);
  return quick_sum(near.high, near.low + (z.high * z.high * polynomial(kCos, z.high) - (z.low * 0.5 + r.high * r.low)));
}

// The arc in 0 … π/2 whose tangent is n / d; n, d ≥ 0, not both 0, of sizes between 2^-200 and 2^200.
inline D arc_of_ratio(D n, D d) {
  const M steep = n.high > d.high;
  const D small = pick(steep, d, n), large = pick(steep, n, d);
  // Beyond tan(π/8) the arc is π/4 less the arc of (large − small) / (large + small).
  const M middle = small.high > large.high * 0.41421356237309503;
  const D u = quotient(pick(middle, difference(small, large), small), pick(middle, sum(small, large), large));
  const V z = u.high * u.high;
  const D arc = quick_sum(u.high, u.high * z * polynomial(kAtan, z) + (u.low - u.low * z));
  const D first = pick(middle, sum(pair(kQuarterPiHigh, kQuarterPiLow), arc), arc);
  return pick(steep, difference(pair(kHalfPiHigh, kHalfPiLow), first), first);
}
