// Operations on numbers that are one kernel each: arithmetic, rounding, bits, tests.
#include "engine/program_operation.h"
#include "kernels/arith.h"
#include "kernels/number.h"
#include "kernels/rounding.h"

namespace spillway {
namespace {

constexpr const char* kOverflow = "the result does not fit the type";

VectorKernel kernel_for(const KernelsByType& kernels, Type type) { return kernels.of[static_cast<u8>(type)]; }

// Operands and result of one type.
bool same_type(const Signature& asked, std::size_t count) {
  if (asked.operands.size() != count) return false;
  for (const Type type : asked.operands) {
    if (type != asked.result) return false;
  }
  return true;
}

bool resolve_same(const KernelsByType& kernels, const Signature& asked, std::size_t count, u32 cost,
                  ResolvedOperation& operation) {
  if (!same_type(asked, count)) return false;
  operation.kernel = kernel_for(kernels, asked.result);
  operation.cost = cost;
  operation.failure = kOverflow;
  return operation.kernel != nullptr;
}

template <auto kMember, u32 kCount, u32 kCost = 1>
bool arith(const Signature& asked, ResolvedOperation& operation) {
  return resolve_same(arith_kernels().*kMember, asked, kCount, kCost, operation);
}

template <auto kMember, u32 kCount, u32 kCost = 1>
bool number(const Signature& asked, ResolvedOperation& operation) {
  return resolve_same(number_kernels().*kMember, asked, kCount, kCost, operation);
}

// Whole numbers are their own floor, ceiling and truncation.
u32 same_values(void* out, const KernelOperand* operands, u32 rows, const i64* parameters) {
  std::memcpy(out, operands[0].data, static_cast<std::size_t>(rows) * static_cast<std::size_t>(parameters[3]));
  return 0;
}

template <auto kMember>
bool to_whole(const Signature& asked, ResolvedOperation& operation) {
  if (!same_type(asked, 1)) return false;
  if (is_float(asked.result)) return resolve_same(rounding_kernels().*kMember, asked, 1, 2, operation);
  if (!is_integer(asked.result)) return false;
  operation.parameters.resize(4);
  operation.parameters[3] = width_of(asked.result);
  operation.kernel = same_values;
  return true;
}

bool round(const Signature& asked, ResolvedOperation& operation) {
  if (!same_type(asked, 1)) return false;
  if (is_integer(asked.result) && asked.parameter(0, 0) >= 0) {
    return to_whole<&RoundingTable::trunc>(asked, operation);
  }
  return resolve_same(rounding_kernels().round, asked, 1, 4, operation);
}

// Integer and float forms live in different tables; both are null where the divisor is zero.
template <auto kInteger, auto kFloat>
bool divided(const Signature& asked, ResolvedOperation& operation) {
  const KernelsByType& kernels = is_float(asked.result) ? rounding_kernels().*kFloat : arith_kernels().*kInteger;
  if (!resolve_same(kernels, asked, 2, 16, operation)) return false;
  operation.keeps = kernel_for(arith_kernels().nonzero, asked.result);
  return true;
}

template <auto kMember>
bool test(const Signature& asked, ResolvedOperation& operation) {
  if (asked.result != Type::Bool || asked.operands.size() != 1) return false;
  operation.kernel = kernel_for(number_kernels().*kMember, asked.operands[0]);
  return operation.kernel != nullptr;
}

constexpr OperationDefinition kOperations[] = {
    {"add", "(number T, T) → T", arith<&ArithTable::add, 2>},
    {"sub", "(number T, T) → T", arith<&ArithTable::sub, 2>},
    {"mul", "(number T, T) → T", arith<&ArithTable::mul, 2>},
    {"neg", "(number T) → T", arith<&ArithTable::neg, 1>},
    {"abs", "(number T) → T", arith<&ArithTable::abs, 1>},
    {"sign", "(number T) → T", arith<&ArithTable::sign, 1>},
    {"div", "(float64, float64) → float64", arith<&ArithTable::div, 2, 4>},
    {"idiv", "(number T, T) → T", divided<&ArithTable::idiv, &RoundingTable::idiv>},
    {"mod", "(number T, T) → T", divided<&ArithTable::mod, &RoundingTable::mod>},
    {"floor", "(number T) → T", to_whole<&RoundingTable::floor>},
    {"ceil", "(number T) → T", to_whole<&RoundingTable::ceil>},
    {"trunc", "(number T) → T", to_whole<&RoundingTable::trunc>},
    {"round", "(number T) [digits] → T", round},
    {"bitAnd", "(integer T, T) → T", number<&NumberTable::bit_and, 2>},
    {"bitOr", "(integer T, T) → T", number<&NumberTable::bit_or, 2>},
    {"bitXor", "(integer T, T) → T", number<&NumberTable::bit_xor, 2>},
    {"shiftLeft", "(integer T, T) → T", number<&NumberTable::shift_left, 2, 2>},
    {"shiftRight", "(integer T, T) → T", number<&NumberTable::shift_right, 2, 2>},
    {"isFinite", "(float) → bool", test<&NumberTable::is_finite>},
    {"isNaN", "(float) → bool", test<&NumberTable::is_nan>},
};

}  // namespace

std::span<const OperationDefinition> arithmetic_operations() { return kOperations; }

}  // namespace spillway
