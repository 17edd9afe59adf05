// Routing by bounds: the number of bounds that are not above the key, in the engine's order (NaN last, −0 is 0, text by
// bytes).
#include <algorithm>
#include <bit>
#include <functional>

#include "engine/shard_router.h"

namespace spillway {
namespace {

// Numbers as unsigned ones in the same order.
constexpr u64 kSign = u64{1} << 63;

u64 order_of(i64 value) { return static_cast<u64>(value) ^ kSign; }

u64 order_of(f64 value) {
  if (value != value) return ~u64{0};
  const u64 bits = std::bit_cast<u64>(value == 0 ? 0.0 : value);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

bool less_text(const StringView& a, const StringView& b) { return a.text() < b.text(); }

u64 order_of(const Constant& bound) {
  if (is_float(bound.type)) return order_of(bound.real);
  return bound.type == Type::U64 ? static_cast<u64>(bound.integer) : order_of(bound.integer);
}

class NumberRouter final : public ShardRouter {
 public:
  NumberRouter(std::vector<u64> bounds, const ColumnFacts& key)
      : type_(key.type), words_(key, true), bounds_(std::move(bounds)) {}

  void route(const Chunk& chunk, u32* shards) override {
    u64 words[kVectorRows];
    words_.read(chunk.columns[0], chunk, words);
    if (is_float(type_)) {
      for (u32 i = 0; i < chunk.selected; ++i) words[i] = order_of(std::bit_cast<f64>(words[i]));
    } else if (type_ != Type::U64) {
      for (u32 i = 0; i < chunk.selected; ++i) words[i] ^= kSign;
    }
    for (u32 i = 0; i < chunk.selected; ++i) shards[i] = find(words[i]);
    if (chunk.columns[0].validity == nullptr) return;
    for (u32 i = 0; i < chunk.selected; ++i) {
      if (!chunk.columns[0].valid(chunk.row_at(i))) shards[i] = static_cast<u32>(bounds_.size()) + 1;
    }
  }
  u32 shards() const override { return static_cast<u32>(bounds_.size()) + 2; }
  std::size_t bytes() const override { return bounds_.size() * 8; }

 private:
  // Halves without branches: which half is next is no more predictable than the keys.
  u32 find(u64 word) const {
    const u64* first = bounds_.data();
    std::size_t count = bounds_.size();
    if (count == 0) return 0;
    while (count > 1) {
      const std::size_t half = count / 2;
      first = first[half - 1] <= word ? first + half : first;
      count -= half;
    }
    return static_cast<u32>(first - bounds_.data()) + (*first <= word ? 1 : 0);
  }

  const Type type_;
  const ColumnWords words_;
  const std::vector<u64> bounds_;
};

class TextRouter final : public ShardRouter {
 public:
  TextRouter(const ShardDescription& description, const ColumnFacts& key) : dictionary_(key.dictionary) {
    for (const Constant& bound : description.bounds) texts_.push_back(bound.text);
    for (const std::string& text : texts_) bounds_.emplace_back(text);
    if (dictionary_ == nullptr) return;
    for (u32 i = 0; i < dictionary_->size(); ++i) by_code_.push_back(find(dictionary_->entries()[i]));
  }

  void route(const Chunk& chunk, u32* shards) override {
    const Vector& vector = chunk.columns[0];
    for (u32 i = 0; i < chunk.selected; ++i) {
      const u32 row = chunk.row_at(i), at = vector.constant ? 0 : row;
      if (!vector.valid(row)) {
        shards[i] = static_cast<u32>(bounds_.size()) + 1;
      } else if (vector.dictionary == nullptr) {
        shards[i] = find(vector.values<StringView>()[at]);
      } else {
        const u32 code = vector.values<u32>()[at];
        shards[i] = vector.dictionary == dictionary_ ? by_code_[code] : find(vector.dictionary->entries()[code]);
      }
    }
  }
  u32 shards() const override { return static_cast<u32>(bounds_.size()) + 2; }
  std::size_t bytes() const override { return by_code_.size() * 4 + bounds_.size() * sizeof(StringView); }

 private:
  u32 find(const StringView& text) const {
    return static_cast<u32>(std::upper_bound(bounds_.begin(), bounds_.end(), text, less_text) - bounds_.begin());
  }

  std::vector<std::string> texts_;
  std::vector<StringView> bounds_;
  const Dictionary* dictionary_;
  std::vector<u32> by_code_;
};

}  // namespace

std::unique_ptr<ShardRouter> make_bounds_router(const ShardDescription& description, const ColumnFacts& key) {
  std::vector<u64> bounds;
  for (const Constant& bound : description.bounds) {
    if (bound.type != key.type || bound.null) {
      throw Error(ErrorCode::Internal, "a bound of shards is not of the key's type");
    }
    if (key.type != Type::Utf8) bounds.push_back(order_of(bound));
  }
  if (key.type == Type::Utf8) return std::make_unique<TextRouter>(description, key);
  if (!std::is_sorted(bounds.begin(), bounds.end(), std::less_equal<u64>())) {
    throw Error(ErrorCode::Internal, "the bounds of shards do not ascend");
  }
  return std::make_unique<NumberRouter>(std::move(bounds), key);
}

}  // namespace spillway
