// Eight doubles at a time, on whatever registers there are. Included inside an anonymous namespace only.

typedef f64 Lanes __attribute__((vector_size(64)));
typedef long long LaneBits __attribute__((vector_size(64)));

inline Lanes spread(f64 value) { return Lanes{} + value; }

inline Lanes load(const f64* from) {
  Lanes lanes;
  __builtin_memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

inline Lanes load(const float* from) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<Lanes>(_mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(from)));
#else
  typedef float Floats __attribute__((vector_size(32)));
  Floats floats;
  __builtin_memcpy(&floats, from, sizeof floats);
  return __builtin_convertvector(floats, Lanes);
#endif
}

inline void store(f64* into, Lanes lanes) { __builtin_memcpy(into, &lanes, sizeof lanes); }

inline Lanes greater(Lanes a, Lanes b) { return a > b ? a : b; }

inline Lanes absolute(Lanes a) {
  const LaneBits bits = reinterpret_cast<LaneBits>(a) & 0x7fffffffffffffffll;
  return reinterpret_cast<Lanes>(bits);
}

// A bit for each lane of a that is at most b's.
inline u32 at_most(Lanes a, Lanes b) {
#if defined(SPILLWAY_ISA_AVX512)
  return _mm512_cmp_pd_mask(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b), _CMP_LE_OQ);
#elif defined(SPILLWAY_ISA_AVX2)
  __m256d x[2], y[2];
  __builtin_memcpy(x, &a, sizeof a);
  __builtin_memcpy(y, &b, sizeof b);
  const int low = _mm256_movemask_pd(_mm256_cmp_pd(x[0], y[0], _CMP_LE_OQ));
  return static_cast<u32>(low | _mm256_movemask_pd(_mm256_cmp_pd(x[1], y[1], _CMP_LE_OQ)) << 4);
#else
  u32 bits = 0;
  for (u32 i = 0; i < 8; ++i) bits |= static_cast<u32>(a[i] <= b[i]) << i;
  return bits;
#endif
}
