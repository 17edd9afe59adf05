// Sums of floats in one fixed order: element j in lane j % 16, products rounded before they are added, lanes added as
// ((0+8)+(4+12)+((2+10)+(6+14))) + the same of the odd ones. The same bits on every processor.
// Included inside an anonymous namespace only.

constexpr u32 kFloatLanes = 16;

typedef f32 Floats16 __attribute__((vector_size(64)));
typedef f32 Floats8 __attribute__((vector_size(32)));
typedef f32 Floats4 __attribute__((vector_size(16)));

inline Floats16 load_floats(const void* from) {
  Floats16 v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

// The first `count` < 16; the rest is 0, which adds nothing to any sum.
inline Floats16 load_floats(const void* from, u32 count) {
#if defined(SPILLWAY_ISA_AVX512)
  return reinterpret_cast<Floats16>(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from));
#else
  Floats16 v = {};
  __builtin_memcpy(&v, from, count * sizeof(f32));
  return v;
#endif
}

inline Floats4 fourths_of(Floats16 v) {
  const Floats8 eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                        __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  return __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
}

inline f32 sum_of(Floats16 v) {
  const Floats4 four = fourths_of(v);
  const f32 even = four[0] + four[2], odd = four[1] + four[3];
  return even + odd;
}

// Four sums at once, each added as sum_of adds.
inline Floats4 sums_of(Floats16 a, Floats16 b, Floats16 c, Floats16 d) {
  const Floats4 fa = fourths_of(a), fb = fourths_of(b), fc = fourths_of(c), fd = fourths_of(d);
  const Floats4 ab = __builtin_shufflevector(fa, fb, 0, 1, 4, 5) + __builtin_shufflevector(fa, fb, 2, 3, 6, 7);
  const Floats4 cd = __builtin_shufflevector(fc, fd, 0, 1, 4, 5) + __builtin_shufflevector(fc, fd, 2, 3, 6, 7);
  return __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7);
}

struct FloatProducts {
  static Floats16 term(Floats16 x, Floats16 y) { return x * y; }
};
struct FloatSquares {
  static Floats16 term(Floats16 x, Floats16 y) {
    const Floats16 d = x - y;
    return d * d;
  }
};
struct FloatSizes {
  static Floats16 term(Floats16 x, Floats16 y) {
    const Floats16 d = x - y;
    return d < 0 ? -d : d;
  }
};

// Σ Term(x_j, y_j). Pointers may lie anywhere.
template <class Term>
inline f32 float_sum(const void* x, const void* y, u32 count) {
  const u8* a = static_cast<const u8*>(x);
  const u8* b = static_cast<const u8*>(y);
  Floats16 sum = {};
  u32 j = 0;
  for (; j + kFloatLanes <= count; j += kFloatLanes) sum += Term::term(load_floats(a + 4 * j), load_floats(b + 4 * j));
  if (j < count) sum += Term::term(load_floats(a + 4 * j, count - j), load_floats(b + 4 * j, count - j));
  return sum_of(sum);
}
