// The interpreter's walk through the steps: sources on demand, kernels over dense vectors, dictionaries by code.
#include "engine/program_interpreter.h"

#include <algorithm>

#include "kernels/compare.h"
#include "kernels/select.h"

namespace spillway {

namespace {

// Values of one register; kernels may write up to the next 64 rows.
Buffer values_buffer(u32 width) {
  Buffer buffer(std::size_t{kVectorRows} * width);
  std::memset(buffer.data(), 0, buffer.size());  // rows that nobody computes are looked at all the same
  return buffer;
}

}  // namespace

Interpreter::Interpreter(std::shared_ptr<const ProgramPlan> plan)
    : plan_(std::move(plan)),
      base_(kVectorRows + 64),
      indices_(kVectorRows + 64),
      registers_(plan_->register_count()),
      ready_(plan_->constants_begin),
      slots_(plan_->slot_widths.size()),
      moved_(plan_->constants_begin),
      texts_(plan_->register_count()),
      texts_ready_(plan_->register_count()),
      outputs_(plan_->outputs.size()) {
  for (std::size_t i = 0; i < plan_->constants.size(); ++i) {
    registers_[plan_->constants_begin + i] = plan_->constants[i];
  }
}

const Chunk& Interpreter::run(MorselReader& reader, u32 rows) {
  begin(reader, rows);
  if (run_steps()) {
    make_chunk();
  } else {
    chunk_ = Chunk{rows_, 0, indices_.data(), static_cast<u32>(outputs_.size()), outputs_.data()};
  }
  return chunk_;
}

void Interpreter::begin(MorselReader& reader, u32 rows) {
  reader_ = &reader;
  source_rows_ = rows_ = selected_ = rows;
  compacted_ = false;
  poisoned_ = false;
  std::fill(ready_.begin(), ready_.end(), u8{0});
  std::fill(texts_ready_.begin(), texts_ready_.end(), u8{0});
  for (Poison& p : poison_) p.any = false;
  fill_rows(selection_.words, rows);
  arena_.reset();
}

bool Interpreter::run_steps() {
  for (const Step& step : plan_->steps) {
    if (!step.is_filter) {
      execute(step);
    } else if (!filter(step)) {
      return false;
    }
  }
  return true;
}

void Interpreter::make_chunk() {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const u32 r = plan_->outputs[i];
    outputs_[i] = value_of(r);
    refuse_poisoned(r);
  }
  chunk_ = Chunk{rows_, selected_, nullptr, static_cast<u32>(outputs_.size()), outputs_.data(), reader_->row()};
  if (compacted_) chunk_.origin = base_.data();
  if (selected_ == rows_) return;
  select_kernels().indices(indices_.data(), selection_.words, words_of(rows_));
  chunk_.selection = indices_.data();
}

const Vector& Interpreter::value_of(u32 r) {
  if (plan_->is_source(r) && ready_[r] == 0) read_source(r);
  return registers_[r];
}

void Interpreter::read_source(u32 r) {
  const Vector& column = reader_->column(r);
  registers_[r] = column;
  ready_[r] = 1;
  if (!compacted_ || column.constant) return;
  const u32 width = column.dictionary != nullptr ? 4 : width_of(column.type);
  Room& room = moved_[r];
  if (room.values.empty()) room.values = values_buffer(width_of(column.type));
  select_kernels().gather[width_class(width)](room.values.data(), column.data, base_.data(), rows_);
  registers_[r].data = room.values.data();
  if (column.validity == nullptr) return;
  select_kernels().compress_bits(room.validity.words, column.validity, base_bits_.words, words_of(source_rows_));
  registers_[r].validity = room.validity.words;
}

Vector Interpreter::without_dictionary(u32 r, const Vector& v) {
  if (v.dictionary == nullptr) return v;
  Vector resolved = v;
  resolved.dictionary = nullptr;
  Buffer& buffer = texts_[r];
  if (texts_ready_[r] == 0) {
    if (buffer.empty()) buffer = values_buffer(sizeof(StringView));
    const u32 rows = v.constant ? 1 : rows_;
    select_kernels().look_up[width_class(sizeof(StringView))](buffer.data(), v.dictionary->entries(), v.values<u32>(),
                                                              rows);
    texts_ready_[r] = 1;
  }
  resolved.data = buffer.data();
  return resolved;
}

void Interpreter::execute(const Step& step) {
  Vector result;
  if (!execute_by_dictionary(step, result) && !execute_by_codes(step, result)) execute_rows(step, result);
  registers_[step.result] = result;
  texts_ready_[step.result] = 0;
}

// One dictionary column varies: its codes choose among results made once per entry.
bool Interpreter::execute_by_dictionary(const Step& step, Vector& result) {
  if (step.memo == nullptr || diagnosing_) return false;  // diagnosing wants the failure itself
  u32 column = step.arguments[0];
  for (const u32 argument : step.arguments) {
    if (!plan_->is_constant(argument)) column = argument;
  }
  if (poisoned_ && !poison_.empty() && poison_[column].any) return false;
  const Vector& v = value_of(column);
  if (v.dictionary == nullptr) return false;
  const u32 rows = v.constant ? 1 : rows_;
  const MemoTable* table = step.memo->table(*v.dictionary, rows);
  if (table == nullptr) return false;
  Room& room = slots_[step.slot];
  if (room.values.empty()) room.values = values_buffer(plan_->slot_widths[step.slot]);
  const bool nullable = step.memo->look_up(*table, v, rows, room.values.data(), room.validity.words);
  result.type = step.type;
  result.data = room.values.data();
  result.validity = nullable ? room.validity.words : nullptr;
  result.dictionary = table->derived.get();
  result.constant = v.constant;
  return true;
}

// Equality of two columns that share a dictionary is equality of codes.
bool Interpreter::execute_by_codes(const Step& step, Vector& result) {
  if (!step.operation.same_dictionary || step.arguments.size() != 2 || poisoned_) return false;
  Vector two[2] = {value_of(step.arguments[0]), value_of(step.arguments[1])};
  if (two[0].dictionary == nullptr || two[0].dictionary != two[1].dictionary) return false;
  if (two[0].constant && two[1].constant) return false;
  for (Vector& v : two) {
    v.type = Type::U32;
    v.dictionary = nullptr;
  }
  ResolvedOperation by_code = step.operation;
  const CompareTable& compare = compare_kernels();
  const bool negated = step.operation.kernel == compare.ne.of[static_cast<u8>(Type::Utf8)];
  by_code.kernel = (negated ? compare.ne : compare.eq).of[static_cast<u8>(Type::U32)];
  Room& room = slots_[step.slot];
  if (room.values.empty()) room.values = values_buffer(plan_->slot_widths[step.slot]);
  RowBits failed{};
  Evaluation evaluation{room.values.data(), room.validity.words, failed.words};
  evaluate(by_code, Type::Bool, two, 2, rows_, selection_.words, arena_, evaluation);
  result.type = step.type;
  result.data = room.values.data();
  result.validity = evaluation.nullable ? room.validity.words : nullptr;
  return true;
}

void Interpreter::execute_rows(const Step& step, Vector& result) {
  operands_.clear();
  bool constant = true;
  for (const u32 argument : step.arguments) {
    operands_.push_back(without_dictionary(argument, value_of(argument)));
    constant &= operands_.back().constant;
  }
  Room& room = slots_[step.slot];
  if (room.values.empty()) room.values = values_buffer(plan_->slot_widths[step.slot]);
  RowBits failed{};
  static constexpr u64 kOne = 1;
  Evaluation evaluation{room.values.data(), room.validity.words, failed.words};
  evaluate(step.operation, step.type, operands_.data(), static_cast<u32>(operands_.size()), constant ? 1 : rows_,
           constant ? &kOne : selection_.words, arena_, evaluation);
  result.type = step.type;
  result.constant = constant;
  result.data = room.values.data();
  result.validity = evaluation.nullable ? room.validity.words : nullptr;
  if (poisoned_) inherit_poison(step, result);
  if (evaluation.any_failed) poison(step, failed, result);
}

std::unique_ptr<ProgramState> make_interpreter(std::shared_ptr<const ProgramPlan> plan) {
  return std::make_unique<Interpreter>(std::move(plan));
}

}  // namespace spillway
