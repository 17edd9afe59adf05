// Eight sums side by side in as many registers as they take, and how eight coordinates come into them.
// Included inside an anonymous namespace only, after math_vectors.h.

constexpr u32 kWide = 8;  // lanes of a sum
constexpr u32 kParts = kWide / kLanes;

typedef f64 Two __attribute__((vector_size(16)));
typedef f64 Four __attribute__((vector_size(32)));

struct Lanes {
  V part[kParts];
};

inline Lanes load_lanes(const f64* from) {
  Lanes lanes;
  __builtin_memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

inline Lanes load_lanes(const f32* from) {
  Lanes lanes;
#if defined(SPILLWAY_ISA_AVX512)
  lanes.part[0] = reinterpret_cast<V>(_mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(from)));
#elif defined(SPILLWAY_ISA_AVX2)
  lanes.part[0] = reinterpret_cast<V>(_mm256_cvtps_pd(_mm_loadu_ps(from)));
  lanes.part[1] = reinterpret_cast<V>(_mm256_cvtps_pd(_mm_loadu_ps(from + 4)));
#else
  for (u32 p = 0; p < kParts; ++p) lanes.part[p] = V{from[2 * p], from[2 * p + 1]};
#endif
  return lanes;
}

// The first `count` < 8; the rest is 0, which adds nothing to any sum.
#if defined(SPILLWAY_ISA_AVX512)
inline Lanes load_tail(const f64* from, u32 count) {
  return {{reinterpret_cast<V>(_mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << count) - 1), from))}};
}
inline Lanes load_tail(const f32* from, u32 count) {
  const __mmask8 mask = static_cast<__mmask8>((1u << count) - 1);
  return {{reinterpret_cast<V>(_mm512_maskz_cvtps_pd(mask, _mm256_maskz_loadu_ps(mask, from)))}};
}
#elif defined(SPILLWAY_ISA_AVX2)
constexpr i64 kFirstLanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
constexpr i32 kFirstFloats[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
inline Lanes load_tail(const f64* from, u32 count) {
  Lanes lanes;
  for (u32 p = 0; p < 2; ++p) {
    __m256i mask;
    __builtin_memcpy(&mask, kFirstLanes + 8 + 4 * p - count, sizeof mask);
    lanes.part[p] = reinterpret_cast<V>(_mm256_maskload_pd(from + 4 * p, mask));
  }
  return lanes;
}
inline Lanes load_tail(const f32* from, u32 count) {
  Lanes lanes;
  for (u32 p = 0; p < 2; ++p) {
    __m128i mask;
    __builtin_memcpy(&mask, kFirstFloats + 8 + 4 * p - count, sizeof mask);
    lanes.part[p] = reinterpret_cast<V>(_mm256_cvtps_pd(_mm_maskload_ps(from + 4 * p, mask)));
  }
  return lanes;
}
#else
template <class T>
inline Lanes load_tail(const T* from, u32 count) {
  Lanes lanes;
  for (u32 p = 0; p < kParts; ++p) {
    const f64 first = 2 * p < count ? from[2 * p] : 0, second = 2 * p + 1 < count ? from[2 * p + 1] : 0;
    lanes.part[p] = V{first, second};
  }
  return lanes;
}
#endif

// ((0+4)+(2+6))+((1+5)+(3+7)).
inline f64 total(const Lanes& lanes) {
#if defined(SPILLWAY_ISA_AVX512)
  const V v = lanes.part[0];
  const Four four = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
  const Two two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
#elif defined(SPILLWAY_ISA_AVX2)
  const V four = lanes.part[0] + lanes.part[1];
  const Two two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
#else
  const Two two = (lanes.part[0] + lanes.part[2]) + (lanes.part[1] + lanes.part[3]);
#endif
  return two[0] + two[1];
}

inline f64 largest(const Lanes& lanes) {
  f64 most = 0;
  for (u32 p = 0; p < kParts; ++p) {
    for (u32 l = 0; l < kLanes; ++l) most = lanes.part[p][l] > most ? lanes.part[p][l] : most;
  }
  return most;
}

// Where a row lies: the i-th, or the one at the i-th place.
template <class Y>
struct RowsAt {
  const Y* rows;
  const u32* places;
  u32 columns;
  const Y* operator[](u32 i) const { return rows + u64{places == nullptr ? i : places[i]} * columns; }
};

// Rows that follow each other are asked for so far ahead of their use: further than processors look by themselves.
constexpr u32 kAhead = 4096;

// `Terms::sums` sums over the coordinates of `many` rows at once.
template <class Terms, u32 many, class Y>
inline void sum_rows(const Terms& terms, const f64* x, const RowsAt<Y>& rows, u32 first, Lanes (*into)[Terms::sums]) {
  const Y* at[many];
  if (many > 1 && rows.places == nullptr) {
    const char* ahead = reinterpret_cast<const char*>(rows.rows + u64{first} * rows.columns) + kAhead;
    for (u32 byte = 0; byte < many * rows.columns * sizeof(Y); byte += 64) __builtin_prefetch(ahead + byte);
  }
  Lanes sum[many][Terms::sums] = {};
  for (u32 r = 0; r < many; ++r) at[r] = rows[first + r];
  const u32 columns = rows.columns;
  u32 j = 0;
  for (; j + kWide <= columns; j += kWide) {
    const Lanes a = load_lanes(x + j);
#pragma GCC unroll 4
    for (u32 r = 0; r < many; ++r) {
      const Lanes b = load_lanes(at[r] + j);
#pragma GCC unroll 4
      for (u32 p = 0; p < kParts; ++p) terms.add(sum[r], p, a.part[p], b.part[p]);
    }
  }
  if (j < columns) {
    const Lanes a = load_tail(x + j, columns - j);
    for (u32 r = 0; r < many; ++r) {
      const Lanes b = load_tail(at[r] + j, columns - j);
#pragma GCC unroll 4
      for (u32 p = 0; p < kParts; ++p) terms.add(sum[r], p, a.part[p], b.part[p]);
    }
  }
  for (u32 r = 0; r < many; ++r) {
    for (u32 s = 0; s < Terms::sums; ++s) into[r][s] = sum[r][s];
  }
}

template <class Terms, class Y, class See>
inline void each_row(const Terms& terms, const f64* x, const RowsAt<Y>& rows, u32 count, See see) {
  // As many rows at once as leave registers for their sums.
  constexpr u32 kMany = kLanes / 2 > Terms::sums ? kLanes / 2 / Terms::sums : 1;
  Lanes sums[kMany][Terms::sums];
  u32 i = 0;
  for (; i + kMany <= count; i += kMany) {
    sum_rows<Terms, kMany>(terms, x, rows, i, sums);
    for (u32 r = 0; r < kMany; ++r) see(i + r, sums[r]);
  }
  for (; i < count; ++i) {
    sum_rows<Terms, 1>(terms, x, rows, i, sums);
    see(i, sums[0]);
  }
}
