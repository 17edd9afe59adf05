// Comparisons, null-safe equality, membership and ranges.
#include <algorithm>

#include "engine/program_membership.h"
#include "engine/program_operation.h"
#include "engine/program_truth.h"
#include "kernels/compare.h"
#include "kernels/select.h"

namespace spillway {
namespace {

// All operands of one type, the result bool.
bool one_type(const Signature& asked, std::size_t least) {
  if (asked.result != Type::Bool || asked.operands.size() < least) return false;
  return std::all_of(asked.operands.begin(), asked.operands.end(),
                     [&](Type type) { return type == asked.operands[0]; });
}

u32 comparison_cost(Type type) { return type == Type::Utf8 ? 32 : 1; }

template <auto kMember, bool kEquality>
bool compare(const Signature& asked, ResolvedOperation& operation) {
  if (!one_type(asked, 2) || asked.operands.size() != 2) return false;
  operation.kernel = (compare_kernels().*kMember).of[static_cast<u8>(asked.operands[0])];
  operation.same_dictionary = kEquality;
  operation.cost = comparison_cost(asked.operands[0]);
  return true;
}

VectorKernel kernel_of(const KernelsByType& kernels, const Call& call) {
  return kernels.of[static_cast<u8>(call.operands[0].type)];
}

// Bits of `kernel` over two operands.
void compared(VectorKernel kernel, const Vector& a, const Vector& b, u32 rows, u64* bits) {
  alignas(64) u8 bytes[kVectorRows];
  const KernelOperand operands[2] = {kernel_operand(a), kernel_operand(b)};
  kernel(bytes, operands, rows, nullptr);
  select_kernels().bits_of_bytes(bits, bytes, rows);
}

void eq_null(Call& call) {
  RowBits equal, scratch_a, scratch_b;
  compared(kernel_of(compare_kernels().eq, call), call.operands[0], call.operands[1], call.rows, equal.words);
  const u64* a = validity_words(call.operands[0], call.rows, scratch_a);
  const u64* b = validity_words(call.operands[1], call.rows, scratch_b);
  for (u32 w = 0; w < words_of(call.rows); ++w) {
    equal.words[w] = (a[w] & b[w] & equal.words[w]) | ~(a[w] | b[w]);
  }
  select_kernels().bytes_of_bits(call.results<u8>(), equal.words, call.rows);
}

// SQL's IN: true if equal to any; else null if the value or any candidate is null; else false.
void in(Call& call) {
  if (call.count > kMembersToHash &&
      std::all_of(call.operands + 1, call.operands + call.count, [](const Vector& v) { return v.constant; })) {
    write_truth(member_truth(call.operands[0], {call.operands + 1, call.count - 1}, call.rows), call);
    return;
  }
  Truth found = truth_false(call.rows);
  const VectorKernel equality = kernel_of(compare_kernels().eq, call);
  for (u32 i = 1; i < call.count; ++i) {
    const Vector operands[2] = {call.operands[0], call.operands[i]};
    truth_or(found, truth_of(equality, operands, call.rows), call.rows);
  }
  write_truth(found, call);
}

void between(Call& call) {
  const Vector low[2] = {call.operands[0], call.operands[1]};
  const Vector high[2] = {call.operands[0], call.operands[2]};
  Truth inside = truth_of(kernel_of(compare_kernels().ge, call), low, call.rows);
  truth_and(inside, truth_of(kernel_of(compare_kernels().le, call), high, call.rows), call.rows);
  write_truth(inside, call);
}

template <RowFunction kRows, std::size_t kLeast, std::size_t kMost>
bool own_nulls(const Signature& asked, ResolvedOperation& operation) {
  if (!one_type(asked, kLeast) || asked.operands.size() > kMost) return false;
  operation.rows = kRows;
  operation.strict = false;
  operation.never_null = kRows == eq_null;
  operation.cost = static_cast<u32>(asked.operands.size()) * (1 + comparison_cost(asked.operands[0]));
  return true;
}

constexpr std::size_t kMany = ~std::size_t{0};

constexpr OperationDefinition kOperations[] = {
    {"eq", "(any T, T) → bool", compare<&CompareTable::eq, true>},
    {"ne", "(any T, T) → bool", compare<&CompareTable::ne, true>},
    {"lt", "(any T, T) → bool", compare<&CompareTable::lt, false>},
    {"le", "(any T, T) → bool", compare<&CompareTable::le, false>},
    {"gt", "(any T, T) → bool", compare<&CompareTable::gt, false>},
    {"ge", "(any T, T) → bool", compare<&CompareTable::ge, false>},
    {"eqNull", "(any T, T) → bool", own_nulls<eq_null, 2, 2>},
    {"in", "(any T, T…) → bool", own_nulls<in, 1, kMany>},
    {"between", "(any T, T, T) → bool", own_nulls<between, 3, 3>},
};

}  // namespace

std::span<const OperationDefinition> comparison_operations() { return kOperations; }

}  // namespace spillway
