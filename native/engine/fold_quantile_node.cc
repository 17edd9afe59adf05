// Sorting, thinning and joining of samples.
#include "engine/fold_quantile_node.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/fold_rows.h"

namespace spillway {
namespace {

constexpr u32 kFewWords = 24;    // sorted by insertion
constexpr u32 kMostHeight = 53;  // of places below 2^64 in leaves of 2^11 rows
constexpr u32 kMostShift = 52;   // ranks stay whole in doubles

void insert_words(u64* words, u32 count) {
  for (u32 i = 1; i < count; ++i) {
    const u64 word = words[i];
    u32 at = i;
    for (; at > 0 && words[at - 1] > word; --at) words[at] = words[at - 1];
    words[at] = word;
  }
}

// By the first bits in which the words differ, into about as many buckets as there are words; then each bucket alone.
void spread_words(u64* words, u32 count, u64* scratch) {
  if (count <= kFewWords) return insert_words(words, count);
  u64 least = words[0], greatest = words[0];
  for (u32 i = 1; i < count; ++i) {
    least = std::min(least, words[i]);
    greatest = std::max(greatest, words[i]);
  }
  if (least == greatest) return;
  const u32 bits = static_cast<u32>(std::bit_width(greatest - least));
  const u32 taken = std::min(bits, static_cast<u32>(std::bit_width(count - 1)));
  const u32 shift = bits - taken;
  const u32 buckets = 1u << taken;
  u16 starts[kVectorRows + 1];
  std::memset(starts, 0, (buckets + 1) * sizeof(u16));
  for (u32 i = 0; i < count; ++i) ++starts[((words[i] - least) >> shift) + 1];
  for (u32 b = 1; b < buckets; ++b) starts[b] = static_cast<u16>(starts[b] + starts[b - 1]);
  for (u32 i = 0; i < count; ++i) scratch[starts[(words[i] - least) >> shift]++] = words[i];
  std::memcpy(words, scratch, count * sizeof(u64));
  if (shift == 0) return;
  for (u32 b = 0, from = 0; b < buckets; from = starts[b++]) {
    if (starts[b] - from > 1) spread_words(words + from, starts[b] - from, scratch);
  }
}

}  // namespace

void sort_words(u64* words, u32 count) {
  if (std::is_sorted(words, words + count)) return;
  u64 scratch[kVectorRows];
  spread_words(words, count, scratch);
}

u64 quantile_choice(u32 height, u64 index) { return mixed_word(mixed_word(index) + height); }

void QuantileNode::sort() {
  if (sorted) return;
  if (words.size() <= kVectorRows) {
    sort_words(words.data(), static_cast<u32>(words.size()));
  } else {
    std::sort(words.begin(), words.end());
  }
  sorted = true;
}

void QuantileNode::thin(u32 by, u64 choice) {
  if (by == 0) return;
  const u64 step = u64{1} << by;
  std::size_t kept = 0;
  for (u64 at = choice & (step - 1); at < words.size(); at += step) words[kept++] = words[at];
  words.resize(kept);
  shift += by;
  spread += std::ldexp(1.0, static_cast<int>(2 * shift));
}

void QuantileNode::fit(u64 limit) {
  u32 by = 0;
  while (((words.size() + (u64{1} << by) - 1) >> by) > limit) ++by;
  thin(by, quantile_choice(height, index));
}

void QuantileNode::join(QuantileNode& other, u64 limit, u64 choice) {
  const u32 weight = std::max(shift, other.shift);
  thin(weight - shift, choice >> 1);
  other.thin(weight - other.shift, choice >> 1);
  spread += other.spread;
  std::vector<u64> both(words.size() + other.words.size());
  const u64 *a = words.data(), *b = other.words.data();
  const u64 *const a_end = a + words.size(), *const b_end = b + other.words.size();
  u64* out = both.data();
  while (a != a_end && b != b_end) {
    const bool second = *b < *a;
    *out++ = second ? *b : *a;
    a += second ? 0 : 1;
    b += second ? 1 : 0;
  }
  out = std::copy(a, a_end, out);
  std::copy(b, b_end, out);
  words = std::move(both);
  if (words.size() > limit) thin(1, choice);
  other.words = {};
}

void QuantileNode::save(format::Bytes& out) const {
  format::append(out, static_cast<u8>(height));
  format::append(out, index);
  format::append(out, static_cast<u8>(shift));
  format::append(out, spread);
  format::append(out, static_cast<u32>(words.size()));
  format::append_bytes(out, words.data(), words.size() * sizeof(u64));
}

void QuantileNode::load(format::ByteReader& in, u64 limit) {
  height = in.read<u8>("height");
  index = in.read<u64>("index");
  shift = in.read<u8>("weight");
  spread = in.read<f64>("spread");
  const u64 count = in.read<u32>("words");
  if (height > kMostHeight || shift > kMostShift || (index >> (kMostHeight - height)) != 0) {
    format::fault("a part of a quantile sketch that is nowhere");
  }
  if (!(spread >= 0) || !std::isfinite(spread)) format::fault("a quantile sketch with an impossible error");
  if (count > limit) format::fault("more values than a part of a quantile sketch keeps");
  const u8* from = in.take(count * sizeof(u64), "words");
  words.resize(static_cast<std::size_t>(count));
  if (count != 0) std::memcpy(words.data(), from, words.size() * sizeof(u64));
  if (!std::is_sorted(words.begin(), words.end())) format::fault("values of a quantile sketch out of order");
}

}  // namespace spillway
