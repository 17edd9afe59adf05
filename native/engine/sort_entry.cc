// Stable sorting of entries by one word: radix passes over the bits that differ, insertion for what is small.
#include "engine/sort_entry.h"

#include <bit>

namespace spillway {
namespace {

constexpr std::size_t kInsertion = 40;     // up to here moving entries one by one is quickest
constexpr std::size_t kNarrow = 1u << 16;  // up to here two passes of 8 bits leave few equal pieces
constexpr u32 kMaxDigit = 11;

void insertion_sort(SortEntry* entries, std::size_t count) {
  for (std::size_t i = 1; i < count; ++i) {
    SortEntry entry = entries[i];
    std::size_t at = i;
    while (at > 0 && entries[at - 1].word > entry.word) {
      entries[at] = entries[at - 1];
      --at;
    }
    entries[at] = entry;
  }
}

// One stable counting pass over bits [shift, shift + bits) of the word, from → to; `counts` are of these digits.
void radix_pass(const SortEntry* from, std::size_t count, SortEntry* to, u32 shift, u32 bits, u32* counts) {
  u32 sum = 0;
  u32 size = 1u << bits;
  for (u32 digit = 0; digit < size; ++digit) {
    u32 here = counts[digit];
    counts[digit] = sum;
    sum += here;
  }
  u64 mask = size - 1;
  for (std::size_t i = 0; i < count; ++i) to[counts[(from[i].word >> shift) & mask]++] = from[i];
}

// Sorts by bits [shift, shift + bits), bits ≤ 2 × kMaxDigit.
void sort_by_bits(SortEntry* entries, std::size_t count, SortEntry* scratch, u32 shift, u32 bits) {
  u32 counts[2][1u << kMaxDigit];
  u32 low = bits <= 8 ? bits : bits / 2;
  u32 high = bits - low;
  u64 low_mask = (u64{1} << low) - 1;
  std::memset(counts[0], 0, sizeof(u32) << low);
  if (high == 0) {
    for (std::size_t i = 0; i < count; ++i) ++counts[0][(entries[i].word >> shift) & low_mask];
    radix_pass(entries, count, scratch, shift, low, counts[0]);
    std::memcpy(entries, scratch, count * sizeof(SortEntry));
    return;
  }
  u64 high_mask = (u64{1} << high) - 1;
  std::memset(counts[1], 0, sizeof(u32) << high);
  for (std::size_t i = 0; i < count; ++i) {
    u64 word = entries[i].word >> shift;
    ++counts[0][word & low_mask];
    ++counts[1][(word >> low) & high_mask];
  }
  radix_pass(entries, count, scratch, shift, low, counts[0]);
  radix_pass(scratch, count, entries, shift + low, high, counts[1]);
}

}  // namespace

void sort_by_word(SortEntry* entries, std::size_t count, SortEntry* scratch) {
  if (count <= kInsertion) return insertion_sort(entries, count);
  u64 any = entries[0].word;
  u64 all = entries[0].word;
  bool sorted = true;
  for (std::size_t i = 1; i < count; ++i) {
    u64 word = entries[i].word;
    any |= word;
    all &= word;
    sorted &= entries[i - 1].word <= word;
  }
  if (sorted) return;
  u64 differing = any ^ all;
  u32 top = 64 - static_cast<u32>(std::countl_zero(differing));
  u32 bottom = static_cast<u32>(std::countr_zero(differing));
  u32 bits = count <= 512 ? 8 : count <= kNarrow ? 16 : 2 * kMaxDigit;
  if (top - bottom < bits) bits = top - bottom;
  u32 shift = top - bits;
  sort_by_bits(entries, count, scratch, shift, bits);
  if (shift == bottom) return;
  // Pieces that agree in those bits still have to be put in order; with random keys they are rare and short.
  for (std::size_t from = 0; from < count;) {
    std::size_t to = from + 1;
    u64 prefix = entries[from].word >> shift;
    while (to < count && entries[to].word >> shift == prefix) ++to;
    if (to - from > 1) sort_by_word(entries + from, to - from, scratch);
    from = to;
  }
}

}  // namespace spillway
