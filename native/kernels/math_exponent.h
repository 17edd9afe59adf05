// Exponentials and logarithms in double-double.
// Included inside an anonymous namespace only, after math_vectors.h and math_constants.h.

// value · 2^exponent.
struct Scaled {
  D value;
  M exponent;
};

// e^r for |r| ≤ ln 2 / 2 and a little more: relative error below 2^-56.
inline D exp_near_zero(D r) {
  const V rest = r.high * r.high * polynomial(kExp, r.high);
  const D s = quick_sum(all(1.0), r.high);
  return {s.high, s.low + (rest + (r.low + r.low * r.high))};
}

// e^x for |x| ≤ 1000.
inline Scaled exp_of(D x) {
  const V k = nearest(x.high * kInverseLn2High);
  const V r = x.high - k * kLn2Parts[0];      // both exact
  const D s = two_sum(r, k * -kLn2Parts[1]);  // exact too
  return {exp_near_zero(quick_sum(s.high, s.low + (x.low - k * kLn2Parts[2]))),
          nearest_integer(x.high * kInverseLn2High)};
}

// 2^x for |x| ≤ 1500.
inline Scaled exp2_of(D x) {
  const V k = nearest(x.high);
  const D r = product(quick_sum(x.high - k, x.low), pair(kLn2High, kLn2Low));
  return {exp_near_zero(r), nearest_integer(x.high)};
}

// Rounds once to float64, also below the normal numbers (there twice) and beyond the largest.
inline V rounded(const Scaled& s) {
  M k = s.exponent;
  k = k < -1200 ? M{} - 1200 : k;
  k = k > 1200 ? M{} + 1200 : k;
  // Half of k twice: no step leaves the range that the result itself does not leave.
  const M half = reinterpret_cast<M>(reinterpret_cast<U>(k + 1200) >> 1) - 600;
  return (s.value.high + s.value.low) * power_of_two(half) * power_of_two(k - half);
}

// x = m · 2^k with √½ ≤ m < √2, for x > 0; numbers below the normal ones too.
struct Split {
  V m, k;
};
inline Split split(V x) {
  const M small = x < 2.2250738585072014e-308;
  const V normal = choose(small, x * 18014398509481984.0, x);  // 2^54
  const U shifted = reinterpret_cast<U>(bits_of(normal)) - 0x3fe6a09e667f3bcdu + (u64{1024} << 52);
  const U exponent = shifted >> 52;
  const V k = value_of(reinterpret_cast<M>(exponent | 0x4330000000000000u)) - (4503599627370496.0 + 1024.0);
  const V m =
      value_of(reinterpret_cast<M>(reinterpret_cast<U>(bits_of(normal)) - ((exponent << 52) - (u64{1024} << 52))));
  return {m, k - choose(small, all(54.0), V{})};
}

// (m − 1) / (m + 1), whose artanh is half the logarithm of m.
inline D log_argument(V m) {
  const V f = m - 1.0;
  return quotient(single(f), two_sum(all(2.0), f));
}

// ln m: relative error below 2^-58.
inline D log_of(V m) {
  const D s = log_argument(m);
  const V z = s.high * s.high;
  return {s.high + s.high, (s.low + s.low) + s.high * z * polynomial(kLog, z)};
}

// log2 x, relative error below 2^-67 (pow multiplies it by up to 2^10).
inline D log2_exactly(V x) {
  const Split p = split(x);
  const D s = log_argument(p.m), z = product(s, s);
  const D tail = sum(product(z, polynomial(kLogTail, z.high)), pair(kTwoFifthsHigh, kTwoFifthsLow));
  const D series = sum(product(z, tail), pair(kTwoThirdsHigh, kTwoThirdsLow));
  const D twice = {s.high + s.high, s.low + s.low};
  const D ln = sum(twice, product(product(s, z), series));
  return sum(product(ln, pair(kInverseLn2High, kInverseLn2Low)), single(p.k));
}
