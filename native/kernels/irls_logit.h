// Weights and working response of the most usual model, the logistic without prior weights, from one exponential and
// one division: with h = e^-|η|/2 and d = 1 + h², √w is h / d and the larger probability 1 / d; the logarithms of all d
// are that of their product.
// Included inside an anonymous namespace only, after irls.inc's Weighted and Lanes.

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

// (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2 by interpolation at Chebyshev nodes, lowest power first: e^r to 2^-55.
constexpr f64 kFalling[] = {0.5000000000000001,     0.16666666666666669,    0.04166666666662413,
                            0.008333333333330062,   0.0013888888917213717,  0.00019841269863053618,
                            2.4801521295954376e-05, 2.7557268459997064e-06, 2.7620088445409746e-07,
                            2.510038549551032e-08};

// x − k · part, where the product is exact: fused or not makes no difference.
template <u32 n>
inline Several<n> less_exactly(const Several<n>& x, const Several<n>& k, f64 part) {
  return each<n>(
      [part](V a, V b) {
#if defined(SPILLWAY_ISA_AVX512)
        return reinterpret_cast<V>(
            _mm512_fnmadd_pd(reinterpret_cast<__m512d>(b), _mm512_set1_pd(part), reinterpret_cast<__m512d>(a)));
#elif defined(SPILLWAY_ISA_AVX2)
        return reinterpret_cast<V>(
            _mm256_fnmadd_pd(reinterpret_cast<__m256d>(b), _mm256_set1_pd(part), reinterpret_cast<__m256d>(a)));
#else
        return a - b * part;
#endif
      },
      x, k);
}

// e^x for −20 ≤ x ≤ 0, to a unit in the last place and a half.
template <u32 n>
inline Several<n> falling(const Several<n>& x) {
  const Several<n> shifted = x * kInverseLn2High + kWhole, k = shifted + -kWhole;
  const Several<n> r = less_exactly(less_exactly(x, k, kLn2Parts[0]), k, kLn2Parts[1]);
  const Several<n> r2 = r * r;
  const Several<n> high = r * kFalling[9] + kFalling[8];
  const Several<n> r4 = r2 * r2;
  const Several<n> middle = (r * kFalling[5] + kFalling[4]) + (r * kFalling[7] + kFalling[6]) * r2;
  const Several<n> low = (r * kFalling[1] + kFalling[0]) + (r * kFalling[3] + kFalling[2]) * r2;
  const Several<n> near = (r2 * (low + (middle + high * r4) * r4) + r) + 1.0;
  // k stands in the last bits of `shifted`; moved to the exponent's place it multiplies by 2^k.
  return each<n>([](V value, V shift) { return value_of(bits_of(value) + (bits_of(shift) << 52)); }, near, shifted);
}

struct LogitLanes {
  Lanes product{1}, rest{0}, pearson{0}, least{1};
  V root{}, response{};  // the largest values
};

// Rows from `row` on, n vectors of them at a time while they last; returns the first row left. `most` has kLanes values
// for each predictor: the largest of √w·x so far.
template <u32 n>
inline u32 weigh_logit_rows(const IrlsBlock& block, u32 row, LogitLanes& lanes, f64* most) {
  const Weighted weighted(block);
  const u32 before = block.intercept ? 1 : 0;
  const f64* slopes = block.beta + before;
  const V first = all(block.intercept ? block.beta[0] : 0.0);
  f64* scaled_columns = block.work + static_cast<u64>(before) * kIrlsStride;
  for (; row + n * kLanes <= block.rows; row += n * kLanes) {
    Several<n> own;
    for (V& v : own.of) v = first;
    for (u32 c = 0; c < block.columns; ++c) own = own + load_several<n>(block.x[c] + row) * slopes[c];
    Several<n> eta = own;
    if (block.offset != nullptr) eta = own + load_several<n>(block.offset + row);
    const Several<n> half = each<n>([](V v) { return larger(magnitude(v) * -0.5, all(-kLogitEnd / 2)); }, eta);
    const Several<n> h = falling(half);
    const Several<n> d = h * h + 1.0;
    const Several<n> q = each<n>([](V v) { return 1.0 / v; }, d * h);
    const Several<n> y = load_several<n>(block.y + row);
    const Several<n> large = q * h, small = (h * h) * large;
    // y − μ: where η ≥ 0, μ is 1 − small.
    const Several<n> residual = each<n>(
        [](V t, V part, V x) {
          const M sign = bits_of(x) & static_cast<i64>(u64{1} << 63);
          return choose(sign == 0, t - 1.0, t) + value_of(bits_of(part) ^ sign);
        },
        y, small, eta);
    const Several<n> scaled = residual * (q * d * d), root = h * large, response = root * own + scaled;
    store_several(weighted.root + row, root);
    store_several(weighted.response + row, response);
    for (u32 k = 0; k < n; ++k) {
      const u32 part = k % kParts;
      lanes.product.part[part] *= d.of[k];  // at most 2^64 in the end
      lanes.rest.part[part] += larger(eta.of[k], V{}) - y.of[k] * eta.of[k];
      lanes.pearson.part[part] += scaled.of[k] * scaled.of[k];
      lanes.least.part[part] = smaller(h.of[k], lanes.least.part[part]);
      lanes.root = larger(root.of[k], lanes.root);
      lanes.response = larger_size(response.of[k], lanes.response);
    }
    for (u32 c = 0; c < block.columns; ++c) {
      const Several<n> x = load_several<n>(block.x[c] + row) * root;
      store_several(scaled_columns + static_cast<u64>(c) * kIrlsStride + row, x);
      V largest = load(most + c * kLanes, false, kLanes);
      for (u32 k = 0; k < n; ++k) largest = larger_size(x.of[k], largest);
      store(most + c * kLanes, largest);
    }
  }
  return row;
}

// Fills all of the block's columns and bounds.
inline void weigh_logit(const IrlsBlock& block, IrlsSums* sums) {
  const u32 before = block.intercept ? 1 : 0;
  f64* most = block.bounds + before + block.columns + 1;
  for (u32 i = 0; i < block.columns; ++i) store(most + i * kLanes, V{});
  LogitLanes lanes;
  weigh_logit_rows<kParts>(block, weigh_logit_rows<4>(block, 0, lanes, most), lanes, most);
  if (block.intercept) block.bounds[0] = bound_of(largest_lane(lanes.root));
  for (u32 c = 0; c < block.columns; ++c) {
    block.bounds[before + c] = bound_of(largest_lane(load(most + c * kLanes, false, kLanes)));
  }
  block.bounds[before + block.columns] = bound_of(largest_lane(lanes.response));
  for (V& v : lanes.product.part) v = logarithm(v);
  const f64 h = lanes.least.least(), rest = lanes.rest.total();
  const f64 closest = h * h / (1.0 + h * h);
  // A predictor that is not finite shows in `rest`.
  const bool valid = __builtin_fabs(rest) < kInfinity;
  *sums = {2.0 * (lanes.product.total() + rest), lanes.pearson.total(), 0, closest, valid};
}

// The same where a fit of zeros and ones starts: means are 1/4 and 3/4. False, and nothing done, for other responses.
inline bool start_logit(const IrlsBlock& block, IrlsSums* sums) {
  constexpr f64 kLn3 = 1.0986122886681098, kRoot = 0.4330127018922193;       // √(3/16)
  constexpr f64 kResidual = 0.5773502691896258, kUnit = 0.5753641449035618;  // 1/√3, −2 ln ¾
  M other{};
  for (u32 row = 0; row < block.rows; row += kLanes) {
    const V y = load(block.y + row, false, kLanes);
    other |= (y != 0.0) & (y != 1.0);
  }
  if (lane_bits(other) != 0) return false;
  const Weighted weighted(block);
  for (u32 row = 0; row < block.rows; row += kLanes) {
    const V sign = load(block.y + row, false, kLanes) * 2.0 - 1.0;
    const V offset = block.offset == nullptr ? V{} : load(block.offset + row, false, kLanes);
    store(weighted.root + row, all(kRoot));
    store(weighted.response + row, (sign * kLn3 - offset) * kRoot + sign * kResidual);
  }
  const f64 rows = block.rows;
  *sums = {rows * kUnit, rows / 3, 0, 0.25, true};
  return true;
}
