// The interpreter's failures: rows that could not be computed travel like nulls, and only one that counts is an error.
#include <algorithm>
#include <string_view>

#include "engine/program_interpreter.h"
#include "engine/program_truth.h"
#include "engine/program_value_text.h"

namespace spillway {

void Interpreter::poison(const Step& step, const RowBits& failed, const Vector& result) {
  if (poison_.empty()) poison_.resize(plan_->register_count());
  poisoned_ = true;
  Poison& p = poison_[step.result];
  if (!p.any) std::fill_n(p.rows.words, kVectorWords, u64{0});
  if (diagnosing_ && p.message.empty()) p.message = failure_message(step);
  p.any = true;
  if (result.constant) {
    std::fill_n(p.rows.words, kVectorWords, ~u64{0});
    return;
  }
  for (u32 w = 0; w < words_of(rows_); ++w) p.rows.words[w] |= failed.words[w];
}

// A result is poisoned where an operand is that had a part in it: not the branch that was not taken, not what comes
// after the first value that is not null, not the other side of a false `and` or a true `or`.
void Interpreter::inherit_poison(const Step& step, const Vector& result) {
  Poison& own = poison_[step.result];
  own.any = false;
  own.message.clear();
  const std::string_view name = plan_->description.instructions[step.instruction].operation;
  const u32 rows = result.constant ? 1 : rows_;
  RowBits reached;  // rows that look at the present operand
  std::fill_n(reached.words, kVectorWords, ~u64{0});
  Truth condition;
  const auto operand_truth = [&](u32 i) { return truth_of(operands_[i], rows); };
  if (name == "ifElse") condition = operand_truth(0);
  for (u32 i = 0; i < step.arguments.size(); ++i) {
    const Poison& p = poison_[step.arguments[i]];
    RowBits looked = reached;
    if (name == "ifElse" && i > 0) {
      for (u32 w = 0; w < kVectorWords; ++w) {
        looked.words[w] = i == 1 ? condition.is_true.words[w] : ~condition.is_true.words[w];
      }
    } else if (name == "and" || name == "or") {
      const Poison& other_poison = poison_[step.arguments[1 - i]];
      const Truth other = operand_truth(1 - i);
      for (u32 w = 0; w < words_of(rows); ++w) {
        u64 decides = name == "and" ? other.is_false.words[w] : other.is_true.words[w];
        if (other_poison.any) decides &= ~other_poison.rows.words[w];
        looked.words[w] &= ~decides;
      }
    } else if (name == "coalesce") {
      RowBits scratch;
      const u64* valid = validity_words(operands_[i], rows, scratch);
      for (u32 w = 0; w < words_of(rows); ++w) reached.words[w] &= ~valid[w];
    }
    if (!p.any) continue;
    if (!own.any) std::fill_n(own.rows.words, kVectorWords, u64{0});
    bool any = false;
    for (u32 w = 0; w < words_of(rows); ++w) {
      const u64 bits = p.rows.words[w] & looked.words[w];
      own.rows.words[w] |= bits;
      any |= bits != 0;
    }
    if (any && !own.any) own.message = p.message;
    own.any |= any;
  }
  if (own.any && result.constant) std::fill_n(own.rows.words, kVectorWords, ~u64{0});
}

void Interpreter::refuse_poisoned(u32 r) {
  if (!poisoned_ || !poison_[r].any || plan_->is_source(r) || plan_->is_constant(r)) return;
  for (u32 w = 0; w < words_of(rows_); ++w) {
    const u64 bits = poison_[r].rows.words[w] & selection_.words[w];
    if (bits == 0) continue;
    const u32 row = 64 * w + static_cast<u32>(__builtin_ctzll(bits));
    if (!diagnosing_) diagnose(original_row(row));
    throw Error(ErrorCode::Data, poison_[r].message, {{"row", std::to_string(reader_->row() + original_row(row))}});
  }
}

// Runs once more over the one row alone, keeping what failed and why.
void Interpreter::diagnose(u32 row) {
  MorselReader& reader = *reader_;
  const u32 rows = source_rows_;
  diagnosing_ = true;
  struct End {
    bool& flag;
    ~End() { flag = false; }
  } end{diagnosing_};
  begin(reader, rows);
  for (Poison& p : poison_) p.message.clear();
  compacted_ = true;
  rows_ = selected_ = 1;
  fill_rows(selection_.words, 1);
  base_[0] = static_cast<u16>(row);
  std::fill_n(base_bits_.words, kVectorWords, u64{0});
  base_bits_.words[row / 64] = u64{1} << (row % 64);
  if (run_steps()) make_chunk();
  throw Error(ErrorCode::Internal, "a row that failed could be computed when it was looked at again");
}

std::string Interpreter::failure_message(const Step& step) {
  const Instruction& instruction = plan_->description.instructions[step.instruction];
  std::string message = "`" + (instruction.label.empty() ? instruction.operation : instruction.label) + "` ";
  message += "at row " + std::to_string(reader_->row() + base_[0]) + ": ";
  for (std::size_t i = 0; i < step.arguments.size(); ++i) {
    message += (i == 0 ? "" : ", ") + value_text(without_dictionary(step.arguments[i], value_of(step.arguments[i])), 0);
  }
  message += step.arguments.size() == 1 ? " " : ": ";
  return message + step.operation.failure + " (" + type_name(step.type) + ")";
}

}  // namespace spillway
