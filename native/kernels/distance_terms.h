// What the coordinates of two points add to the sums of their distance.
// Included inside an anonymous namespace only, after distance_lanes.h.

struct SquareTerms {
  static constexpr u32 sums = 1;
  void add(Lanes* sum, u32 p, V x, V y) const {
    const V d = x - y;
    sum[0].part[p] += d * d;
  }
};
struct ProductTerms {
  static constexpr u32 sums = 1;
  void add(Lanes* sum, u32 p, V x, V y) const { sum[0].part[p] += x * y; }
};
struct CosineTerms {
  static constexpr u32 sums = 2;
  void add(Lanes* sum, u32 p, V x, V y) const {
    sum[0].part[p] += x * y;
    sum[1].part[p] += y * y;
  }
};
struct ManhattanTerms {
  static constexpr u32 sums = 1;
  void add(Lanes* sum, u32 p, V x, V y) const { sum[0].part[p] += magnitude(x - y); }
};
struct ChebyshevTerms {
  static constexpr u32 sums = 1;
  void add(Lanes* sum, u32 p, V x, V y) const {
    const V d = magnitude(x - y);
    sum[0].part[p] = choose(d > sum[0].part[p], d, sum[0].part[p]);
  }
};
struct HammingTerms {
  static constexpr u32 sums = 1;
  void add(Lanes* sum, u32 p, V x, V y) const { sum[0].part[p] += choose(x != y, all(1.0), V{}); }
};
struct JaccardTerms {
  static constexpr u32 sums = 2;  // both, either
  void add(Lanes* sum, u32 p, V x, V y) const {
    const M a = x != 0.0, b = y != 0.0;
    sum[0].part[p] += choose(a & b, all(1.0), V{});
    sum[1].part[p] += choose(a | b, all(1.0), V{});
  }
};

// a^p for a ≥ 0, p ≥ 1.
inline V power_of(V a, D exponent) {
  const V usable = choose((a > 0.0) & (a < __builtin_inf()), a, all(1.0));
  D w = product(log2_exactly(usable), exponent);
  const M far = magnitude(w.high) > 1400.0;
  w = {choose(far, with_sign_of(all(1400.0), w.high), w.high), choose(far, V{}, w.low)};
  const V r = rounded(exp2_of(w));
  return choose((a > 0.0) & (a < __builtin_inf()), r, a);
}

// |x − y|^p for p = 3, 4 … 16.
struct WholePowerTerms {
  static constexpr u32 sums = 1;
  u32 p;
  void add(Lanes* sum, u32 part, V x, V y) const {
    const V d = magnitude(x - y);
    V power = all(1.0), square = d;
    for (u32 bits = p; bits != 0; bits >>= 1) {
      if ((bits & 1) != 0) power = power * square;
      square = square * square;
    }
    sum[0].part[part] += power;
  }
};
// (|x − y| / unit)^p.
struct PowerTerms {
  static constexpr u32 sums = 1;
  f64 p, unit;
  void add(Lanes* sum, u32 part, V x, V y) const {
    sum[0].part[part] += power_of(magnitude(x - y) / unit, single(all(p)));
  }
};
