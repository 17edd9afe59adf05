// A compiled program: which steps run in which order, where their results live, what each filter may compact.
#pragma once

#include <memory>
#include <vector>

#include "engine/program_memo.h"
#include "engine/program_operation.h"

namespace spillway {

inline constexpr u32 kNoSlot = ~u32{0};

struct Step {
  bool is_filter = false;
  u32 instruction = 0;         // of the description: for labels
  u32 result = 0;              // register
  Type type = Type::I32;       // of the result
  std::vector<u32> arguments;  // registers; a filter's one is the condition
  ResolvedOperation operation;
  u32 slot = kNoSlot;
  std::shared_ptr<Memo> memo;  // where a dictionary column may be the only varying operand

  // Filters: what remains to be done after this one, to decide whether survivors are moved together.
  std::vector<u32> live;  // registers of instructions that later steps or outputs use
  u32 later_cost = 0;     // of later steps, in the units of ResolvedOperation::cost
  u32 later_columns = 0;  // registers and source columns that moving would touch
};

struct ProgramPlan {
  ProgramDescription description;
  u32 constants_begin = 0;  // first register of the constants
  u32 results_begin = 0;    // first register of the instructions
  std::vector<Type> register_types;
  std::vector<Vector> constants;
  std::vector<StringView> constant_texts;  // what the constants' vectors point to
  std::vector<u64> constant_values;
  std::vector<Step> steps;
  std::vector<u32> outputs;        // registers, duplicates of computations removed
  std::vector<u32> slot_widths;    // of values: bytes
  std::vector<ColumnFacts> facts;  // of the outputs

  bool is_source(u32 r) const { return r < constants_begin; }
  bool is_constant(u32 r) const { return r >= constants_begin && r < results_begin; }
  u32 register_count() const { return static_cast<u32>(register_types.size()); }
};

std::shared_ptr<const ProgramPlan> plan_program(ProgramDescription description, const std::vector<ColumnFacts>& inputs);

// Runs the plan; one per worker slot.
std::unique_ptr<ProgramState> make_interpreter(std::shared_ptr<const ProgramPlan> plan);

}  // namespace spillway
