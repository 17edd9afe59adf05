// Looks values up in an open-addressing table of their bits, texts in a sorted list.
#include "engine/program_membership.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/program_text_rows.h"

namespace spillway {
namespace {

// Bits that are equal exactly where the values are: one zero, one NaN.
template <class T>
u64 key_of(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (value == 0) return 0;
    if (value != value) return ~u64{0};
    const f64 wide = value;
    u64 bits;
    std::memcpy(&bits, &wide, 8);
    return bits;
  } else {
    return static_cast<u64>(value);
  }
}

class KeySet {
 public:
  explicit KeySet(std::size_t count) {
    while ((std::size_t{1} << bits_) < 2 * count) ++bits_;
    keys_.resize(std::size_t{1} << bits_);
    used_.resize(std::size_t{1} << bits_);
  }
  void insert(u64 key) {
    const std::size_t at = place(key);
    keys_[at] = key;
    used_[at] = 1;
  }
  bool contains(u64 key) const { return used_[place(key)] != 0; }

 private:
  std::size_t place(u64 key) const {
    std::size_t at = static_cast<std::size_t>(key * 0x9e3779b97f4a7c15u >> (64 - bits_));
    while (used_[at] != 0 && keys_[at] != key) at = (at + 1) & (keys_.size() - 1);
    return at;
  }

  u32 bits_ = 1;
  std::vector<u64> keys_;
  std::vector<u8> used_;
};

template <class T>
void find_keys(const Vector& values, std::span<const Vector> candidates, u32 rows, u64* found) {
  KeySet set(candidates.size());
  for (const Vector& candidate : candidates) {
    if (candidate.valid(0)) set.insert(key_of(*candidate.values<T>()));
  }
  const T* data = values.values<T>();
  const u32 step = values.constant ? 0 : 1;
  for (u32 r = 0; r < rows; ++r) found[r / 64] |= static_cast<u64>(set.contains(key_of(data[r * step]))) << (r % 64);
}

void find_texts(const Vector& values, std::span<const Vector> candidates, u32 rows, u64* found) {
  std::vector<std::string_view> sorted;
  for (const Vector& candidate : candidates) {
    if (candidate.valid(0)) sorted.push_back(candidate.values<StringView>()->text());
  }
  std::sort(sorted.begin(), sorted.end());
  const TextOperand texts(values);
  for (u32 r = 0; r < rows; ++r) {
    const bool is_member = values.valid(r) && std::binary_search(sorted.begin(), sorted.end(), texts[r].text());
    found[r / 64] |= static_cast<u64>(is_member) << (r % 64);
  }
}

void find(const Vector& values, std::span<const Vector> candidates, u32 rows, u64* found) {
  switch (values.type) {
    case Type::Bool:
    case Type::U8: return find_keys<u8>(values, candidates, rows, found);
    case Type::I8: return find_keys<i8>(values, candidates, rows, found);
    case Type::I16: return find_keys<i16>(values, candidates, rows, found);
    case Type::U16: return find_keys<u16>(values, candidates, rows, found);
    case Type::I32:
    case Type::Date: return find_keys<i32>(values, candidates, rows, found);
    case Type::U32: return find_keys<u32>(values, candidates, rows, found);
    case Type::I64:
    case Type::Timestamp: return find_keys<i64>(values, candidates, rows, found);
    case Type::U64: return find_keys<u64>(values, candidates, rows, found);
    case Type::F32: return find_keys<f32>(values, candidates, rows, found);
    case Type::F64: return find_keys<f64>(values, candidates, rows, found);
    case Type::Utf8: return find_texts(values, candidates, rows, found);
  }
}

}  // namespace

Truth member_truth(const Vector& values, std::span<const Vector> candidates, u32 rows) {
  Truth truth{};
  find(values, candidates, rows, truth.is_true.words);
  const bool null_among_them =
      std::any_of(candidates.begin(), candidates.end(), [](const Vector& candidate) { return !candidate.valid(0); });
  RowBits scratch;
  const u64* valid = validity_words(values, rows, scratch);
  for (u32 w = 0; w < words_of(rows); ++w) {
    truth.is_false.words[w] = null_among_them ? 0 : valid[w] & ~truth.is_true.words[w];
    truth.is_true.words[w] &= valid[w];
  }
  return truth;
}

}  // namespace spillway
