// Ranking a dictionary once.
#include "engine/row_key_rank.h"

#include <algorithm>

namespace spillway {
namespace {

struct Ranked {
  u64 prefix;  // the first eight bytes, most significant first
  u32 code;
};

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
  std::vector<Ranked> order(size);
  for (u32 code = 0; code < size; ++code) order[code] = {prefix_of(entries[code]), code};
  std::sort(order.begin(), order.end(), [entries](const Ranked& a, const Ranked& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return entries[a.code].text() < entries[b.code].text();
  });
  auto ranks = std::make_shared<std::vector<u32>>(size);
  for (u32 place = 0; place < size; ++place) (*ranks)[order[place].code] = place;
  return ranks;
}

}  // namespace spillway
