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

  u32 parts() const { return static_cast<u32>(splitters_) + 1; }
  // out[i]: the part of words[i]; parts ascend with words.
  void classify(const u64* words, u32 count, u16* out) const;

 private:
  std::vector<u64> tree_;  // ascending, filled up with the greatest word to a power of two less one
  std::size_t splitters_ = 0;
};

}  // namespace spillway
