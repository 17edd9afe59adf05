// Sums of products of every two of a few columns over a block of rows, nearly exact and in a few instructions each.
//
// A sum is kept as s + c. s starts at a number M so large that all sums of the block lie in its binade: s + a·b,
// rounded once, takes the product's bits above M's last place and adds them without error; what is left of the product,
// exact to a double, goes to c. Four instructions instead of a dozen for pairs, and nothing depends on order above
// the last bits of c.
// Included inside an anonymous namespace only, after math_vectors.h; the includer defines kGramStride and kGramLanes.

constexpr u32 kParts = kGramLanes / kLanes;  // vectors of one row of lanes
constexpr u32 kTile = kLanes == 8 ? 3 : 2;   // columns at once, so that a tile's sums stay in registers

// a·b + c, rounded once; c is in a binade whose last place is `unit`, and far above a·b.
inline V added_to(V c, V a, V b, V unit) {
#if defined(SPILLWAY_ISA_AVX512)
  (void)unit;
  return reinterpret_cast<V>(
      _mm512_fmadd_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b), reinterpret_cast<__m512d>(c)));
#elif defined(SPILLWAY_ISA_AVX2)
  (void)unit;
  return reinterpret_cast<V>(
      _mm256_fmadd_pd(reinterpret_cast<__m256d>(a), reinterpret_cast<__m256d>(b), reinterpret_cast<__m256d>(c)));
#else
  // Rounding the product first matters only where it then lies halfway between two places.
  const D p = two_product(a, b);
  const V t = c + p.high, rest = p.high - (t - c), half = unit * 0.5;
  const M up = (rest == half) & (p.low > 0.0), down = (rest == -half) & (p.low < 0.0);
  return choose(up, t + unit, choose(down, t - unit, t));
#endif
}

// a·b − h, which a double holds.
inline V rest_of(V a, V b, V h) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<V>(
      _mm512_fmsub_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b), reinterpret_cast<__m512d>(h)));
#elif defined(SPILLWAY_ISA_AVX2)
  return reinterpret_cast<V>(
      _mm256_fmsub_pd(reinterpret_cast<__m256d>(a), reinterpret_cast<__m256d>(b), reinterpret_cast<__m256d>(h)));
#else
  const D p = two_product(a, b);
  return (p.high - h) + p.low;
#endif
}

// a > b ? a : b, and a < b ? a : b: b where either is not a number.
inline V larger(V a, V b) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<V>(_mm512_maskz_max_pd(0xff, reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b)));
#elif defined(SPILLWAY_ISA_AVX2)
  return reinterpret_cast<V>(_mm256_max_pd(reinterpret_cast<__m256d>(a), reinterpret_cast<__m256d>(b)));
#else
  return choose(a > b, a, b);
#endif
}
inline V smaller(V a, V b) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<V>(_mm512_maskz_min_pd(0xff, reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b)));
#elif defined(SPILLWAY_ISA_AVX2)
  return reinterpret_cast<V>(_mm256_min_pd(reinterpret_cast<__m256d>(a), reinterpret_cast<__m256d>(b)));
#else
  return choose(a < b, a, b);
#endif
}

// The larger of |v| and `most`, which is not negative.
inline V larger_size(V v, V most) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<V>(
      _mm512_maskz_range_pd(0xff, reinterpret_cast<__m512d>(v), reinterpret_cast<__m512d>(most), 0b1011));
#else
  return larger(magnitude(v), most);
#endif
}

inline f64 largest_lane(V v) {
  f64 largest = 0;
  for (u32 k = 0; k < kLanes; ++k) largest = v[k] > largest ? v[k] : largest;
  return largest;
}

// A power of two above every value of the column by 2^4 and more; its products are normal numbers.
inline f64 bound_of(f64 largest) {
  if (!(largest < 0x1p460)) return __builtin_nan("");  // the sums say so
  const f64 limited = largest < 0x1p-460 ? 0x1p-460 : largest;
  const u64 exponent = __builtin_bit_cast(u64, limited) >> 52;
  return __builtin_bit_cast(f64, (exponent + 5) << 52);
}

inline f64 lanes_total(const f64* lane) {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

struct GramTask {
  const f64* columns;  // `size` columns kGramStride apart
  const f64* bounds;   // of each column, see bound_of
  u32 size, rows;
  f64 *high, *low;  // upper triangle by rows
};

// Columns i … i + I times j … j + J; `diagonal`: i == j, products below the diagonal left out.
template <u32 I, u32 J, bool diagonal>
void gram_tile(const GramTask& task, u32 i, u32 j) {
  const f64* a = task.columns + static_cast<u64>(i) * kGramStride;
  const f64* b = task.columns + static_cast<u64>(j) * kGramStride;
  f64 s_lanes[I * J][kGramLanes], c_lanes[I * J][kGramLanes];
  for (u32 part = 0; part < kParts; ++part) {
    V s[I * J], c[I * J], unit[I * J];
    for (u32 p = 0; p < I; ++p) {
      for (u32 q = 0; q < J; ++q) {
        const f64 binade = task.bounds[i + p] * task.bounds[j + q];
        s[p * J + q] = all(1.5 * binade);
        c[p * J + q] = V{};
        unit[p * J + q] = all(binade * 0x1p-52);
      }
    }
    for (u32 r = part * kLanes; r < task.rows; r += kGramLanes) {
      V x[I], y[J];
      for (u32 p = 0; p < I; ++p) x[p] = load(a + p * kGramStride + r, false, kLanes);
      for (u32 q = 0; q < J; ++q) y[q] = diagonal ? x[q] : load(b + q * kGramStride + r, false, kLanes);
      for (u32 p = 0; p < I; ++p) {
        for (u32 q = diagonal ? p : 0; q < J; ++q) {
          const u32 k = p * J + q;
          const V t = added_to(s[k], x[p], y[q], unit[k]);
          c[k] += rest_of(x[p], y[q], t - s[k]);
          s[k] = t;
        }
      }
    }
    for (u32 k = 0; k < I * J; ++k) {
      s[k] -= all(1.5 * (task.bounds[i + k / J] * task.bounds[j + k % J]));
      __builtin_memcpy(s_lanes[k] + part * kLanes, &s[k], sizeof(V));
      __builtin_memcpy(c_lanes[k] + part * kLanes, &c[k], sizeof(V));
    }
  }
  for (u32 p = 0; p < I; ++p) {
    for (u32 q = diagonal ? p : 0; q < J; ++q) {
      const u32 row = i + p, column = j + q;
      const u32 at = row * task.size - row * (row + 1) / 2 + column;
      task.high[at] = lanes_total(s_lanes[p * J + q]);  // whole units of less than 2^53: no rounding
      task.low[at] = lanes_total(c_lanes[p * J + q]);
    }
  }
}

using GramTile = void (*)(const GramTask& task, u32 i, u32 j);
constexpr GramTile kGramTiles[3][3] = {{gram_tile<1, 1, false>, gram_tile<1, 2, false>, gram_tile<1, 3, false>},
                                       {gram_tile<2, 1, false>, gram_tile<2, 2, false>, gram_tile<2, 3, false>},
                                       {gram_tile<3, 1, false>, gram_tile<3, 2, false>, gram_tile<3, 3, false>}};
constexpr GramTile kDiagonalTiles[3] = {gram_tile<1, 1, true>, gram_tile<2, 2, true>, gram_tile<3, 3, true>};

inline void gram_block(const GramTask& task) {
  for (u32 i = 0; i < task.size; i += kTile) {
    const u32 height = task.size - i < kTile ? task.size - i : kTile;
    kDiagonalTiles[height - 1](task, i, i);
    for (u32 j = i + kTile; j < task.size; j += kTile) {
      const u32 width = task.size - j < kTile ? task.size - j : kTile;
      kGramTiles[height - 1][width - 1](task, i, j);
    }
  }
}
