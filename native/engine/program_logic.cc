// Logic, null tests and choices: and or not isNull isNotNull ifElse coalesce nullIf least greatest.
#include <algorithm>

#include "engine/program_operation.h"
#include "engine/program_truth.h"
#include "kernels/compare.h"
#include "kernels/number.h"
#include "kernels/select.h"

namespace spillway {
namespace {

bool nullable(const Vector& v) { return v.validity != nullptr && !(v.constant && v.valid(0)); }

template <bool kAnd>
void connect(Call& call) {
  const Vector &a = call.operands[0], &b = call.operands[1];
  if (!nullable(a) && !nullable(b)) {
    const KernelOperand operands[2] = {kernel_operand(a), kernel_operand(b)};
    (kAnd ? select_kernels().both : select_kernels().either)(call.out, operands, call.rows, nullptr);
    return;
  }
  Truth truth = truth_of(a, call.rows);
  if (kAnd) {
    truth_and(truth, truth_of(b, call.rows), call.rows);
  } else {
    truth_or(truth, truth_of(b, call.rows), call.rows);
  }
  write_truth(truth, call);
}

template <bool kNull>
void null_test(Call& call) {
  RowBits scratch;
  const u64* valid = validity_words(call.operands[0], call.rows, scratch);
  RowBits bits;
  for (u32 w = 0; w < words_of(call.rows); ++w) bits.words[w] = kNull ? ~valid[w] : valid[w];
  select_kernels().bytes_of_bits(call.results<u8>(), bits.words, call.rows);
}

// Result = bit ? a : b, values and nulls.
void choose(Call& call, const u64* bits, const Vector& a, const Vector& b) {
  select_kernels().choose[width_class(width_of(call.result))](call.out, bits, kernel_operand(a), kernel_operand(b),
                                                              call.rows);
  if (!nullable(a) && !nullable(b)) return;
  RowBits scratch_a, scratch_b;
  const u64* valid_a = validity_words(a, call.rows, scratch_a);
  const u64* valid_b = validity_words(b, call.rows, scratch_b);
  for (u32 w = 0; w < words_of(call.rows); ++w) {
    call.validity[w] = (bits[w] & valid_a[w]) | (~bits[w] & valid_b[w]);
  }
  call.nullable = true;
}

void if_else(Call& call) {
  const Truth condition = truth_of(call.operands[0], call.rows);
  choose(call, condition.is_true.words, call.operands[1], call.operands[2]);
}

// What has been computed so far, as an operand of the next step.
Vector so_far(const Call& call) {
  Vector v;
  v.type = call.result;
  v.data = call.out;
  v.validity = call.nullable ? call.validity : nullptr;
  return v;
}

void copy_operand(Call& call, const Vector& from) {
  RowBits all;
  std::fill_n(all.words, words_of(call.rows), ~u64{0});
  choose(call, all.words, from, from);
}

// Before each choice the bits are copied: the call's validity is what the choice overwrites.
void coalesce(Call& call) {
  copy_operand(call, call.operands[0]);
  for (u32 i = 1; i < call.count && call.nullable; ++i) {
    RowBits have;
    std::copy_n(call.validity, words_of(call.rows), have.words);
    const Vector before = so_far(call);
    call.nullable = false;
    choose(call, have.words, before, call.operands[i]);
    if (!nullable(call.operands[i])) call.nullable = false;
  }
}

void null_if(Call& call) {
  copy_operand(call, call.operands[0]);
  const VectorKernel equality = compare_kernels().eq.of[static_cast<u8>(call.result)];
  const Truth equal = truth_of(equality, call.operands, call.rows);
  RowBits scratch;
  const u64* valid = validity_words(call.operands[0], call.rows, scratch);
  for (u32 w = 0; w < words_of(call.rows); ++w) call.validity[w] = valid[w] & ~equal.is_true.words[w];
  call.nullable = true;
}

// Rows where b replaces what there is: where only b has a value, or both have and b wins.
template <bool kLeast>
void extreme_of_nullable(Call& call) {
  copy_operand(call, call.operands[0]);
  const CompareTable& compare = compare_kernels();
  const VectorKernel wins = (kLeast ? compare.gt : compare.lt).of[static_cast<u8>(call.result)];
  for (u32 i = 1; i < call.count; ++i) {
    const Vector two[2] = {so_far(call), call.operands[i]};
    RowBits keep, scratch;
    const Truth replaced = truth_of(wins, two, call.rows);
    const u64* valid_b = validity_words(two[1], call.rows, scratch);
    for (u32 w = 0; w < words_of(call.rows); ++w) {
      const u64 have = call.nullable ? call.validity[w] : ~u64{0};
      keep.words[w] = (have & ~replaced.is_true.words[w]) | (~have & ~valid_b[w]);
    }
    call.nullable = false;
    choose(call, keep.words, two[0], two[1]);
  }
}

template <bool kLeast>
void extreme(Call& call) {
  const NumberTable& numbers = number_kernels();
  const VectorKernel kernel = (kLeast ? numbers.least : numbers.greatest).of[static_cast<u8>(call.result)];
  if (kernel == nullptr || std::any_of(call.operands, call.operands + call.count, nullable)) {
    extreme_of_nullable<kLeast>(call);
    return;
  }
  KernelOperand two[2] = {kernel_operand(call.operands[0]), {}};
  for (u32 i = 1; i < call.count; ++i) {
    two[1] = kernel_operand(call.operands[i]);
    kernel(call.out, two, call.rows, nullptr);
    two[0] = {call.out, false};
  }
}

bool connective(const Signature& asked, ResolvedOperation& operation, RowFunction rows) {
  operation.rows = rows;
  operation.strict = false;
  return asked.is(Type::Bool, {Type::Bool, Type::Bool});
}

bool both(const Signature& asked, ResolvedOperation& operation) { return connective(asked, operation, connect<true>); }
bool either(const Signature& asked, ResolvedOperation& operation) {
  return connective(asked, operation, connect<false>);
}

bool negation(const Signature& asked, ResolvedOperation& operation) {
  operation.kernel = select_kernels().negate;
  return asked.is(Type::Bool, {Type::Bool});
}

template <bool kNull>
bool test(const Signature& asked, ResolvedOperation& operation) {
  operation.rows = null_test<kNull>;
  operation.strict = false;
  operation.never_null = true;
  return asked.result == Type::Bool && asked.operands.size() == 1;
}

// Operands from `first` on have the result's type.
bool chosen(const Signature& asked, ResolvedOperation& operation, RowFunction rows, std::size_t first,
            std::size_t least) {
  operation.rows = rows;
  operation.strict = false;
  operation.cost = static_cast<u32>(2 * asked.operands.size());
  return asked.operands.size() >= least &&
         std::all_of(asked.operands.begin() + static_cast<std::ptrdiff_t>(first), asked.operands.end(),
                     [&](Type type) { return type == asked.result; });
}

bool choice(const Signature& asked, ResolvedOperation& operation) {
  return asked.operands.size() == 3 && asked.operands[0] == Type::Bool && chosen(asked, operation, if_else, 1, 3);
}

template <RowFunction kRows, std::size_t kLeast>
bool same(const Signature& asked, ResolvedOperation& operation) {
  return chosen(asked, operation, kRows, 0, kLeast);
}

bool null_when_equal(const Signature& asked, ResolvedOperation& operation) {
  return asked.operands.size() == 2 && chosen(asked, operation, null_if, 0, 2);
}

constexpr OperationDefinition kOperations[] = {
    {"and", "(bool, bool) → bool", both},
    {"or", "(bool, bool) → bool", either},
    {"not", "(bool) → bool", negation},
    {"isNull", "(any) → bool", test<true>},
    {"isNotNull", "(any) → bool", test<false>},
    {"ifElse", "(bool, any T, T) → T", choice},
    {"coalesce", "(any T…) → T", same<coalesce, 1>},
    {"nullIf", "(any T, T) → T", null_when_equal},
    {"least", "(any T…) → T", same<extreme<true>, 2>},
    {"greatest", "(any T…) → T", same<extreme<false>, 2>},
};

}  // namespace

std::span<const OperationDefinition> logic_operations() { return kOperations; }

}  // namespace spillway
