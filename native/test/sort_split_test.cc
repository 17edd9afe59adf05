// Splitters against counting, and entries sorted by word against the standard library's stable sort.
#include "engine/sort_split.h"

#include <algorithm>
#include <vector>

#include "engine/sort_entry.h"
#include "test/check.h"
#include "test/sort_table.h"

namespace spillway {
namespace {

using sorting::Random;

// Words of several kinds: all bits, few values, a narrow range far from zero, doubling steps, both ends.
u64 word_of(u32 kind, Random& random) {
  switch (kind) {
    case 0: return random.next();
    case 1: return random.below(5) << 40;
    case 2: return (u64{1} << 63) + random.below(10000);
    case 3: return u64{1} << random.below(64);
    default: return random.chance(50) ? 0 : ~u64{0};
  }
}

TEST(parts_hold_the_words_between_their_splitters) {
  for (u32 kind = 0; kind < 5; ++kind) {
    for (u64 mask : {~u64{0}, ~u64{0} << 20, ~u64{0} << 63, u64{0}}) {
      Random random{kind * 31 + 7};
      std::vector<u64> sample;
      for (int i = 0; i < 2000; ++i) sample.push_back(word_of(kind, random));
      SortSplitters splitters(sample, 100, mask);
      CHECK(splitters.parts() >= 1);
      CHECK(mask != 0 || splitters.parts() == 1);
      std::vector<u64> words = sample;
      for (int i = 0; i < 1001; ++i) words.push_back(word_of(0, random));
      std::sort(words.begin(), words.end());
      std::vector<u16> parts(words.size());
      splitters.classify(words.data(), static_cast<u32>(words.size()), parts.data());
      CHECK(parts.back() < splitters.parts());
      bool ascending = true;
      bool whole = true;
      for (std::size_t i = 1; i < words.size(); ++i) {
        ascending &= parts[i - 1] <= parts[i];
        whole &= (words[i - 1] & mask) != (words[i] & mask) || parts[i - 1] == parts[i];
      }
      CHECK(ascending);
      CHECK(whole);
    }
  }
}

TEST(random_words_fall_into_parts_of_like_size) {
  Random random{99};
  std::vector<u64> words;
  for (int i = 0; i < 64000; ++i) words.push_back(random.next());
  SortSplitters splitters(std::vector<u64>(words.begin(), words.begin() + 1024), 64, ~u64{0});
  CHECK_EQ(splitters.parts(), 64u);
  std::vector<u16> parts(words.size());
  splitters.classify(words.data(), static_cast<u32>(words.size()), parts.data());
  std::vector<u32> sizes(64);
  for (u16 part : parts) ++sizes[part];
  CHECK(*std::max_element(sizes.begin(), sizes.end()) < 3000);
}

TEST(entries_sort_by_word_and_keep_the_order_of_equal_ones) {
  for (u32 kind = 0; kind < 5; ++kind) {
    for (std::size_t count : {0u, 1u, 2u, 40u, 41u, 500u, 5000u, 100000u}) {
      Random random{kind * 17 + count + 1};
      std::vector<SortEntry> entries;
      for (std::size_t i = 0; i < count; ++i) entries.push_back({word_of(kind, random), i});
      std::vector<SortEntry> expected = entries;
      std::stable_sort(expected.begin(), expected.end(),
                       [](const SortEntry& a, const SortEntry& b) { return a.word < b.word; });
      std::vector<SortEntry> scratch(count);
      sort_by_word(entries.data(), count, scratch.data());
      bool same = true;
      for (std::size_t i = 0; i < count; ++i) {
        same &= entries[i].word == expected[i].word && entries[i].ref == expected[i].ref;
      }
      CHECK(same);
    }
  }
}

}  // namespace
}  // namespace spillway
