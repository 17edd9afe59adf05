// Runs a plan over one vector of rows at a time; owns the registers' memory, reads source columns when asked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/program_plan.h"

namespace spillway {

class Interpreter final : public ProgramState {
 public:
  explicit Interpreter(std::shared_ptr<const ProgramPlan> plan);
  const Chunk& run(MorselReader& reader, u32 rows) override;

 private:
  // Memory of a register: values, validity. Allocated at first use.
  struct Room {
    Buffer values;
    RowBits validity;
  };
  // Rows of a register that could not be computed; they are an error only if they reach a filter or an output.
  struct Poison {
    bool any = false;
    RowBits rows;
    std::string message;  // kept while diagnosing
  };

  void begin(MorselReader& reader, u32 rows);
  bool run_steps();
  void make_chunk();

  const Vector& value_of(u32 r);
  void read_source(u32 r);
  Vector without_dictionary(u32 r, const Vector& v);

  void execute(const Step& step);
  bool execute_by_dictionary(const Step& step, Vector& result);
  bool execute_by_codes(const Step& step, Vector& result);
  void execute_rows(const Step& step, Vector& result);

  bool filter(const Step& step);
  bool worth_compacting(const Step& step) const;
  void compact(const Step& step);

  void poison(const Step& step, const RowBits& failed, const Vector& result);
  void inherit_poison(const Step& step, const Vector& result);
  void refuse_poisoned(u32 r);
  [[noreturn]] void diagnose(u32 row);
  std::string failure_message(const Step& step);

  u32 original_row(u32 row) const { return compacted_ ? base_[row] : row; }

  const std::shared_ptr<const ProgramPlan> plan_;
  MorselReader* reader_ = nullptr;
  u32 source_rows_ = 0;  // of the reader's vector
  u32 rows_ = 0;         // of the registers now: all, or the survivors moved together
  u32 selected_ = 0;
  bool compacted_ = false;
  RowBits selection_;         // of rows_
  RowBits base_bits_;         // compacted: which source rows the rows are …
  std::vector<u16> base_;     // … and in which order
  std::vector<u16> indices_;  // scratch, and the chunk's selection
  std::vector<Vector> registers_;
  std::vector<u8> ready_;      // sources: whether the register holds the column in the present rows
  std::vector<Room> slots_;    // by slot
  std::vector<Room> moved_;    // by source column: survivors moved together
  std::vector<Buffer> texts_;  // by register: views of a dictionary column
  std::vector<u8> texts_ready_;
  std::vector<Vector> operands_;  // scratch of one step
  std::vector<Vector> outputs_;
  std::vector<Poison> poison_;  // by register; empty until something fails
  bool poisoned_ = false;
  bool diagnosing_ = false;
  Arena arena_;
  Chunk chunk_;
};

}  // namespace spillway
