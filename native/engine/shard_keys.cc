// Keys by code where there can be only few, by an open table of hashes otherwise.
#include "engine/shard_keys.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

constexpr u64 kMostCodes = u64{1} << 20;
constexpr std::size_t kFirstSlots = 4096;
constexpr u32 kFirstSegment = 1024;
constexpr u32 kMostKeys = u32{1} << 28;
// Tables larger than this do not stay in the second-level cache.
constexpr std::size_t kPrefetchSlots = 65536;

struct Place {
  u32 segment;
  u32 index;
};

Place place_of(u32 number) {
  const u32 scaled = number / kFirstSegment + 1;
  const u32 segment = 31 - static_cast<u32>(__builtin_clz(scaled));
  return {segment, number - ((u32{1} << segment) - 1) * kFirstSegment};
}

// How many different values there can be, by what is known of the column; 0: too many.
u64 digits_of(const ColumnFacts& facts) {
  if (facts.dictionary != nullptr) return facts.dictionary->size();
  if (facts.type == Type::Bool) return 2;
  if (is_float(facts.type) || facts.type == Type::Utf8 || !facts.has_range || facts.min > facts.max) return 0;
  const u64 span = static_cast<u64>(facts.max) - static_cast<u64>(facts.min);
  return span >= kMostCodes ? 0 : span + 1;
}

std::size_t start_of(u64 tag, std::size_t slots) {
  return static_cast<std::size_t>(mix_word(kRowHashStart, tag)) & (slots - 1);
}

}  // namespace

ShardKeys::ShardKeys(std::vector<ColumnFacts> facts, bool equal_hashes)
    : facts_(std::move(facts)), equal_hashes_(equal_hashes), table_(std::make_shared<Table>(kFirstSlots)) {
  u64 codes = 1;
  record_words_ = static_cast<u32>((facts_.size() + 63) / 64);
  for (const ColumnFacts& column : facts_) {
    words_.emplace_back(column, true);
    places_.push_back(record_words_);
    record_words_ += column.type == Type::Utf8 ? 2 : 1;
    const u64 digits = digits_of(column);
    radix_.push_back(codes);
    codes = digits == 0 || codes == 0 || codes * (digits + 1) > kMostCodes ? 0 : codes * (digits + 1);
  }
  exact_ = facts_.size() == 1 && facts_[0].type != Type::Utf8 && !equal_hashes_;
  if (codes == 0 || equal_hashes_) return;
  code_count_ = codes;
  codes_ = std::make_unique<std::atomic<u32>[]>(codes);
  for (u64 i = 0; i < codes; ++i) codes_[i].store(0, std::memory_order_relaxed);
}

std::size_t ShardKeys::bytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::size_t bytes = table_->slots.size() * sizeof(Slot) + texts_.bytes() + segment_bytes_ + code_count_ * 4;
  for (const ColumnWords& words : words_) bytes += words.bytes();
  return bytes;
}

const u64* ShardKeys::record(u32 number) const {
  const Place place = place_of(number);
  return segments_[place.segment].get() + std::size_t{place.index} * record_words_;
}

void ShardKeys::find(const Chunk& chunk, u32* shards) {
  if (codes_ == nullptr || !by_code(chunk, shards)) by_table(chunk, shards);
}

// False when a vector does not come as its facts let expect.
bool ShardKeys::by_code(const Chunk& chunk, u32* shards) {
  u32 codes[kVectorRows];
  std::fill_n(codes, chunk.selected, 0u);
  u64 words[kVectorRows];
  for (u32 c = 0; c < facts_.size(); ++c) {
    const Vector& vector = chunk.columns[c];
    const ColumnFacts& facts = facts_[c];
    const u64 next = c + 1 < facts_.size() ? radix_[c + 1] : code_count_;
    const u32 radix = static_cast<u32>(radix_[c]), null = static_cast<u32>(next / radix_[c]) - 1;
    if (facts.dictionary != nullptr) {
      if (vector.dictionary != facts.dictionary) return false;
      const u32* source = vector.values<u32>();
      if (!vector.constant && chunk.selection == nullptr && vector.validity == nullptr) {
        for (u32 i = 0; i < chunk.selected; ++i) codes[i] += source[i] * radix;
        continue;
      }
      for (u32 i = 0; i < chunk.selected; ++i) {
        const u32 row = chunk.row_at(i);
        codes[i] += (vector.valid(row) ? source[vector.constant ? 0 : row] : null) * radix;
      }
      continue;
    }
    words_[c].read(vector, chunk, words);
    const u64 least = facts.type == Type::Bool ? 0 : static_cast<u64>(facts.min);
    for (u32 i = 0; i < chunk.selected; ++i) {
      const bool valid = vector.validity == nullptr || vector.valid(chunk.row_at(i));
      codes[i] += (valid ? static_cast<u32>(words[i] - least) : null) * radix;
    }
  }
  for (u32 i = 0; i < chunk.selected; ++i) {
    std::atomic<u32>& known = codes_[codes[i]];
    u32 number = known.load(std::memory_order_relaxed);
    if (number == 0) {
      std::lock_guard<std::mutex> lock(mutex_);
      number = known.load(std::memory_order_relaxed);
      if (number == 0) {
        std::vector<u64> row(facts_.size());
        Chunk one = chunk;
        const u16 at = static_cast<u16>(chunk.row_at(i));
        one.selected = 1;
        one.selection = &at;
        for (u32 c = 0; c < facts_.size(); ++c) words_[c].read(chunk.columns[c], one, &row[c]);
        number = add_record(chunk, at, row.data()) + 1;
        known.store(number, std::memory_order_relaxed);
      }
    }
    shards[i] = number - 1;
  }
  return true;
}

void ShardKeys::by_table(const Chunk& chunk, u32* shards) {
  const u32 columns = static_cast<u32>(facts_.size());
  std::vector<u64> words(std::size_t{kVectorRows} * columns);
  u64 tags[kVectorRows];
  for (u32 c = 0; c < columns; ++c)
    words_[c].read(chunk.columns[c], chunk, words.data() + std::size_t{c} * kVectorRows);
  std::fill_n(tags, chunk.selected, kRowHashStart);
  if (exact_) {
    std::copy_n(words.data(), chunk.selected, tags);
  } else if (!equal_hashes_) {
    for (u32 c = 0; c < columns; ++c) {
      const u64* column = words.data() + std::size_t{c} * kVectorRows;
      for (u32 i = 0; i < chunk.selected; ++i) tags[i] = mix_word(tags[i], column[i]);
    }
  }
  std::shared_ptr<Table> table;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    table = table_;
  }
  if (table->slots.size() > kPrefetchSlots) {
    for (u32 i = 0; i < chunk.selected; ++i) {
      __builtin_prefetch(&table->slots[start_of(tags[i], table->slots.size())]);
    }
  }
  for (u32 i = 0; i < chunk.selected; ++i) {
    const Row row{chunk, chunk.row_at(i), tags[i], words.data() + i};
    const bool null = exact_ && !chunk.columns[0].valid(row.row);
    u32 number = null ? null_number_.load(std::memory_order_relaxed) : probe(*table, row);
    if (number == 0) {
      std::lock_guard<std::mutex> lock(mutex_);
      if (null) {
        number = null_number_.load(std::memory_order_relaxed);
        if (number == 0) {
          const u64 word = kNullWord;
          number = add_record(chunk, row.row, &word) + 1;
          null_number_.store(number, std::memory_order_relaxed);
        }
      } else {
        number = probe(*table_, row);
        if (number == 0) number = add(row) + 1;
        table = table_;
      }
    }
    shards[i] = number - 1;
  }
}

u32 ShardKeys::probe(const Table& table, const Row& row) const {
  const std::size_t mask = table.slots.size() - 1;
  for (std::size_t at = start_of(row.tag, table.slots.size());; at = (at + 1) & mask) {
    const u32 number = table.slots[at].number.load(std::memory_order_acquire);
    if (number == 0) return 0;
    if (table.slots[at].tag.load(std::memory_order_relaxed) != row.tag) continue;
    if (exact_ || equals(number - 1, row)) return number;
  }
}

bool ShardKeys::equals(u32 number, const Row& row) const {
  const u64* known = record(number);
  for (u32 c = 0; c < facts_.size(); ++c) {
    const Vector& vector = row.chunk.columns[c];
    const bool valid = vector.valid(row.row);
    if ((((known[c / 64] >> (c % 64)) & 1) == 0) != valid) return false;
    if (!valid) continue;
    if (facts_[c].type != Type::Utf8) {
      if (known[places_[c]] != row.words[std::size_t{c} * kVectorRows]) return false;
      continue;
    }
    StringView text;
    std::memcpy(static_cast<void*>(&text), known + places_[c], sizeof text);
    const u32 at = vector.constant ? 0 : row.row;
    const StringView& other = vector.dictionary == nullptr ? vector.values<StringView>()[at]
                                                           : vector.dictionary->entries()[vector.values<u32>()[at]];
    if (!(text == other)) return false;
  }
  return true;
}

u32 ShardKeys::add(const Row& row) {
  std::vector<u64> words(facts_.size());
  for (u32 c = 0; c < words.size(); ++c) words[c] = row.words[std::size_t{c} * kVectorRows];
  const u32 number = add_record(row.chunk, row.row, words.data());
  if (std::size_t{number} * 4 >= table_->slots.size() * 3) grow();
  Table& table = *table_;
  std::size_t at = start_of(row.tag, table.slots.size());
  while (table.slots[at].number.load(std::memory_order_relaxed) != 0) at = (at + 1) & (table.slots.size() - 1);
  table.slots[at].tag.store(row.tag, std::memory_order_relaxed);
  table.slots[at].number.store(number + 1, std::memory_order_release);
  return number;
}

u32 ShardKeys::add_record(const Chunk& chunk, u32 row, const u64* words) {
  const u32 number = size_.load(std::memory_order_relaxed);
  const Place place = place_of(number);
  if (number == kMostKeys) {
    throw Error(ErrorCode::Limit, "there are more than " + std::to_string(number) +
                                      " different keys; take fewer shards by hash, range or quantile");
  }
  std::unique_ptr<u64[]>& segment = segments_[place.segment];
  if (segment == nullptr) {
    const std::size_t count = (std::size_t{kFirstSegment} << place.segment) * record_words_;
    segment = std::make_unique<u64[]>(count);
    segment_bytes_ += count * 8;
  }
  u64* to = segment.get() + std::size_t{place.index} * record_words_;
  for (u32 c = 0; c < facts_.size(); ++c) {
    const Vector& vector = chunk.columns[c];
    if (!vector.valid(row)) {
      to[c / 64] |= u64{1} << (c % 64);
    } else if (facts_[c].type != Type::Utf8) {
      to[places_[c]] = words[c];
    } else {
      const u32 at = vector.constant ? 0 : row;
      const StringView text =
          texts_.copy(vector.dictionary == nullptr ? vector.values<StringView>()[at]
                                                   : vector.dictionary->entries()[vector.values<u32>()[at]]);
      std::memcpy(to + places_[c], &text, sizeof text);
    }
  }
  size_.store(number + 1, std::memory_order_release);
  return number;
}

void ShardKeys::grow() {
  auto larger = std::make_shared<Table>(table_->slots.size() * 2);
  for (const Slot& slot : table_->slots) {
    const u32 number = slot.number.load(std::memory_order_relaxed);
    if (number == 0) continue;
    const u64 tag = slot.tag.load(std::memory_order_relaxed);
    std::size_t at = start_of(tag, larger->slots.size());
    while (larger->slots[at].number.load(std::memory_order_relaxed) != 0) at = (at + 1) & (larger->slots.size() - 1);
    larger->slots[at].tag.store(tag, std::memory_order_relaxed);
    larger->slots[at].number.store(number, std::memory_order_relaxed);
  }
  table_ = std::move(larger);
}

bool ShardKeys::values(u32 column, u32 first, u32 count, void* into, u64* validity) const {
  const Type type = facts_[column].type;
  const u32 width = width_of(type);
  u8* to = static_cast<u8*>(into);
  bool all_valid = true;
  std::fill_n(validity, (count + 63) / 64, ~u64{0});
  for (u32 i = 0; i < count; ++i, to += width) {
    const u64* known = record(first + i);
    const u64* word = known + places_[column];
    if (((known[column / 64] >> (column % 64)) & 1) != 0) {
      validity[i / 64] &= ~(u64{1} << (i % 64));
      all_valid = false;
      std::memset(to, 0, width);
    } else if (type == Type::F32) {
      const f32 value = static_cast<f32>(std::bit_cast<f64>(*word));
      std::memcpy(to, &value, sizeof value);
    } else {
      std::memcpy(to, word, width);  // whole numbers: their low bytes
    }
  }
  return all_valid;
}

}  // namespace spillway
