// Vectors of float64 as wide as the instruction set has them, and double-double arithmetic on them. Every step is exact
// or rounds once by IEEE rules, so that results have the same bits at every width.
// Included inside an anonymous namespace only, after kernel_loops.h.

#if defined(SPILLWAY_ISA_AVX512)
constexpr u32 kLanes = 8;
#elif defined(SPILLWAY_ISA_AVX2)
constexpr u32 kLanes = 4;
#else
constexpr u32 kLanes = 2;
#endif
typedef f64 V __attribute__((vector_size(kLanes * 8)));
typedef i64 M __attribute__((vector_size(kLanes * 8)));  // integers, and masks of all ones or zeros
typedef u64 U __attribute__((vector_size(kLanes * 8)));

inline V all(f64 value) { return V{} + value; }
inline M bits_of(V v) { return reinterpret_cast<M>(v); }
inline V value_of(M m) { return reinterpret_cast<V>(m); }
inline V magnitude(V v) { return value_of(bits_of(v) & 0x7fffffffffffffff); }
inline V with_sign_of(V size, V sign) {
  return value_of((bits_of(size) & 0x7fffffffffffffff) | (bits_of(sign) & static_cast<i64>(u64{1} << 63)));
}
inline V choose(M mask, V a, V b) { return mask ? a : b; }

// Bit j: is lane j of the mask set.
inline u32 lane_bits(M mask) {
#if defined(SPILLWAY_ISA_AVX512)
  return _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask));
#elif defined(SPILLWAY_ISA_AVX2)
  return static_cast<u32>(_mm256_movemask_pd(reinterpret_cast<__m256d>(mask)));
#else
  return static_cast<u32>(mask[0] & 1) | static_cast<u32>(mask[1] & 2);
#endif
}

inline V square_root(V v) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<V>(_mm512_maskz_sqrt_pd(0xff, reinterpret_cast<__m512d>(v)));
#elif defined(SPILLWAY_ISA_AVX2)
  return reinterpret_cast<V>(_mm256_sqrt_pd(reinterpret_cast<__m256d>(v)));
#else
  return V{__builtin_sqrt(v[0]), __builtin_sqrt(v[1])};
#endif
}

// high + low, low at most half a unit in the last place of high.
struct D {
  V high, low;
};

// Exact a + b; the second form wants |a| ≥ |b|.
inline D two_sum(V a, V b) {
  const V s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}
inline D quick_sum(V a, V b) {
  const V s = a + b;
  return {s, b - (s - a)};
}

// Exact a · b (unless it leaves the range of normal numbers).
inline D two_product(V a, V b) {
  const V p = a * b;
#if defined(SPILLWAY_ISA_AVX512)
  return {p, reinterpret_cast<V>(_mm512_fmsub_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b),
                                                 reinterpret_cast<__m512d>(p)))};
#elif defined(SPILLWAY_ISA_AVX2)
  return {p, reinterpret_cast<V>(_mm256_fmsub_pd(reinterpret_cast<__m256d>(a), reinterpret_cast<__m256d>(b),
                                                 reinterpret_cast<__m256d>(p)))};
#else
  const V ca = a * 134217729.0, cb = b * 134217729.0;  // 2^27 + 1 splits a number into two halves of 26 bits
  const V ah = ca - (ca - a), al = a - ah, bh = cb - (cb - b), bl = b - bh;
  return {p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
#endif
}

inline D sum(D a, D b) {
  const D s = two_sum(a.high, b.high);
  return quick_sum(s.high, s.low + (a.low + b.low));
}
inline D sum(D a, V b) {
  const D s = two_sum(a.high, b);
  return quick_sum(s.high, s.low + a.low);
}
inline D difference(D a, D b) { return sum(a, D{-b.high, -b.low}); }
inline D product(D a, D b) {
  const D p = two_product(a.high, b.high);
  return quick_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}
inline D product(D a, V b) {
  const D p = two_product(a.high, b);
  return quick_sum(p.high, p.low + a.low * b);
}
inline D quotient(D a, D b) {
  const V q = a.high / b.high;
  const D p = two_product(q, b.high);
  const V rest = (((a.high - p.high) - p.low) + a.low) - q * b.low;
  return quick_sum(q, rest / b.high);
}
inline D square_root(D a) {
  const V s = square_root(a.high);
  const D p = two_product(s, s);
  const V rest = ((a.high - p.high) - p.low) + a.low;
  return quick_sum(s, choose(s > 0.0, rest / (s + s), V{}));
}
inline D pick(M mask, D a, D b) { return {choose(mask, a.high, b.high), choose(mask, a.low, b.low)}; }
inline D pair(f64 high, f64 low) { return {all(high), all(low)}; }
inline D single(V v) { return {v, V{}}; }

template <u32 n>
inline V polynomial(const f64 (&coefficients)[n], V x) {
  V r = all(coefficients[n - 1]);
  for (u32 i = n - 1; i-- > 0;) r = r * x + coefficients[i];
  return r;
}

// The nearest whole number of |v| < 2^51, as a number and as an integer.
constexpr f64 kWhole = 6755399441055744.0;  // 1.5 · 2^52
inline V nearest(V v) { return (v + kWhole) - kWhole; }
inline M nearest_integer(V v) { return bits_of(v + kWhole) - bits_of(all(kWhole)); }

// 2^k for −1022 ≤ k ≤ 1023.
inline V power_of_two(M k) { return value_of((k + 1023) << 52); }

inline V load(const f64* from, bool constant, u32 count) {
  if (constant) return all(*from);
  V v = V{} + 1.0;
  __builtin_memcpy(&v, from, count * 8);
  return v;
}

// Calls f over all rows, kLanes at a time; the last lanes beyond the rows hold 1.
template <class F>
u32 for_each_vector(void* out, const KernelOperand* operands, u32 rows, F f) {
  f64* o = static_cast<f64*>(out);
  const f64* a = static_cast<const f64*>(operands[0].data);
  const bool constant = operands[0].constant;
  for (u32 i = 0; i < rows; i += kLanes) {
    const u32 count = rows - i < kLanes ? rows - i : kLanes;
    const V v =
        f(count == kLanes && !constant ? load(a + i, false, kLanes) : load(constant ? a : a + i, constant, count));
    if (count == kLanes) {
      __builtin_memcpy(o + i, &v, kLanes * 8);
    } else {
      __builtin_memcpy(o + i, &v, count * 8);
    }
  }
  return 0;
}

template <class F>
u32 for_each_pair(void* out, const KernelOperand* operands, u32 rows, F f) {
  f64* o = static_cast<f64*>(out);
  const f64* a = static_cast<const f64*>(operands[0].data);
  const f64* b = static_cast<const f64*>(operands[1].data);
  const bool ca = operands[0].constant, cb = operands[1].constant;
  for (u32 i = 0; i < rows; i += kLanes) {
    const u32 count = rows - i < kLanes ? rows - i : kLanes;
    const V v = f(load(ca ? a : a + i, ca, count), load(cb ? b : b + i, cb, count));
    __builtin_memcpy(o + i, &v, count * 8);
  }
  return 0;
}
