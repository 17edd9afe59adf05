// Splitters: words that cut the range of a key into parts of about equal numbers of rows, found by sampling.
#pragma once

#include <vector>

#include "engine/types.h"

namespace spillway {

class SortSplitters {
 public:
  SortSplitters() = default;
  // About `parts` parts (at most 65,536). Cuts fall only where `mask`ed bits change, so that groups stay whole. Words
  // that fill a part by themselves get one of their own.
  SortSplitters(std::vector<u64> sample, u32 parts, u64 mask);

  u32 parts() const { return static_cast<u32>(count_) + 1; }
  // out[i]: the part of words[i]; parts ascend with words.
  void classify(const u64* words, u32 count, u16* out) const;

 private:
  std::vector<u64> splitters_;  // ascending, then as many of the greatest word as a search may look at too many
  std::size_t count_ = 0;
  // The range of the splitters in equal cells: a search begins at the first splitter of the word's cell and needs steps
  // only for the fullest cell.
  std::vector<u16> cells_;
  u64 low_ = 0;
  u32 shift_ = 0;
  std::size_t first_step_ = 0;
};

}  // namespace spillway
