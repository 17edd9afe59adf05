// Weights and working response of the most usual model, the logistic without prior weights, from one exponential and
// one division: with h = e^-|η|/2 and d = 1 + h², √w is h / d and the larger probability 1 / d; the logarithms of all d
// are that of their product.
// Included inside an anonymous namespace only, after irls.inc's Weighted, Lanes and predictor_at.

// Several vectors, worked on in turn: a step of one hides the waiting of the others.
template <u32 n>
struct Several {
  V of[n];
};
template <u32 n, class F, class... Operands>
inline Several<n> each(F f, const Operands&... operands) {
  Several<n> r;
  for (u32 k = 0; k < n; ++k) r.of[k] = f(operands.of[k]...);
  return r;
}
template <u32 n>
inline Several<n> operator*(const Several<n>& a, const Several<n>& b) {
  return each<n>([](V x, V y) { return x * y; }, a, b);
}
template <u32 n>
inline Several<n> operator*(const Several<n>& a, f64 b) {
  return each<n>([b](V x) { return x * b; }, a);
}
template <u32 n>
inline Several<n> operator+(const Several<n>& a, const Several<n>& b) {
  return each<n>([](V x, V y) { return x + y; }, a, b);
}
template <u32 n>
inline Several<n> operator+(const Several<n>& a, f64 b) {
  return each<n>([b](V x) { return x + b; }, a);
}
template <u32 n>
inline Several<n> operator-(const Several<n>& a, const Several<n>& b) {
  return each<n>([](V x, V y) { return x - y; }, a, b);
}
template <u32 n>
inline Several<n> load_several(const f64* from) {
  Several<n> r;
  for (u32 k = 0; k < n; ++k) r.of[k] = load(from + k * kLanes, false, kLanes);
  return r;
}
template <u32 n>
inline void store_several(f64* to, const Several<n>& v) {
  for (u32 k = 0; k < n; ++k) store(to + k * kLanes, v.of[k]);
}

// e^x for −15 ≤ x ≤ 0, to a unit in the last place and a half.
template <u32 n>
inline Several<n> falling(const Several<n>& x) {
  const Several<n> shifted = x * kInverseLn2High + kWhole, k = shifted + -kWhole;
  const Several<n> r = (x - k * kLn2Parts[0]) - k * kLn2Parts[1];
  const Several<n> r2 = r * r;
  const Several<n> high = (r * kExp[9] + kExp[8]) + r2 * kExp[10];
  const Several<n> r4 = r2 * r2;
  const Several<n> middle = (r * kExp[5] + kExp[4]) + (r * kExp[7] + kExp[6]) * r2;
  const Several<n> low = (r * kExp[1] + kExp[0]) + (r * kExp[3] + kExp[2]) * r2;
  const Several<n> near = (r2 * (low + (middle + high * r4) * r4) + r) + 1.0;
  return each<n>([](V value, V shift) { return value * power_of_two(bits_of(shift) - bits_of(all(kWhole))); }, near,
                 shifted);
}

struct LogitLanes {
  Lanes product{1}, rest{0}, pearson{0}, least{1};
  M valid = ~M{};
};

// Rows from `row` on, n vectors of them at a time while they last; returns the first row left.
template <u32 n>
inline u32 weigh_logit_rows(const IrlsBlock& block, u32 row, LogitLanes& lanes) {
  const Weighted weighted(block);
  const f64* slopes = block.beta + (block.intercept ? 1 : 0);
  const V first = all(block.intercept ? block.beta[0] : 0.0);
  for (; row + n * kLanes <= block.rows; row += n * kLanes) {
    Several<n> own;
    for (V& v : own.of) v = first;
    for (u32 c = 0; c < block.columns; ++c) own = own + load_several<n>(block.x[c] + row) * slopes[c];
    Several<n> eta = own;
    if (block.offset != nullptr) eta = own + load_several<n>(block.offset + row);
    const Several<n> half = each<n>([](V v) { return magnitude(v) * -0.5; }, eta);
    const Several<n> usable = each<n>([](V v) { return larger(v, all(-15.0)); }, half);
    const Several<n> h = each<n>([](V v, V x) { return choose(x < -15.0, all(0x1p-26), v); }, falling(usable), half);
    const Several<n> e = h * h, d = e + 1.0;
    const Several<n> q = each<n>([](V v) { return 1.0 / v; }, d * h);
    const Several<n> y = load_several<n>(block.y + row);
    const Several<n> large = q * h, small = e * large;
    const Several<n> residual = each<n>(
        [](V t, V a, V b, V x) {
          const M up = x > 0.0;
          return t * choose(up, b, a) - (1.0 - t) * choose(up, a, b);
        },
        y, large, small, eta);
    const Several<n> scaled = residual * (q * d * d), root = h * large;
    store_several(weighted.root + row, root);
    store_several(weighted.response + row, root * own + scaled);
    for (u32 k = 0; k < n; ++k) {
      const u32 part = k % kParts;
      lanes.product.part[part] *= d.of[k];  // at most 2^64 in the end
      lanes.rest.part[part] += larger(eta.of[k], V{}) - y.of[k] * eta.of[k];
      lanes.pearson.part[part] += scaled.of[k] * scaled.of[k];
      lanes.least.part[part] = smaller(h.of[k], lanes.least.part[part]);
      lanes.valid &= magnitude(eta.of[k]) < kInfinity;
    }
  }
  return row;
}

inline void weigh_logit(const IrlsBlock& block, IrlsSums* sums) {
  LogitLanes lanes;
  weigh_logit_rows<kParts>(block, weigh_logit_rows<4>(block, 0, lanes), lanes);
  for (V& v : lanes.product.part) v = logarithm(v);
  const f64 h = lanes.least.least();
  const f64 closest = h * h / (1.0 + h * h);
  const f64 deviance = 2.0 * (lanes.product.total() + lanes.rest.total());
  *sums = {deviance, lanes.pearson.total(), 0, closest, lane_bits(~lanes.valid) == 0};
}
