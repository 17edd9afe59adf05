// Ranking a dictionary once.
#include "engine/row_key_rank.h"

#include <algorithm>

#include "engine/sort_entry.h"

namespace spillway {
namespace {

constexpr u32 kAhead = 16;  // texts asked for before they are looked at

u64 prefix_of(const StringView& text) {
  u8 bytes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  std::memcpy(bytes, text.data(), text.length < 8 ? text.length : 8);
  u64 word;
  std::memcpy(&word, bytes, sizeof word);
  return __builtin_bswap64(word);
}

}  // namespace

std::shared_ptr<const std::vector<u32>> rank_codes(const Dictionary& dictionary) {
  u32 size = dictionary.size();
  const StringView* entries = dictionary.entries();
  std::vector<SortEntry> order(size);
  std::vector<SortEntry> scratch(size);
  for (u32 code = 0; code < size; ++code) {
    if (code + kAhead < size && !entries[code + kAhead].is_inline()) __builtin_prefetch(entries[code + kAhead].pointer);
    order[code] = {prefix_of(entries[code]), code};
  }
  sort_by_word(order.data(), size, scratch.data());
  for (u32 from = 0; from < size;) {
    u32 to = from + 1;
    while (to < size && order[to].word == order[from].word) ++to;
    if (to - from > 1) {
      std::sort(order.begin() + from, order.begin() + to, [entries](const SortEntry& a, const SortEntry& b) {
        return entries[a.ref].text() < entries[b.ref].text();
      });
    }
    from = to;
  }
  auto ranks = std::make_shared<std::vector<u32>>(size);
  for (u32 place = 0; place < size; ++place) (*ranks)[order[place].ref] = place;
  return ranks;
}

}  // namespace spillway
