// What the interpreter knows of one operation: how it is resolved for operand types, and how it computes a vector.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/memory.h"
#include "engine/program.h"
#include "engine/vector.h"
#include "kernels/vector_kernel.h"

namespace spillway {

// Bits of one vector's rows.
struct RowBits {
  u64 words[kVectorWords];
};

// One call of an operation that is more than a kernel. Operands hold no dictionaries.
struct Call {
  const Vector* operands = nullptr;
  u32 count = 0;
  u32 rows = 0;
  Type result = Type::I32;
  const i64* parameters = nullptr;
  Arena* arena = nullptr;       // for the bytes of text results
  const u64* active = nullptr;  // rows that count (strict operations: and have every operand); others need no value
  void* out = nullptr;
  u64* validity = nullptr;  // operations with null rules of their own write it and set `nullable`
  bool nullable = false;
  u64* failed = nullptr;  // zero at first; a row that cannot be computed sets its bit
  bool any_failed = false;

  template <class T>
  T* results() {
    return static_cast<T*>(out);
  }
  void fail(u32 row) {
    failed[row / 64] |= u64{1} << (row % 64);
    any_failed = true;
  }
};

using RowFunction = void (*)(Call&);

// An operation for given operand types; exactly one of `kernel` and `rows` is set.
struct ResolvedOperation {
  VectorKernel kernel = nullptr;
  RowFunction rows = nullptr;
  VectorKernel keeps = nullptr;  // over operand 1: bytes, 0 where the result is null all the same (division by zero)
  bool strict = true;            // null where any operand is null; else the operation decides by itself
  bool never_null = false;
  bool same_dictionary = false;           // equality: codes of one dictionary may stand for their texts
  u32 cost = 1;                           // roughly, in eighths of a nanosecond per row
  const char* failure = "has no result";  // what errors say of a row that cannot be computed
  std::vector<i64> parameters;            // as the kernel reads them
  bool monotonic = false;                 // of one operand, not decreasing: its range gives the result's
  bool has_range = false;                 // of the result, whatever the operands
  i64 min = 0;
  i64 max = 0;
};

// What an instruction asks for.
struct Signature {
  Type result;
  std::span<const Type> operands;
  std::span<const i64> parameters;

  bool is(Type wanted_result, std::initializer_list<Type> wanted) const;
  i64 parameter(std::size_t index, i64 otherwise) const {
    return index < parameters.size() ? parameters[index] : otherwise;
  }
};

struct OperationDefinition {
  const char* name;
  const char* signature;  // for people and for the check against the plan's functions
  bool (*resolve)(const Signature& asked, ResolvedOperation& operation);  // false: not for these types
};

// The families; each file knows its own operations.
std::span<const OperationDefinition> arithmetic_operations();
std::span<const OperationDefinition> comparison_operations();
std::span<const OperationDefinition> logic_operations();
std::span<const OperationDefinition> cast_operations();
std::span<const OperationDefinition> date_operations();
std::span<const OperationDefinition> text_operations();
std::span<const OperationDefinition> math_operations();

// Throws Error Internal for a name or types that no definition takes.
ResolvedOperation resolve_operation(const Instruction& instruction, std::span<const Type> operands);

// Where an evaluation writes. `failed` must be zero.
struct Evaluation {
  void* out;
  u64* validity;
  u64* failed;
  bool nullable = false;    // some row may be null: `validity` was written
  bool any_failed = false;  // `failed` has bits
};

// One operation over `rows` rows of operands without dictionaries. `active`: rows that count; bits from `rows` on are
// 0.
void evaluate(const ResolvedOperation& operation, Type result, const Vector* operands, u32 count, u32 rows,
              const u64* active, Arena& arena, Evaluation& evaluation);

// Validity of an operand as words, for `rows` rows; `scratch` is used for constants and for operands without nulls.
const u64* validity_words(const Vector& operand, u32 rows, RowBits& scratch);

// The first `rows` bits are 1, the rest of the used words 0.
void fill_rows(u64* words, u32 rows);

inline u32 words_of(u32 rows) { return (rows + 63) / 64; }

inline KernelOperand kernel_operand(const Vector& vector) { return {vector.data, vector.constant}; }

// Index of a width in the kernels' tables by width.
inline u32 width_class(u32 width) { return static_cast<u32>(__builtin_ctz(width)); }

// "int32", "utf8", …
const char* type_name(Type type);

}  // namespace spillway
