// Loops shared by the kernels' sources: one value per row from one or two operands, each flat or constant.
// Included inside an anonymous namespace only.

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using f32 = float;
using f64 = double;

template <class T>
struct Number;
template <class U, class W, bool S>
struct Integer {
  using Bits = U;
  using Wide = W;
  static constexpr bool is_integer = true;
  static constexpr bool is_signed = S;
  static constexpr int bits = sizeof(U) * 8;
};
template <>
struct Number<i8> : Integer<u8, i16, true> {};
template <>
struct Number<i16> : Integer<u16, i32, true> {};
template <>
struct Number<i32> : Integer<u32, i64, true> {};
template <>
struct Number<i64> : Integer<u64, i64, true> {};
template <>
struct Number<u8> : Integer<u8, u16, false> {};
template <>
struct Number<u16> : Integer<u16, u32, false> {};
template <>
struct Number<u32> : Integer<u32, u64, false> {};
template <>
struct Number<u64> : Integer<u64, u64, false> {};
template <>
struct Number<f32> {
  using Bits = u32;
  static constexpr bool is_integer = false;
  static constexpr bool is_signed = true;
};
template <>
struct Number<f64> {
  using Bits = u64;
  static constexpr bool is_integer = false;
  static constexpr bool is_signed = true;
};

// Op::apply(a, bad): bad collects, by |=, what Op::failed tells apart from "every row is fine".
template <class R, class T, class Op>
u32 unary(void* out, const KernelOperand* operands, u32 rows, const i64*) {
  R* o = static_cast<R*>(out);
  const T* a = static_cast<const T*>(operands[0].data);
  typename Op::Bad bad = 0;
#pragma GCC ivdep
  for (u32 i = 0; i < rows; ++i) o[i] = Op::apply(a[i], bad);
  return Op::failed(bad);
}

template <class R, class T, class Op>
u32 binary(void* out, const KernelOperand* operands, u32 rows, const i64*) {
  R* o = static_cast<R*>(out);
  const T* a = static_cast<const T*>(operands[0].data);
  const T* b = static_cast<const T*>(operands[1].data);
  typename Op::Bad bad = 0;
  if (operands[0].constant && operands[1].constant) {
    for (u32 i = 0; i < rows; ++i) o[i] = Op::apply(*a, *b, bad);
  } else if (operands[0].constant) {
    const T value = *a;
#pragma GCC ivdep
    for (u32 i = 0; i < rows; ++i) o[i] = Op::apply(value, b[i], bad);
  } else if (operands[1].constant) {
    const T value = *b;
#pragma GCC ivdep
    for (u32 i = 0; i < rows; ++i) o[i] = Op::apply(a[i], value, bad);
  } else {
#pragma GCC ivdep
    for (u32 i = 0; i < rows; ++i) o[i] = Op::apply(a[i], b[i], bad);
  }
  return Op::failed(bad);
}

// Base of operations that have a result for every row.
struct Total {
  using Bad = u32;
  static u32 failed(u32) { return 0; }
};

// Rows of a KernelsByType table, in the order of the types: bool, integers, floats, others.
#define INTEGERS(KERNEL) \
  KERNEL(i8), KERNEL(i16), KERNEL(i32), KERNEL(i64), KERNEL(u8), KERNEL(u16), KERNEL(u32), KERNEL(u64)
#define FLOATS(KERNEL) KERNEL(f32), KERNEL(f64)
#define NONE nullptr
#define NO_INTEGERS NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE
#define OTHERS NONE, NONE, NONE  // text, date, timestamp
