// Choosing splitters from a sample and finding the part of a word.
#include "engine/sort_split.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

constexpr u32 kLanes = 8;  // searches in flight together
constexpr u32 kCellBits = 12;

}  // namespace

SortSplitters::SortSplitters(std::vector<u64> sample, u32 parts, u64 mask) {
  std::sort(sample.begin(), sample.end());
  std::size_t count = sample.size();
  u64 step = ~mask + 1;  // the distance from a masked word to the next; 0 when no bit counts
  for (u32 part = 1; part < parts && count != 0; ++part) {
    std::size_t at = count * part / parts;
    u64 word = sample[at] & mask;
    if (word != 0 && (splitters_.empty() || splitters_.back() < word)) splitters_.push_back(word);
    std::size_t ahead = count * (part + 1) / parts;
    bool heavy = ahead < count && (sample[ahead] & mask) == word;
    u64 after = word + step;
    if (heavy && after > word && (splitters_.empty() || splitters_.back() < after)) splitters_.push_back(after);
  }
  count_ = splitters_.size();
  if (count_ == 0) return;
  low_ = splitters_.front();
  u32 bits = 64 - static_cast<u32>(std::countl_zero(splitters_.back() - low_));
  shift_ = bits > kCellBits ? bits - kCellBits : 0;
  cells_.assign((std::size_t{1} << kCellBits) + 1, 0);
  for (std::size_t i = 0; i < count_; ++i) ++cells_[((splitters_[i] - low_) >> shift_) + 1];
  std::size_t fullest = *std::max_element(cells_.begin(), cells_.end());
  for (std::size_t cell = 1; cell < cells_.size(); ++cell)
    cells_[cell] = static_cast<u16>(cells_[cell] + cells_[cell - 1]);
  first_step_ = std::bit_ceil(fullest + 1) / 2;
  splitters_.resize(count_ + 2 * first_step_, ~u64{0});
}

void SortSplitters::classify(const u64* words, u32 count, u16* out) const {
  if (count_ == 0) {
    std::fill(out, out + count, u16{0});
    return;
  }
  const u64* splitters = splitters_.data();
  const u16* cells = cells_.data();
  const u64 last_cell = cells_.size() - 2;
  auto first = [&](u64 word) -> std::size_t {
    u64 cell = word < low_ ? 0 : (word - low_) >> shift_;
    return cells[cell < last_cell ? cell : last_cell];
  };
  u32 i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    std::size_t at[kLanes];
    for (u32 lane = 0; lane < kLanes; ++lane) at[lane] = first(words[i + lane]);
    for (std::size_t step = first_step_; step != 0; step /= 2) {
      for (u32 lane = 0; lane < kLanes; ++lane) {
        at[lane] += splitters[at[lane] + step - 1] <= words[i + lane] ? step : 0;
      }
    }
    for (u32 lane = 0; lane < kLanes; ++lane) out[i + lane] = static_cast<u16>(std::min(at[lane], count_));
  }
  for (; i < count; ++i) {
    std::size_t at = first(words[i]);
    for (std::size_t step = first_step_; step != 0; step /= 2) at += splitters[at + step - 1] <= words[i] ? step : 0;
    out[i] = static_cast<u16>(std::min(at, count_));
  }
}

}  // namespace spillway
