// A pipeline's stages as one linear program: registers, typed instructions, filters that narrow the selection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/source.h"
#include "engine/vector.h"

namespace spillway {

// A constant as it comes from the plan. Integers, dates, timestamps and bool in `integer` (U64: same bits).
struct Constant {
  Type type = Type::I32;
  bool null = false;
  i64 integer = 0;
  f64 real = 0;
  std::string text;
};

// One instruction; it defines the next register. Operand types fit the operation exactly (the plan has put casts in).
// "filter" (argument: a Bool register) keeps the rows that are true, for everything after it.
struct Instruction {
  std::string operation;
  Type result = Type::I32;
  std::vector<u32> arguments;   // registers
  std::vector<i64> parameters;  // units, digits, flags: what the operation's definition says
  std::string label;            // how errors name it: `delay + 1`
};

// Registers: first the source's columns, then the constants, then one per instruction.
struct ProgramDescription {
  std::vector<Type> inputs;
  std::vector<Constant> constants;
  std::vector<Instruction> instructions;
  std::vector<u32> outputs;
};

class ProgramState;

// Compiled once per pipeline, shared by its tasks; work happens in a ProgramState per worker slot.
class Program {
 public:
  // Throws Error Internal for an unknown operation or wrong operand types.
  static std::shared_ptr<const Program> compile(ProgramDescription description, const std::vector<ColumnFacts>& inputs);
  virtual ~Program() = default;
  virtual const std::vector<ColumnFacts>& outputs() const = 0;
  virtual std::unique_ptr<ProgramState> make_state() const = 0;
};

class ProgramState {
 public:
  virtual ~ProgramState() = default;
  // Runs over the reader's current vector of `rows` rows. The chunk is valid until the next run or reader.next().
  // Columns are asked of the reader only when needed; when no row survives, selected is 0 and the rest unspecified.
  // Throws Error Data (overflow, cast) with the row and the instruction's label.
  virtual const Chunk& run(MorselReader& reader, u32 rows) = 0;
};

// Names of all operations with their signatures, for the check against the plan's functions.
std::vector<std::string> operation_names();

}  // namespace spillway
