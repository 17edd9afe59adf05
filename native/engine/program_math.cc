// Mathematical functions of float64.
#include "engine/program_operation.h"
#include "kernels/math.h"
#include "kernels/trig.h"

namespace spillway {
namespace {

template <auto kMember, u32 kCount, u32 kCost>
bool math(const Signature& asked, ResolvedOperation& operation) {
  operation.kernel = math_kernels().*kMember;
  operation.cost = kCost;
  return asked.result == Type::F64 && asked.operands.size() == kCount && asked.operands[0] == Type::F64 &&
         asked.operands[kCount - 1] == Type::F64;
}

template <auto kMember, u32 kCount, u32 kCost>
bool trig(const Signature& asked, ResolvedOperation& operation) {
  operation.kernel = trig_kernels().*kMember;
  operation.cost = kCost;
  return asked.result == Type::F64 && asked.operands.size() == kCount && asked.operands[0] == Type::F64 &&
         asked.operands[kCount - 1] == Type::F64;
}

constexpr const char* kOne = "(float64) → float64";
constexpr const char* kTwo = "(float64, float64) → float64";

constexpr OperationDefinition kOperations[] = {
    {"sqrt", kOne, math<&MathTable::sqrt, 1, 6>},    {"cbrt", kOne, math<&MathTable::cbrt, 1, 80>},
    {"exp", kOne, math<&MathTable::exp, 1, 20>},     {"ln", kOne, math<&MathTable::ln, 1, 20>},
    {"log2", kOne, math<&MathTable::log2, 1, 30>},   {"log10", kOne, math<&MathTable::log10, 1, 30>},
    {"pow", kTwo, math<&MathTable::pow, 2, 80>},     {"sinh", kOne, math<&MathTable::sinh, 1, 40>},
    {"cosh", kOne, math<&MathTable::cosh, 1, 40>},   {"tanh", kOne, math<&MathTable::tanh, 1, 40>},
    {"sin", kOne, trig<&TrigTable::sin, 1, 24>},     {"cos", kOne, trig<&TrigTable::cos, 1, 24>},
    {"tan", kOne, trig<&TrigTable::tan, 1, 40>},     {"asin", kOne, trig<&TrigTable::asin, 1, 80>},
    {"acos", kOne, trig<&TrigTable::acos, 1, 80>},   {"atan", kOne, trig<&TrigTable::atan, 1, 50>},
    {"atan2", kTwo, trig<&TrigTable::atan2, 2, 80>}, {"hypot", kTwo, trig<&TrigTable::hypot, 2, 30>},
};

}  // namespace

std::span<const OperationDefinition> math_operations() { return kOperations; }

}  // namespace spillway
