// Arithmetic on every number type against wide integers and plain IEEE arithmetic.
#include <cmath>

#include "check.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

constexpr Type kIntegers[] = {Type::I8, Type::I16, Type::I32, Type::I64, Type::U8, Type::U16, Type::U32, Type::U64};
constexpr Type kFloats[] = {Type::F32, Type::F64};

std::optional<Cell> fit(Type type, i128 value) {
  const u32 bits = width_of(type) * 8;
  const bool is_signed = is_signed_integer(type);
  const i128 low = is_signed ? -(i128{1} << (bits - 1)) : 0, high = (i128{1} << (is_signed ? bits - 1 : bits)) - 1;
  if (value < low || value > high) return std::nullopt;
  return int_cell(value);
}

using IntegerFunction = std::function<std::optional<i128>(Type, i128, i128)>;

// `nothing` means: no result; a null result is asked for by `null_by_zero`.
void check_integers(const char* name, std::size_t count, bool null_by_zero, const IntegerFunction& f) {
  for (const Type type : kIntegers) {
    check_operation(name, type, std::vector<Type>(count, type), [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      for (const Cell& cell : c) {
        if (cell.null) return null_cell();
      }
      if (null_by_zero && c[1].integer == 0) return null_cell();
      const std::optional<i128> value = f(type, c[0].integer, count > 1 ? c[1].integer : 0);
      if (!value) return std::nullopt;
      return fit(type, *value);
    });
  }
}

void check_floats(const char* name, std::size_t count, bool null_by_zero, const std::function<f64(Type, f64, f64)>& f,
                  std::vector<i64> parameters = {}) {
  for (const Type type : kFloats) {
    check_operation(
        name, type, std::vector<Type>(count, type),
        [&](const std::vector<Cell>& c) -> std::optional<Cell> {
          for (const Cell& cell : c) {
            if (cell.null) return null_cell();
          }
          if (null_by_zero && c[1].real == 0) return null_cell();
          const f64 value = f(type, c[0].real, count > 1 ? c[1].real : 0);
          return real_cell(type == Type::F32 ? f64{static_cast<f32>(value)} : value);
        },
        parameters);
  }
}

}  // namespace

TEST(sums_and_differences_of_integers_are_checked) {
  check_integers("add", 2, false, [](Type, i128 a, i128 b) { return a + b; });
  check_integers("sub", 2, false, [](Type, i128 a, i128 b) { return a - b; });
}

TEST(products_of_integers_are_checked) {
  check_integers("mul", 2, false, [](Type type, i128 a, i128 b) -> std::optional<i128> {
    i128 r;
    if (type == Type::U64 && a != 0 && b > (i128{1} << 64) / a) return std::nullopt;
    if (__builtin_mul_overflow(a, b, &r)) return std::nullopt;
    return r;
  });
}

TEST(signs_of_integers) {
  check_integers("neg", 1, false, [](Type, i128 a, i128) { return -a; });
  check_integers("abs", 1, false, [](Type, i128 a, i128) { return a < 0 ? -a : a; });
  check_integers("sign", 1, false, [](Type, i128 a, i128) { return i128{(a > 0) - (a < 0)}; });
}

TEST(quotients_and_remainders_of_integers_truncate_and_are_null_by_zero) {
  check_integers("idiv", 2, true, [](Type, i128 a, i128 b) { return a / b; });
  check_integers("mod", 2, true, [](Type, i128 a, i128 b) { return a % b; });
}

TEST(bits_of_integers) {
  check_integers("bitAnd", 2, false, [](Type, i128 a, i128 b) { return a & b; });
  check_integers("bitOr", 2, false, [](Type, i128 a, i128 b) { return a | b; });
  check_integers("bitXor", 2, false, [](Type, i128 a, i128 b) { return a ^ b; });
}

TEST(shifts_of_integers_are_checked) {
  check_integers("shiftLeft", 2, false, [](Type type, i128 a, i128 n) -> std::optional<i128> {
    if (a < 0 || n < 0) return std::nullopt;
    if (n >= width_of(type) * 8) return a == 0 ? std::optional<i128>(0) : std::nullopt;
    if (a != 0 && n + 64 - __builtin_clzll(static_cast<u64>(a)) > 100) return std::nullopt;
    return a << static_cast<int>(n);
  });
  check_integers("shiftRight", 2, false, [](Type, i128 a, i128 n) -> std::optional<i128> {
    if (n < 0) return std::nullopt;
    return a >> static_cast<int>(std::min<i128>(n, 100));
  });
}

TEST(arithmetic_of_floats_is_ieee) {
  const auto narrow = [](Type type, f64 value) { return type == Type::F32 ? f64{static_cast<f32>(value)} : value; };
  check_floats("add", 2, false, [&](Type t, f64 a, f64 b) { return narrow(t, a + b); });
  check_floats("sub", 2, false, [&](Type t, f64 a, f64 b) { return narrow(t, a - b); });
  check_floats("mul", 2, false, [&](Type t, f64 a, f64 b) { return narrow(t, a * b); });
  check_floats("neg", 1, false, [](Type, f64 a, f64) { return -a; });
  check_floats("abs", 1, false, [](Type, f64 a, f64) { return std::fabs(a); });
  check_floats("sign", 1, false, [](Type, f64 a, f64) { return a > 0 ? 1.0 : a < 0 ? -1.0 : a; });
  check_floats("mod", 2, true, [](Type, f64 a, f64 b) { return std::fmod(a, b); });
  check_operation("div", Type::F64, {Type::F64, Type::F64}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
    if (c[0].null || c[1].null) return null_cell();
    return real_cell(c[0].real / c[1].real);
  });
}

TEST(float_quotients_truncate) {
  check_floats("idiv", 2, true, [](Type t, f64 a, f64 b) {
    return t == Type::F32 ? f64{std::trunc(static_cast<f32>(a) / static_cast<f32>(b))} : std::trunc(a / b);
  });
}

TEST(rounding_of_floats) {
  check_floats("floor", 1, false, [](Type, f64 a, f64) { return std::floor(a); });
  check_floats("ceil", 1, false, [](Type, f64 a, f64) { return std::ceil(a); });
  check_floats("trunc", 1, false, [](Type, f64 a, f64) { return std::trunc(a); });
  check_floats("round", 1, false, [](Type, f64 a, f64) { return std::round(a); });
  check_floats("round", 1, false,
               [](Type, f64 a, f64) {
                 const f64 r = std::round(a * 100) / 100;
                 return std::isfinite(r) ? r : a;
               },
               {2});
  check_floats("round", 1, false, [](Type, f64 a, f64) { return std::round(a / 1000) * 1000; }, {-3});
}

TEST(rounding_of_integers) {
  check_integers("floor", 1, false, [](Type, i128 a, i128) { return a; });
  check_integers("round", 1, false, [](Type, i128 a, i128) { return a; });
  for (const Type type : kIntegers) {
    check_operation("round", type, {type},
                    [&](const std::vector<Cell>& c) -> std::optional<Cell> {
                      if (c[0].null) return null_cell();
                      const i128 size = c[0].integer < 0 ? -c[0].integer : c[0].integer;
                      const i128 r = (size + 50) / 100 * 100;
                      return fit(type, c[0].integer < 0 ? -r : r);
                    },
                    {-2});
  }
}

TEST(finite_and_nan) {
  for (const Type type : kFloats) {
    check_operation("isFinite", Type::Bool, {type}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
      return c[0].null ? null_cell() : int_cell(std::isfinite(c[0].real));
    });
    check_operation("isNaN", Type::Bool, {type}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
      return c[0].null ? null_cell() : int_cell(std::isnan(c[0].real));
    });
  }
}
