// Choosing splitters from a sample and finding the part of a word.
#include "engine/sort_split.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

constexpr u32 kLanes = 8;  // searches in flight together

}  // namespace

SortSplitters::SortSplitters(std::vector<u64> sample, u32 parts, u64 mask) {
  std::sort(sample.begin(), sample.end());
  std::size_t count = sample.size();
  u64 step = ~mask + 1;  // the distance from a masked word to the next; 0 when no bit counts
  for (u32 part = 1; part < parts && count != 0; ++part) {
    std::size_t at = count * part / parts;
    u64 word = sample[at] & mask;
    if (word != 0 && (tree_.empty() || tree_.back() < word)) tree_.push_back(word);
    std::size_t ahead = count * (part + 1) / parts;
    bool heavy = ahead < count && (sample[ahead] & mask) == word;
    u64 after = word + step;
    if (heavy && after > word && (tree_.empty() || tree_.back() < after)) tree_.push_back(after);
  }
  splitters_ = tree_.size();
  std::size_t full = std::bit_ceil(splitters_ + 1) - 1;
  tree_.resize(full, ~u64{0});
}

void SortSplitters::classify(const u64* words, u32 count, u16* out) const {
  const u64* tree = tree_.data();
  std::size_t half = (tree_.size() + 1) / 2;
  std::size_t last = splitters_;
  u32 i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    std::size_t at[kLanes] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (std::size_t step = half; step != 0; step /= 2) {
      for (u32 lane = 0; lane < kLanes; ++lane) {
        at[lane] += tree[at[lane] + step - 1] <= words[i + lane] ? step : 0;
      }
    }
    for (u32 lane = 0; lane < kLanes; ++lane) out[i + lane] = static_cast<u16>(std::min(at[lane], last));
  }
  for (; i < count; ++i) {
    std::size_t at = 0;
    for (std::size_t step = half; step != 0; step /= 2) at += tree[at + step - 1] <= words[i] ? step : 0;
    out[i] = static_cast<u16>(std::min(at, last));
  }
}

}  // namespace spillway
