// Numbers as unevaluated sums of two doubles (about 106 bits), for finishing and merging exact-looking sums.
#pragma once

#include <cmath>

#include "engine/types.h"

namespace spillway {

struct PairReal {
  f64 high = 0;
  f64 low = 0;

  PairReal() = default;
  PairReal(f64 h) : high(h) {}
  PairReal(f64 h, f64 l) : high(h), low(l) {}

  // The nearest pair; the third part of a 128-bit integer is lost, far below what a double shows.
  static PairReal of(i128 value) {
    const f64 h = static_cast<f64>(value);
    // A double never exceeds 2^127 here, but the nearest one may be 2^127 itself, which i128 cannot hold.
    if (!(std::fabs(h) < 0x1p126)) return h;
    return {h, static_cast<f64>(value - static_cast<i128>(h))};
  }

  bool finite() const { return std::fabs(high) <= 0x1.fffffffffffffp1023; }
  f64 value() const { return finite() && std::fabs(low) <= 0x1.fffffffffffffp1023 ? high + low : high; }
};

inline PairReal fast_two_sum(f64 a, f64 b) {
  const f64 s = a + b;
  return {s, b - (s - a)};
}

inline PairReal two_sum(f64 a, f64 b) {
  const f64 s = a + b;
  const f64 t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}

inline PairReal operator+(PairReal a, PairReal b) {
  PairReal s = two_sum(a.high, b.high);
  if (!s.finite()) return s.high;
  PairReal t = two_sum(a.low, b.low);
  s = fast_two_sum(s.high, s.low + t.high);
  return fast_two_sum(s.high, s.low + t.low);
}

inline PairReal operator-(PairReal a) { return {-a.high, -a.low}; }
inline PairReal operator-(PairReal a, PairReal b) { return a + -b; }

inline PairReal operator*(PairReal a, PairReal b) {
  const f64 p = a.high * b.high;
  const f64 e = std::fma(a.high, b.high, -p) + (a.high * b.low + a.low * b.high);
  return fast_two_sum(p, e);
}

inline PairReal operator/(PairReal a, PairReal b) {
  const f64 q = a.high / b.high;
  if (!(std::fabs(q) <= 0x1.fffffffffffffp1023)) return q;
  const PairReal rest = a - b * PairReal(q);
  const f64 q2 = rest.high / b.high;
  const PairReal rest2 = rest - b * PairReal(q2);
  return fast_two_sum(q, q2) + PairReal(rest2.high / b.high);
}

}  // namespace spillway
