// The interpreter's filters: narrowing the selection, and moving the survivors together when that pays.
#include <algorithm>

#include "engine/program_interpreter.h"
#include "kernels/select.h"

namespace spillway {

namespace {

// Moving one value, in the units of an operation's cost per row.
constexpr u64 kMoveCost = 5;

}  // namespace

// False: no row survives.
bool Interpreter::filter(const Step& step) {
  const u32 r = step.arguments[0];
  const Vector condition = value_of(r);
  refuse_poisoned(r);
  if (condition.constant) return condition.valid(0) && *condition.values<u8>() != 0;
  const u32 words = words_of(rows_);
  RowBits kept;
  select_kernels().bits_of_bytes(kept.words, condition.values<u8>(), rows_);
  u32 count = 0;
  for (u32 w = 0; w < words; ++w) {
    u64 word = kept.words[w] & selection_.words[w];
    if (condition.validity != nullptr) word &= condition.validity[w];
    selection_.words[w] = word;
    count += static_cast<u32>(__builtin_popcountll(word));
  }
  selected_ = count;
  if (count == 0) return false;
  if (count != rows_ && worth_compacting(step)) compact(step);
  return true;
}

bool Interpreter::worth_compacting(const Step& step) const {
  const u64 saved = u64{rows_ - selected_} * step.later_cost;
  const u64 spent = u64{selected_} * step.later_columns * kMoveCost;
  return selected_ <= rows_ / 2 && saved > spent;
}

// Everything later steps need goes to the front; source columns not read yet follow when they are asked for.
void Interpreter::compact(const Step& step) {
  const SelectTable& select = select_kernels();
  const u32 words = words_of(rows_);
  select.indices(indices_.data(), selection_.words, words);
  for (const u32 r : step.live) {
    Vector& v = registers_[r];
    if (v.constant) continue;
    // Only slots are written: every register of an instruction lives in its own.
    const u32 width = v.dictionary != nullptr ? 4 : width_of(v.type);
    void* values = const_cast<void*>(v.data);
    select.gather[width_class(width)](values, v.data, indices_.data(), selected_);
    if (v.validity != nullptr) {
      u64* validity = const_cast<u64*>(v.validity);
      select.compress_bits(validity, v.validity, selection_.words, words);
    }
    texts_ready_[r] = 0;
    if (poisoned_ && poison_[r].any) {
      select.compress_bits(poison_[r].rows.words, poison_[r].rows.words, selection_.words, words);
    }
  }
  if (compacted_) {
    select.gather[width_class(2)](base_.data(), base_.data(), indices_.data(), selected_);
  } else {
    std::copy_n(indices_.data(), selected_, base_.data());
  }
  std::fill_n(base_bits_.words, kVectorWords, u64{0});
  for (u32 i = 0; i < selected_; ++i) base_bits_.words[base_[i] / 64] |= u64{1} << (base_[i] % 64);
  compacted_ = true;
  rows_ = selected_;
  fill_rows(selection_.words, rows_);
  std::fill(ready_.begin(), ready_.end(), u8{0});
  for (u32 r = 0; r < plan_->constants_begin; ++r) texts_ready_[r] = 0;
}

}  // namespace spillway
