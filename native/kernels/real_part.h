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

// A value loaded once and kept, though the compiler would rather load it again for each use.
inline RealPart load_kept(const double* from) {
  RealPart part = load_part(from);
#if defined(__x86_64__)
  __asm__("" : "+v"(part));
#endif
  return part;
}

// Magnitudes as words of the same order, in which NaN is greater than infinity.
typedef long long WordPart __attribute__((vector_size(sizeof(RealPart))));
inline WordPart magnitude_words(RealPart a) { return reinterpret_cast<WordPart>(a) & 0x7fffffffffffffffll; }
inline WordPart larger_words(WordPart a, WordPart b) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<WordPart>(
      _mm512_maskz_max_epi64(0xff, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#else
  return a > b ? a : b;
#endif
}

inline RealPart magnitude(RealPart a) { return reinterpret_cast<RealPart>(magnitude_words(a)); }

// a·b − c, rounded once, where `product` is a·b rounded, |a| and |b| are below 2^480 and product − c is exact.
#if defined(SPILLWAY_ISA_AVX512)
inline RealPart product_less(RealPart a, RealPart b, RealPart, RealPart c) { return _mm512_fmsub_pd(a, b, c); }
#elif defined(SPILLWAY_ISA_AVX2)
inline RealPart product_less(RealPart a, RealPart b, RealPart, RealPart c) { return _mm256_fmsub_pd(a, b, c); }
#else
// Without a fused instruction: the product's error by splitting its factors in halves (Veltkamp, Dekker), which is
// exact unless parts of it underflow.
inline RealPart product_error(RealPart a, RealPart b, RealPart product) {
  const RealPart ta = a * 134217729.0, tb = b * 134217729.0;
  const RealPart ah = ta - (ta - a), bh = tb - (tb - b);
  const RealPart al = a - ah, bl = b - bh;
  return ((ah * bh - product) + ah * bl + al * bh) + al * bl;
}

inline RealPart product_less(RealPart a, RealPart b, RealPart product, RealPart c) {
  RealPart rest = (product - c) + product_error(a, b, product);
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

// sum + a·b, rounded once, where `sum` is so much larger that its unit in the last place stays the same: 2 · half_unit.
#if defined(SPILLWAY_ISA_AVX512)
inline RealPart plus_product(RealPart sum, RealPart a, RealPart b, double) { return _mm512_fmadd_pd(a, b, sum); }
#elif defined(SPILLWAY_ISA_AVX2)
inline RealPart plus_product(RealPart sum, RealPart a, RealPart b, double) { return _mm256_fmadd_pd(a, b, sum); }
#else
// Rounding the product before makes a difference only where it then lies just between two neighbours.
inline RealPart plus_product(RealPart sum, RealPart a, RealPart b, double half_unit) {
  const RealPart product = a * b;
  RealPart next = sum + product;
  const RealPart rest = magnitude(product - (next - sum));
  bool between = false;
  for (unsigned i = 0; i < kPartReals; ++i) between |= rest[i] == half_unit;
  if (between) {
    for (unsigned i = 0; i < kPartReals; ++i) next[i] = __builtin_fma(a[i], b[i], sum[i]);
  }
  return next;
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
