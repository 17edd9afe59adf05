// Follows nulls and ranges through a program's steps; says less rather than something wrong.
#include "engine/program_facts.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace spillway {
namespace {

struct Range {
  i64 min, max;
};

// All values of a type, where they fit 64 signed bits.
bool range_of_type(Type type, Range& range) {
  switch (type) {
    case Type::Bool: range = {0, 1}; return true;
    case Type::I8: range = {INT8_MIN, INT8_MAX}; return true;
    case Type::I16: range = {INT16_MIN, INT16_MAX}; return true;
    case Type::I32: range = {INT32_MIN, INT32_MAX}; return true;
    case Type::U8: range = {0, UINT8_MAX}; return true;
    case Type::U16: range = {0, UINT16_MAX}; return true;
    case Type::U32: range = {0, UINT32_MAX}; return true;
    default: return false;
  }
}

void set_range(ColumnFacts& facts, i64 min, i64 max) {
  facts.has_range = true;
  facts.min = min;
  facts.max = max;
}

ColumnFacts facts_of_constant(const Constant& constant) {
  ColumnFacts facts;
  facts.type = constant.type;
  facts.may_be_null = constant.null;
  const bool fits = constant.type != Type::U64 || constant.integer >= 0;
  if (!constant.null && !is_float(constant.type) && constant.type != Type::Utf8 && fits) {
    set_range(facts, constant.integer, constant.integer);
  }
  return facts;
}

// Sums, differences and products of ranges; results outside the type are errors, so the type bounds them.
void arithmetic_range(std::string_view operation, Type type, const ColumnFacts& a, const ColumnFacts& b,
                      ColumnFacts& result) {
  if (!a.has_range || !b.has_range) return;
  i128 corners[4];
  if (operation == "add") {
    corners[0] = corners[2] = i128{a.min} + b.min;
    corners[1] = corners[3] = i128{a.max} + b.max;
  } else if (operation == "sub") {
    corners[0] = corners[2] = i128{a.min} - b.max;
    corners[1] = corners[3] = i128{a.max} - b.min;
  } else if (operation == "mul") {
    corners[0] = i128{a.min} * b.min;
    corners[1] = i128{a.min} * b.max;
    corners[2] = i128{a.max} * b.min;
    corners[3] = i128{a.max} * b.max;
  } else {
    return;
  }
  i128 low = *std::min_element(corners, corners + 4), high = *std::max_element(corners, corners + 4);
  Range bounds;
  if (!range_of_type(type, bounds)) {
    if (type == Type::U64) return;
    bounds = {std::numeric_limits<i64>::min(), std::numeric_limits<i64>::max()};
  }
  low = std::max<i128>(low, bounds.min);
  high = std::min<i128>(high, bounds.max);
  if (low > high) return;  // every row fails
  set_range(result, static_cast<i64>(low), static_cast<i64>(high));
}

// An operation that never decreases, at both ends of its operand's range.
void monotonic_range(const Step& step, const ColumnFacts& from, ColumnFacts& result) {
  if (!from.has_range) return;
  i64 ends[2] = {from.min, from.max};
  if (width_of(from.type) == 4) {
    const i32 narrow[2] = {static_cast<i32>(from.min), static_cast<i32>(from.max)};
    std::memcpy(ends, narrow, sizeof narrow);
  }
  Vector operand;
  operand.type = from.type;
  operand.data = ends;
  alignas(64) u8 out[64 * 8] = {};
  RowBits validity{}, failed{}, active{};
  fill_rows(active.words, 2);
  Evaluation evaluation{out, validity.words, failed.words};
  Arena arena;
  evaluate(step.operation, step.type, &operand, 1, 2, active.words, arena, evaluation);
  if (evaluation.any_failed) return;
  if (width_of(step.type) == 4) {
    i32 values[2];
    std::memcpy(values, out, sizeof values);
    set_range(result, values[0], values[1]);
  } else {
    i64 values[2];
    std::memcpy(values, out, sizeof values);
    set_range(result, values[0], values[1]);
  }
}

ColumnFacts facts_of_step(const Step& step, const Instruction& instruction, const std::vector<ColumnFacts>& known) {
  ColumnFacts facts;
  facts.type = step.type;
  const ResolvedOperation& operation = step.operation;
  const auto nullable = [&](u32 r) { return known[r].may_be_null; };
  facts.may_be_null = !operation.never_null;
  if (operation.strict) {
    facts.may_be_null =
        operation.keeps != nullptr || std::any_of(step.arguments.begin(), step.arguments.end(), nullable);
  }
  for (const u32 argument : step.arguments) {
    // Of a dictionary column and constants (that is when there is a memo), text results share one dictionary too.
    if (step.memo != nullptr && known[argument].dictionary != nullptr) {
      facts.dictionary = step.memo->promise(*known[argument].dictionary);
    }
  }
  if (operation.has_range) {
    set_range(facts, operation.min, operation.max);
  } else if (operation.monotonic) {
    monotonic_range(step, known[step.arguments[0]], facts);
  } else if (step.type == Type::Bool) {
    set_range(facts, 0, 1);
  } else if (is_integer(step.type) && step.arguments.size() == 2) {
    arithmetic_range(instruction.operation, step.type, known[step.arguments[0]], known[step.arguments[1]], facts);
  } else if (is_integer(step.type) && instruction.operation == "cast" && is_integer(known[step.arguments[0]].type)) {
    const ColumnFacts& from = known[step.arguments[0]];
    if (from.has_range) set_range(facts, from.min, from.max);
  }
  return facts;
}

}  // namespace

std::vector<ColumnFacts> program_facts(const ProgramPlan& plan, const std::vector<ColumnFacts>& inputs) {
  std::vector<ColumnFacts> known(inputs);
  for (const Constant& constant : plan.description.constants) known.push_back(facts_of_constant(constant));
  known.resize(plan.register_count());
  for (const Step& step : plan.steps) {
    if (!step.is_filter)
      known[step.result] = facts_of_step(step, plan.description.instructions[step.instruction], known);
  }
  std::vector<ColumnFacts> facts;
  for (const u32 output : plan.outputs) facts.push_back(known[output]);
  return facts;
}

}  // namespace spillway
