// Links of generalised linear models: the mean and its slope at a linear predictor, where that has a meaning, and the
// linear predictor at a mean. Tails end as in R: no probability below 2^-52, no slope below it.
// Included inside an anonymous namespace only, after math_exponent.h and math_angle.h.

constexpr f64 kEpsilon = 0x1p-52;
constexpr f64 kInfinity = __builtin_inf();
constexpr f64 kPi = 3.141592653589793;

inline V at_least(V v, f64 low) { return larger(v, all(low)); }
inline V at_most(V v, f64 high) { return smaller(v, all(high)); }

inline V exponential(V x) {
  const V usable = at_least(at_most(choose(x == x, x, V{}), 800), -800);
  return choose(x == x, rounded(exp_of(single(usable))), x);
}

// e^x − 1.
inline V exponential_less_one(V x) {
  const V near = choose(magnitude(x) < 0.34, x, V{});
  return choose(magnitude(x) < 0.34, near + near * near * polynomial(kExp, near), exponential(x) - 1.0);
}

// Of what is not above zero, anything; of infinities themselves.
inline V logarithm(V x) {
  const Split p = split(choose((x > 0.0) & (x < kInfinity), x, all(1.0)));
  const D m = log_of(p.m);
  const D s = two_sum(p.k * kLn2Parts[0], m.high);
  return choose(x < kInfinity, s.high + (s.low + (m.low + p.k * (kLn2Parts[1] + kLn2Parts[2]))), x);
}

struct Point {
  V mean;
  V other;  // 1 − mean, exact where it is small; only links for probabilities have it
  V slope;  // of the mean
  M valid;
};

struct IdentityLink {
  static Point at(V eta) { return {eta, V{}, all(1.0), magnitude(eta) < kInfinity}; }
  static V start(V mean, V) { return mean; }
};

struct LogLink {
  static Point at(V eta) {
    const V mean = at_least(exponential(eta), kEpsilon);
    return {mean, -exponential_less_one(eta), mean, mean < kInfinity};
  }
  static V start(V mean, V) { return logarithm(mean); }
};

struct InverseLink {
  static Point at(V eta) {
    const V mean = 1.0 / eta;
    return {mean, V{}, -(mean * mean), (magnitude(eta) < kInfinity) & (eta != 0.0)};
  }
  static V start(V mean, V) { return 1.0 / mean; }
};

struct SqrtLink {
  static Point at(V eta) { return {eta * eta, V{}, eta + eta, (eta > 0.0) & (eta < kInfinity)}; }
  static V start(V mean, V) { return square_root(mean); }
};

constexpr f64 kLogitEnd = 36.04365338911715;  // 52 ln 2: there a probability is 2^-52

struct LogitLink {
  static Point at(V eta) {
    const V size = magnitude(eta);
    const V e = exponential(-at_most(size, kLogitEnd));
    const V large = 1.0 / (1.0 + e), small = e * large;
    const M up = eta > 0.0;
    return {choose(up, large, small), choose(up, small, large), small * large, size < kInfinity};
  }
  static V start(V mean, V other) { return logarithm(mean / other); }
};

// Coefficients, lowest power first, of (x + 4) · Φ(−x) / φ(x) in t = (x − 4) / (x + 4) for 0 ≤ x ≤ 8.3, from
// interpolation at Chebyshev nodes; relative error below 2^-56.
constexpr f64 kMills[] = {
    1.8932190633084853,     -1.5237709108199828,     0.9704095548675911,      -0.46754096299841147,
    0.15139176231212303,    -0.01890045085900327,    -0.008722295260147412,   0.0040878556508859186,
    0.0003342443335334853,  -0.0005792694569278506,  -4.780699746228669e-06,  8.810171392112894e-05,
    1.7903205000659789e-06, -1.4885843402339113e-05, -1.6262736947337252e-06, 2.6314344745680197e-06,
    9.065458117094676e-07,  -1.6889709652484444e-07, -1.5810910443448344e-07, -2.7841106519788268e-08};

struct ProbitLink {
  static Point at(V eta) {
    const V size = magnitude(eta);
    const V x = at_most(size, 8.125890664701906);  // there Φ(−x) is 2^-52
    const D square = two_product(x, x);
    const V density = rounded(exp_of({square.high * -0.5, square.low * -0.5})) * 0.3989422804014327;
    const V t = (x - 4.0) / (x + 4.0);
    const V small = density * (polynomial(kMills, t) / (x + 4.0)), large = 1.0 - small;
    const M up = eta > 0.0;
    return {choose(up, large, small), choose(up, small, large), at_least(density, kEpsilon), size < kInfinity};
  }
  // Halley's iteration from what the logistic curve says.
  static V start(V mean, V other) {
    V eta = logarithm(mean / other) * 0.6;
    for (u32 i = 0; i < 6; ++i) {
      const Point p = at(eta);
      const V step = choose(mean < 0.5, p.mean - mean, other - p.other) / p.slope;
      eta = eta - step / (1.0 + eta * step * 0.5);
    }
    return eta;
  }
};

struct CloglogLink {
  static Point at(V eta) {
    const V rate = exponential(at_most(eta, 700));
    const V other = exponential(-rate);
    const V mean = at_least(at_most(-exponential_less_one(-rate), 1.0 - kEpsilon), kEpsilon);
    return {mean, at_least(other, kEpsilon), at_least(rate * other, kEpsilon), magnitude(eta) < kInfinity};
  }
  static V start(V, V other) { return logarithm(-logarithm(other)); }
};

struct CauchitLink {
  static Point at(V eta) {
    const V size = magnitude(eta);
    const V x = at_most(size, 1433540284805665.2);  // there the tail is 2^-52
    // The tail is the arc whose tangent is 1 / x, as a part of π.
    const D arc = arc_of_ratio(single(all(1.0)), single(x));
    const V small = (arc.high + arc.low) / kPi, large = 1.0 - small;
    const M up = eta > 0.0;
    return {choose(up, large, small), choose(up, small, large), at_least(1.0 / (kPi * (1.0 + x * x)), kEpsilon),
            size < kInfinity};
  }
  static V start(V mean, V other) {
    const V tail = choose(mean < other, mean, other);  // tan(π(½ − tail)) = cos(π·tail) / sin(π·tail)
    const Angle a = reduce_moderate(tail * kPi);
    const D s = sine(a.rest), c = cosine(a.rest);
    const M odd = (a.quarters & 1) != 0;
    const V size = magnitude(choose(odd, s.high, c.high) / choose(odd, c.high, s.high));
    return choose(mean < other, -size, size);
  }
};
