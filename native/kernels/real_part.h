// As many doubles as one register of the instruction set holds, with products rounded once.
// Included inside an anonymous namespace only, after lane_sums.h, and <immintrin.h> where that exists.

#if defined(SPILLWAY_ISA_AVX512)
using RealPart = __m512d;
#elif defined(SPILLWAY_ISA_AVX2)
using RealPart = __m256d;
#else
typedef double RealPart __attribute__((vector_size(16)));
#endif
constexpr unsigned kPartReals = sizeof(RealPart) / sizeof(double);

inline RealPart load_part(const double* from) {
  RealPart part;
  __builtin_memcpy(&part, from, sizeof part);
  return part;
}

inline void store_part(double* to, RealPart part) { __builtin_memcpy(to, &part, sizeof part); }

// a·b − c, rounded once, where `product` is a·b rounded, |a| and |b| are below 2^480 and product − c is exact.
#if defined(SPILLWAY_ISA_AVX512)
inline RealPart product_less(RealPart a, RealPart b, RealPart, RealPart c) { return _mm512_fmsub_pd(a, b, c); }
#elif defined(SPILLWAY_ISA_AVX2)
inline RealPart product_less(RealPart a, RealPart b, RealPart, RealPart c) { return _mm256_fmsub_pd(a, b, c); }
#else
// Without a fused instruction: the product's error by splitting its factors in halves (Veltkamp, Dekker), which is
// exact unless parts of it underflow; then, rarely, by the library's function.
inline RealPart product_less(RealPart a, RealPart b, RealPart product, RealPart c) {
  const RealPart ta = a * 134217729.0, tb = b * 134217729.0;
  const RealPart ah = ta - (ta - a), bh = tb - (tb - b);
  const RealPart al = a - ah, bl = b - bh;
  const RealPart error = ((ah * bh - product) + ah * bl + al * bh) + al * bl;
  RealPart rest = (product - c) + error;
  bool tiny = false;
  for (unsigned i = 0; i < kPartReals; ++i) {
    const double size = __builtin_fabs(product[i]);
    tiny |= size < 0x1p-900 && size > 0;
  }
  if (tiny) {
    for (unsigned i = 0; i < kPartReals; ++i) rest[i] = __builtin_fma(a[i], b[i], -c[i]);
  }
  return rest;
}
#endif

// Adds a run's sums, whose low parts are plain sums of errors, and brings `low` below half a unit of `high` again.
inline void add_run(LaneSums* sums, unsigned lane, RealPart high, RealPart low) {
  const RealPart before = load_part(sums->high + lane);
  const RealPart s = before + high;
  const RealPart b = s - before;
  const RealPart error = ((before - (s - b)) + (high - b)) + (load_part(sums->low + lane) + low);
  const RealPart t = s + error;
  store_part(sums->low + lane, error - (t - s));
  store_part(sums->high + lane, t);
}
