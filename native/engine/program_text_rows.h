// Loops over the rows of a call that read or write text.
#pragma once

#include <string_view>

#include "engine/program_operation.h"

namespace spillway {

// A text operand by row, flat or constant.
class TextOperand {
 public:
  TextOperand(const Vector& vector) : texts_(vector.values<StringView>()), step_(vector.constant ? 0 : 1) {}
  const StringView& operator[](u32 row) const { return texts_[row * step_]; }

 private:
  const StringView* texts_;
  u32 step_;
};

template <class F>
void for_active_rows(const Call& call, F f) {
  for (u32 w = 0; w < words_of(call.rows); ++w) {
    u64 word = call.active[w];
    if (word == ~u64{0}) {
      for (u32 r = 64 * w; r < 64 * w + 64; ++r) f(r);
      continue;
    }
    for (; word != 0; word &= word - 1) f(64 * w + static_cast<u32>(__builtin_ctzll(word)));
  }
}

// f(row) gives the text of an active row; the others become empty: later kernels look at every row.
template <class F>
void text_results(Call& call, F f) {
  StringView* out = call.results<StringView>();
  for (u32 w = 0; w < words_of(call.rows); ++w) {
    const u64 word = call.active[w];
    const u32 end = call.rows - 64 * w < 64 ? call.rows - 64 * w : 64;
    for (u32 b = 0; b < end; ++b) out[64 * w + b] = word >> b & 1 ? f(64 * w + b) : StringView();
  }
}

// A view of a copy that lives as long as the results.
inline StringView kept_text(Call& call, std::string_view text) { return call.arena->copy(StringView(text)); }

}  // namespace spillway
