// Mathematical kernels under every instruction set: accuracy against long double, special values, the same bits.
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "engine/types.h"
#include "kernels/math.h"
#include "kernels/trig.h"

using namespace spillway;

namespace {

constexpr u32 kRows = 2048;

// Units in the last place between a result and the true value.
f64 distance(f64 got, long double wanted) {
  const f64 nearest = static_cast<f64>(wanted);
  if (std::isnan(got) || std::isnan(nearest)) return std::isnan(got) && std::isnan(nearest) ? 0 : INFINITY;
  if (std::isinf(got) || std::isinf(nearest)) return got == nearest ? 0 : INFINITY;
  int exponent;
  std::frexp(nearest, &exponent);
  const long double unit = std::ldexp(1.0L, std::max(exponent, -1021) - 53);
  return static_cast<f64>(std::fabs(static_cast<long double>(got) - wanted) / unit);
}

struct Range {
  f64 low, high;
  bool logarithmic;
  f64 draw(std::mt19937_64& random) const {
    const f64 u = static_cast<f64>(random() >> 11) * 0x1p-53;
    return logarithmic ? std::exp(std::log(low) + u * (std::log(high) - std::log(low))) : low + u * (high - low);
  }
};

using One = long double (*)(long double);
using Two = long double (*)(long double, long double);

// Runs one kernel under every instruction set over the operands; all must give the same bits.
template <class Table, class Kernels>
std::vector<f64> run(VectorKernel Table::*kernel, Kernels kernels, const std::vector<std::vector<f64>>& operands,
                     const std::string& name) {
  std::vector<f64> first;
  for (const Isa isa : supported_isas()) {
    std::vector<KernelOperand> views;
    for (const std::vector<f64>& operand : operands) views.push_back({operand.data(), false});
    std::vector<f64> out(operands[0].size());
    CHECK_EQ((kernels(isa).*kernel)(out.data(), views.data(), static_cast<u32>(out.size()), nullptr), 0u);
    if (first.empty()) first = out;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (std::memcmp(&out[i], &first[i], 8) == 0) continue;
      CHECK_EQ(name + " of " + std::to_string(operands[0][i]) + " under " + isa_name(isa),
               "the same bits as under base");
      break;
    }
  }
  return first;
}

template <class Table, class Kernels>
void check_one(const char* name, VectorKernel Table::*kernel, Kernels kernels, One reference,
               std::vector<Range> ranges) {
  std::mt19937_64 random(11);
  f64 worst = 0, where = 0;
  for (const Range& range : ranges) {
    for (u32 round = 0; round < 8; ++round) {
      std::vector<f64> x(kRows - round);
      for (f64& v : x) v = range.draw(random);
      const std::vector<f64> out = run(kernel, kernels, {x}, name);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const f64 d = distance(out[i], reference(x[i]));
        if (d > worst) worst = d, where = x[i];
      }
    }
  }
  if (worst > 1)
    CHECK_EQ(std::string(name) + " is off by " + std::to_string(worst) + " units at " + std::to_string(where),
             "at most 1");
}

constexpr f64 kSpecial[] = {0.0,
                            -0.0,
                            1,
                            -1,
                            2,
                            -2,
                            0.5,
                            -0.5,
                            INFINITY,
                            -INFINITY,
                            NAN,
                            3,
                            -3,
                            8,
                            27,
                            1000,
                            1e22,
                            5e-324,
                            -5e-324,
                            1e-310,
                            1.7976931348623157e308,
                            -1e300,
                            2.5,
                            -2.5,
                            9007199254740993.0,
                            4503599627370497.0,
                            1e300,
                            745.2,
                            -745.1,
                            -746,
                            709.78,
                            709.79,
                            710.4,
                            710.5,
                            -710.48,
                            1e-200,
                            1e-21,
                            1.0000000000000002,
                            1e6,
                            1000001};

// Signed zeros count; where the true value is a whole half unit away both neighbours are right.
bool as_good(f64 got, long double wanted) {
  const f64 nearest = static_cast<f64>(wanted);
  if (nearest == 0 || std::isinf(nearest)) {
    return (got == nearest || (nearest == 0 && std::fabs(got) <= 5e-324)) && std::signbit(got) == std::signbit(nearest);
  }
  return distance(got, wanted) <= 1;
}

template <class Table, class Kernels>
void check_special(const char* name, VectorKernel Table::*kernel, Kernels kernels, f64 (*reference)(f64)) {
  const std::vector<f64> x(std::begin(kSpecial), std::end(kSpecial));
  const std::vector<f64> out = run(kernel, kernels, {x}, name);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!as_good(out[i], reference(x[i])))
      CHECK_EQ(std::string(name) + "(" + std::to_string(x[i]) + ") = " + std::to_string(out[i]),
               std::to_string(reference(x[i])));
  }
}

template <class Table, class Kernels>
void check_special_pairs(const char* name, VectorKernel Table::*kernel, Kernels kernels, Two reference) {
  std::vector<f64> x, y;
  for (const f64 a : kSpecial) {
    for (const f64 b : kSpecial) x.push_back(a), y.push_back(b);
  }
  const std::vector<f64> out = run(kernel, kernels, {x, y}, name);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!as_good(out[i], reference(x[i], y[i]))) {
      CHECK_EQ(std::string(name) + "(" + std::to_string(x[i]) + ", " + std::to_string(y[i]) +
                   ") = " + std::to_string(out[i]),
               std::to_string(static_cast<f64>(reference(x[i], y[i]))));
    }
  }
}

const MathTable& math_of(Isa isa) { return math_kernels(isa); }
const TrigTable& trig_of(Isa isa) { return trig_kernels(isa); }

}  // namespace

TEST(exponentials_and_logarithms) {
  const Range wide{1e-308, 1e308, true}, near_one{0.5, 2, false};
  check_one("exp", &MathTable::exp, math_of, [](long double x) { return std::exp(x); },
            {{-745, 709.7, false}, {-1, 1, false}});
  check_one("ln", &MathTable::ln, math_of, [](long double x) { return std::log(x); }, {wide, near_one});
  check_one("log2", &MathTable::log2, math_of, [](long double x) { return std::log2(x); }, {wide, near_one});
  check_one("log10", &MathTable::log10, math_of, [](long double x) { return std::log10(x); }, {wide, near_one});
  check_one("sqrt", &MathTable::sqrt, math_of, [](long double x) { return std::sqrt(x); }, {wide});
  check_one("cbrt", &MathTable::cbrt, math_of, [](long double x) { return std::cbrt(x); },
            {wide, {-1000, 1000, false}});
}

TEST(powers) {
  std::mt19937_64 random(12);
  const std::pair<Range, Range> ranges[] = {{{1e-300, 1e300, true}, {-1, 1, false}},
                                            {{0.5, 2, false}, {-700, 700, false}},
                                            {{0.999, 1.001, false}, {-500000, 500000, false}},
                                            {{1e-5, 1e5, true}, {-50, 50, false}}};
  f64 worst = 0;
  for (const auto& [bases, exponents] : ranges) {
    for (u32 round = 0; round < 8; ++round) {
      std::vector<f64> x(kRows), y(kRows);
      for (f64& v : x) v = bases.draw(random);
      for (f64& v : y) v = exponents.draw(random);
      const std::vector<f64> out = run(&MathTable::pow, math_of, {x, y}, "pow");
      for (u32 i = 0; i < kRows; ++i)
        worst =
            std::max(worst, distance(out[i], std::pow(static_cast<long double>(x[i]), static_cast<long double>(y[i]))));
    }
  }
  CHECK(worst <= 1);
  check_special_pairs("pow", &MathTable::pow, math_of, [](long double x, long double y) { return std::pow(x, y); });
}

TEST(exact_results_are_exact) {
  std::vector<f64> powers, cubes, tens;
  for (int k = -1074; k < 1024; ++k) powers.push_back(std::ldexp(1.0, k));
  for (int k = 1; k < 2000; ++k) cubes.push_back(static_cast<f64>(k) * k * k);
  for (f64 v = 1; v <= 1e22; v *= 10) tens.push_back(v);
  const std::vector<f64> logs = run(&MathTable::log2, math_of, {powers}, "log2");
  for (std::size_t i = 0; i < logs.size(); ++i) CHECK_EQ(logs[i], static_cast<f64>(i) - 1074);
  const std::vector<f64> roots = run(&MathTable::cbrt, math_of, {cubes}, "cbrt");
  for (std::size_t i = 0; i < roots.size(); ++i) CHECK_EQ(roots[i], static_cast<f64>(i + 1));
  const std::vector<f64> digits = run(&MathTable::log10, math_of, {tens}, "log10");
  for (std::size_t i = 0; i < digits.size(); ++i) CHECK_EQ(digits[i], static_cast<f64>(i));
}

TEST(hyperbolic_functions) {
  const Range tiny{1e-300, 1, true};
  check_one("sinh", &MathTable::sinh, math_of, [](long double x) { return std::sinh(x); },
            {{-710, 710, false}, {-2, 2, false}, tiny});
  check_one("cosh", &MathTable::cosh, math_of, [](long double x) { return std::cosh(x); },
            {{-710, 710, false}, {-2, 2, false}, tiny});
  check_one("tanh", &MathTable::tanh, math_of, [](long double x) { return std::tanh(x); },
            {{-30, 30, false}, {-2, 2, false}, tiny});
}

TEST(angles) {
  const Range turn{-4, 4, false}, many{-1e6, 1e6, false}, large{1e6, 1e18, true}, tiny{1e-300, 1, true};
  check_one("sin", &TrigTable::sin, trig_of, [](long double x) { return std::sin(x); }, {turn, many, large, tiny});
  check_one("cos", &TrigTable::cos, trig_of, [](long double x) { return std::cos(x); }, {turn, many, large, tiny});
  check_one("tan", &TrigTable::tan, trig_of, [](long double x) { return std::tan(x); }, {turn, many, large, tiny});
  // The float64 that lies nearest to a multiple of π/2, relative to its size.
  const std::vector<f64> hardest = run(&TrigTable::cos, trig_of, {{std::ldexp(6381956970095103.0, 797)}}, "cos");
  CHECK(distance(hardest[0], -4.68716592425462761112e-19L) <= 1);
}

TEST(arcs) {
  const Range unit{-1, 1, false}, tiny{1e-300, 1, true}, edge{0.9999, 1, false}, wide{1e-300, 1e300, true};
  check_one("asin", &TrigTable::asin, trig_of, [](long double x) { return std::asin(x); }, {unit, tiny, edge});
  check_one("acos", &TrigTable::acos, trig_of, [](long double x) { return std::acos(x); }, {unit, tiny, edge});
  check_one("atan", &TrigTable::atan, trig_of, [](long double x) { return std::atan(x); }, {{-3, 3, false}, wide});
  check_special_pairs("atan2", &TrigTable::atan2, trig_of,
                      [](long double y, long double x) { return std::atan2(y, x); });
  check_special_pairs("hypot", &TrigTable::hypot, trig_of,
                      [](long double x, long double y) { return std::hypot(x, y); });
}

TEST(special_values) {
  check_special("exp", &MathTable::exp, math_of, [](f64 x) { return std::exp(x); });
  check_special("ln", &MathTable::ln, math_of, [](f64 x) { return std::log(x); });
  check_special("log2", &MathTable::log2, math_of, [](f64 x) { return std::log2(x); });
  check_special("log10", &MathTable::log10, math_of, [](f64 x) { return std::log10(x); });
  check_special("sqrt", &MathTable::sqrt, math_of, [](f64 x) { return std::sqrt(x); });
  check_special("cbrt", &MathTable::cbrt, math_of, [](f64 x) { return std::cbrt(x); });
  check_special("sinh", &MathTable::sinh, math_of, [](f64 x) { return std::sinh(x); });
  check_special("cosh", &MathTable::cosh, math_of, [](f64 x) { return std::cosh(x); });
  check_special("tanh", &MathTable::tanh, math_of, [](f64 x) { return std::tanh(x); });
  check_special("sin", &TrigTable::sin, trig_of, [](f64 x) { return std::sin(x); });
  check_special("cos", &TrigTable::cos, trig_of, [](f64 x) { return std::cos(x); });
  check_special("tan", &TrigTable::tan, trig_of, [](f64 x) { return std::tan(x); });
  check_special("asin", &TrigTable::asin, trig_of, [](f64 x) { return std::asin(x); });
  check_special("acos", &TrigTable::acos, trig_of, [](f64 x) { return std::acos(x); });
  check_special("atan", &TrigTable::atan, trig_of, [](f64 x) { return std::atan(x); });
}
