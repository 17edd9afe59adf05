// Finds an operation's definition, and runs one resolved operation over one vector.
#include "engine/program_operation.h"

#include <algorithm>
#include <array>

#include "kernels/select.h"

namespace spillway {
namespace {

using Family = std::span<const OperationDefinition> (*)();
constexpr Family kFamilies[] = {arithmetic_operations, comparison_operations, logic_operations, cast_operations,
                                date_operations,       text_operations,       math_operations};

constexpr u32 kMaxKernelOperands = 4;

// Rows that the kernel has no result for, among those that count: blocks first, then row by row.
void find_failures(const ResolvedOperation& operation, u32 width, const Vector* operands, u32 count, u32 rows,
                   const u64* active, Evaluation& evaluation) {
  const auto run = [&](u32 begin, u32 n) {
    std::array<KernelOperand, kMaxKernelOperands> moved;
    for (u32 i = 0; i < count; ++i) {
      const u32 step = operands[i].constant ? 0 : begin * width_of(operands[i].type);
      moved[i] = {static_cast<const u8*>(operands[i].data) + step, operands[i].constant};
    }
    return operation.kernel(static_cast<u8*>(evaluation.out) + std::size_t{begin} * width, moved.data(), n,
                            operation.parameters.data());
  };
  for (u32 w = 0; w < words_of(rows); ++w) {
    u64 candidates = active[w];
    if (evaluation.nullable) candidates &= evaluation.validity[w];
    if (candidates == 0 || run(64 * w, std::min(64u, rows - 64 * w)) == 0) continue;
    for (; candidates != 0; candidates &= candidates - 1) {
      const u32 bit = static_cast<u32>(__builtin_ctzll(candidates));
      if (run(64 * w + bit, 1) == 0) continue;
      evaluation.failed[w] |= u64{1} << bit;
      evaluation.any_failed = true;
    }
  }
}

// The AND of the operands' validity; false when no operand has nulls. A constant null makes every row null.
bool intersect_validity(const Vector* operands, u32 count, u32 rows, u64* out) {
  bool nullable = false;
  const u32 words = words_of(rows);
  for (u32 i = 0; i < count; ++i) {
    if (operands[i].validity == nullptr) continue;
    if (operands[i].constant) {
      if (operands[i].valid(0)) continue;
      std::fill_n(out, words, u64{0});
      return true;
    }
    if (nullable) {
      for (u32 w = 0; w < words; ++w) out[w] &= operands[i].validity[w];
    } else {
      std::copy_n(operands[i].validity, words, out);
    }
    nullable = true;
  }
  return nullable;
}

void null_where_zero(const ResolvedOperation& operation, const Vector& divisor, u32 rows, Evaluation& evaluation) {
  alignas(64) u8 kept[kVectorRows];
  const u32 distinct = divisor.constant ? 1 : rows;
  const KernelOperand operand = kernel_operand(divisor);
  operation.keeps(kept, &operand, distinct, operation.parameters.data());
  if (divisor.constant && kept[0] != 0) return;
  const u32 words = words_of(rows);
  RowBits bits{};
  if (!divisor.constant) select_kernels().bits_of_bytes(bits.words, kept, rows);
  if (!evaluation.nullable) fill_rows(evaluation.validity, rows);
  for (u32 w = 0; w < words; ++w) evaluation.validity[w] &= bits.words[w];
  evaluation.nullable = true;
}

}  // namespace

bool Signature::is(Type wanted_result, std::initializer_list<Type> wanted) const {
  return result == wanted_result && std::equal(operands.begin(), operands.end(), wanted.begin(), wanted.end());
}

ResolvedOperation resolve_operation(const Instruction& instruction, std::span<const Type> operands) {
  const Signature asked{instruction.result, operands, instruction.parameters};
  for (const Family family : kFamilies) {
    for (const OperationDefinition& definition : family()) {
      if (instruction.operation != definition.name) continue;
      ResolvedOperation operation;
      operation.parameters = instruction.parameters;
      if (definition.resolve(asked, operation)) {
        operation.parameters.resize(std::max<std::size_t>(operation.parameters.size(), 4));
        return operation;
      }
      std::string types;
      for (const Type type : operands) types += (types.empty() ? "" : ", ") + std::string(type_name(type));
      throw Error(ErrorCode::Internal, "operation " + instruction.operation + " (" + definition.signature +
                                           ") does not take (" + types + ") → " + type_name(instruction.result));
    }
  }
  throw Error(ErrorCode::Internal, "no operation is named \"" + instruction.operation + "\"");
}

std::vector<std::string> operation_names() {
  std::vector<std::string> names{"filter(bool)"};
  for (const Family family : kFamilies) {
    for (const OperationDefinition& definition : family())
      names.push_back(std::string(definition.name) + definition.signature);
  }
  return names;
}

void evaluate(const ResolvedOperation& operation, Type result, const Vector* operands, u32 count, u32 rows,
              const u64* active, Arena& arena, Evaluation& evaluation) {
  const u32 width = width_of(result);
  if (operation.strict) evaluation.nullable = intersect_validity(operands, count, rows, evaluation.validity);
  if (operation.kernel != nullptr) {
    std::array<KernelOperand, kMaxKernelOperands> kernel_operands;
    for (u32 i = 0; i < count; ++i) kernel_operands[i] = kernel_operand(operands[i]);
    const u32 flag = operation.kernel(evaluation.out, kernel_operands.data(), rows, operation.parameters.data());
    if (operation.keeps != nullptr) null_where_zero(operation, operands[1], rows, evaluation);
    if (flag != 0) find_failures(operation, width, operands, count, rows, active, evaluation);
    return;
  }
  Call call;
  call.operands = operands;
  call.count = count;
  call.rows = rows;
  call.result = result;
  call.parameters = operation.parameters.data();
  call.arena = &arena;
  call.out = evaluation.out;
  call.validity = evaluation.validity;
  call.failed = evaluation.failed;
  RowBits wanted;
  call.active = active;
  if (evaluation.nullable) {
    for (u32 w = 0; w < words_of(rows); ++w) wanted.words[w] = active[w] & evaluation.validity[w];
    call.active = wanted.words;
  }
  operation.rows(call);
  evaluation.nullable |= call.nullable;
  evaluation.any_failed = call.any_failed;
}

const u64* validity_words(const Vector& operand, u32 rows, RowBits& scratch) {
  if (operand.validity != nullptr && !operand.constant) return operand.validity;
  if (operand.valid(0)) {
    std::fill_n(scratch.words, words_of(rows), ~u64{0});
  } else {
    std::fill_n(scratch.words, words_of(rows), u64{0});
  }
  return scratch.words;
}

void fill_rows(u64* words, u32 rows) {
  std::fill_n(words, rows / 64, ~u64{0});
  if (rows % 64 != 0) words[rows / 64] = (u64{1} << (rows % 64)) - 1;
}

const char* type_name(Type type) {
  constexpr const char* kNames[kTypeCount] = {"bool",   "int8",   "int16",   "int32",   "int64", "uint8", "uint16",
                                              "uint32", "uint64", "float32", "float64", "utf8",  "date",  "timestamp"};
  return kNames[static_cast<u8>(type)];
}

}  // namespace spillway
