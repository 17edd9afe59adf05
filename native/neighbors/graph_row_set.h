// A set of row numbers that gives them back in order: bits, and bits over the words that have any.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/types.h"

namespace spillway {

// Adding costs a few instructions, draining a few per row held, whatever rows are possible. Used by one thread.
class RowSet {
 public:
  explicit RowSet(u32 rows) {
    u64 words = std::max<u32>(rows, 1);
    do {
      words = (words + 63) / 64;
      levels_.emplace_back(words);
    } while (words > 1);
  }
  static std::size_t bytes(u32 rows) { return std::size_t{rows} / 7 + 64; }

  void add(u32 row) {
    for (std::vector<u64>& level : levels_) {
      u64& word = level[row / 64];
      const bool had = word != 0;
      word |= u64{1} << (row % 64);
      if (had) return;
      row /= 64;
    }
  }
  // Calls each(row) in ascending order; the set is empty afterwards.
  template <class Each>
  void drain(Each&& each) {
    visit(levels_.size() - 1, 0, each);
  }

 private:
  template <class Each>
  void visit(std::size_t level, u32 word, Each& each) {
    u64 bits = levels_[level][word];
    levels_[level][word] = 0;
    for (; bits != 0; bits &= bits - 1) {
      const u32 child = word * 64 + static_cast<u32>(__builtin_ctzll(bits));
      if (level == 0) {
        each(child);
      } else {
        visit(level - 1, child, each);
      }
    }
  }

  std::vector<std::vector<u64>> levels_;
};

}  // namespace spillway
