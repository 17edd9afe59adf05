// Hashing of texts within a row group (in parallel) and across the file (once per distinct text of a row group).
#include "engine/vtr_dictionary.h"

#include <algorithm>

#include "format/layout.h"
#include "format/texts.h"

namespace spillway {
namespace {

constexpr u32 kNone = ~u32{0};
// After so many rows a dictionary must have shown that texts repeat.
constexpr u64 kTrialRows = 65536;

u64 mix(u64 a, u64 b) {
  const u128 product = static_cast<u128>(a ^ 0x9E3779B97F4A7C15) * (b ^ 0xD1B54A32D192ED03);
  return static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
}

u64 hash_text(const StringView& text) {
  const char* at = text.data();
  u32 left = text.length;
  u64 hash = mix(left, 0x2545F4914F6CDD1D);
  for (; left >= 8; left -= 8, at += 8) {
    u64 word;
    std::memcpy(&word, at, 8);
    hash = mix(hash, word);
  }
  u64 word = 0;
  std::memcpy(&word, at, left);
  return mix(hash, word);
}

// Distinct texts by hash: places of `entries` in a table of twice their number and more.
class TextSet {
 public:
  explicit TextSet(std::vector<StringView>& entries) : entries_(entries), table_(1024) {}

  u32 find_or_add(const StringView& text) {
    const u64 hash = hash_text(text);
    std::size_t at = hash & (table_.size() - 1);
    for (; table_[at].entry != 0; at = (at + 1) & (table_.size() - 1)) {
      if (table_[at].tag == static_cast<u32>(hash >> 32) && entries_[table_[at].entry - 1] == text) {
        return table_[at].entry - 1;
      }
    }
    entries_.push_back(text);
    const u32 entry = static_cast<u32>(entries_.size());
    table_[at] = {static_cast<u32>(hash >> 32), entry};
    if (entries_.size() * 2 > table_.size()) grow();
    return entry - 1;
  }

 private:
  struct Slot {
    u32 tag = 0;
    u32 entry = 0;
  };
  void grow() {
    std::vector<Slot> table(table_.size() * 4);
    for (u32 i = 0; i < entries_.size(); ++i) {
      const u64 hash = hash_text(entries_[i]);
      std::size_t at = hash & (table.size() - 1);
      while (table[at].entry != 0) at = (at + 1) & (table.size() - 1);
      table[at] = {static_cast<u32>(hash >> 32), i + 1};
    }
    table_.swap(table);
  }

  std::vector<StringView>& entries_;
  std::vector<Slot> table_;
};

bool present(const u64* validity, u32 row) {
  return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1) != 0;
}

}  // namespace

bool collect_texts(const std::vector<VtrSlice>& slices, u32 column, const VtrInput& input, u32 rows, u32 most,
                   GroupTexts& texts) {
  texts.codes.assign(rows, 0);
  std::vector<u32> local(input.dictionary == nullptr ? 0 : input.dictionary->size(), kNone);
  TextSet set(texts.entries);
  texts.source = input.dictionary;
  u32 row = 0;
  for (const VtrSlice& slice : slices) {
    const u64* validity = slice.block->validity(column);
    if (validity != nullptr && texts.validity.empty()) {
      texts.validity.assign((std::size_t{rows} + 63) / 64, ~u64{0});
    }
    const u32* codes = reinterpret_cast<const u32*>(slice.block->values(column));
    const StringView* views = reinterpret_cast<const StringView*>(slice.block->values(column));
    for (u32 i = slice.from; i < slice.from + slice.rows; ++i, ++row) {
      if (!present(validity, i)) {
        texts.validity[row / 64] &= ~(u64{1} << (row % 64));
        ++texts.nulls;
      } else if (input.dictionary == nullptr) {
        texts.codes[row] = set.find_or_add(views[i]);
      } else {
        u32& code = local[codes[i]];
        if (code == kNone) {
          code = static_cast<u32>(texts.entries.size());
          texts.entries.push_back(input.dictionary->entries()[codes[i]]);
          texts.source_codes.push_back(codes[i]);
        }
        texts.codes[row] = code;
      }
    }
    if (texts.entries.size() > most) return false;
  }
  return true;
}

void VtrDictionaryBuilder::seed(const StringView* entries, u32 count, u64 rows) {
  bool added;
  for (u32 i = 0; i < count; ++i) {
    find_or_add(entries[i], added);
    if (!added) throw Error(ErrorCode::Format, "a dictionary holds the same text twice; write the file again");
  }
  rows_seen_ = rows;
}

void VtrDictionaryBuilder::grow() {
  std::vector<u32> table(table_.empty() ? 1024 : table_.size() * 2);
  for (u32 i = 0; i < entries_.size(); ++i) {
    std::size_t at = hashes_[i] & (table.size() - 1);
    while (table[at] != 0) at = (at + 1) & (table.size() - 1);
    table[at] = i + 1;
  }
  table_.swap(table);
}

u32 VtrDictionaryBuilder::find_or_add(const StringView& text, bool& added) {
  if (entries_.size() * 2 >= table_.size()) grow();
  const u64 hash = hash_text(text);
  std::size_t at = hash & (table_.size() - 1);
  for (; table_[at] != 0; at = (at + 1) & (table_.size() - 1)) {
    const u32 entry = table_[at] - 1;
    if (hashes_[entry] == hash && entries_[entry] == text) {
      added = false;
      return entry;
    }
  }
  added = true;
  entries_.push_back(texts_.copy(text));
  hashes_.push_back(hash);
  table_[at] = static_cast<u32>(entries_.size());
  bytes_ += text.length + 4;
  return static_cast<u32>(entries_.size()) - 1;
}

VtrDictionaryBuilder::Assigned VtrDictionaryBuilder::assign(const GroupTexts& texts, bool collected, u32 rows) {
  Assigned assigned;
  rows_seen_ += rows - texts.nulls;
  if (given_up() || !collected) {
    give_up();
    assigned.plain = true;
    return assigned;
  }
  const u32 before = static_cast<u32>(entries_.size());
  assigned.file_codes.reserve(texts.entries.size());
  bool added;
  if (texts.source == nullptr) {
    for (const StringView& entry : texts.entries) assigned.file_codes.push_back(find_or_add(entry, added));
  } else {
    // A text of the same dictionary is looked up once, then known by its code: this is the one step that row groups
    // take one after the other.
    if (source_ != texts.source) from_source_.assign(texts.source->size(), kNone);
    source_ = texts.source;
    for (std::size_t i = 0; i < texts.entries.size(); ++i) {
      u32& code = from_source_[texts.source_codes[i]];
      if (code == kNone) code = find_or_add(texts.entries[i], added);
      assigned.file_codes.push_back(code);
    }
  }
  const bool too_large = entries_.size() > format::kMaxDictionaryEntries || bytes_ > format::kMaxDictionaryBytes;
  const bool useless = rows_seen_ >= kTrialRows && entries_.size() * 5 > rows_seen_ * 4;
  if (too_large || useless) {
    give_up();
    assigned = Assigned();
    assigned.plain = true;
    return assigned;
  }
  assigned.new_entries = static_cast<u32>(entries_.size()) - before;
  if (assigned.new_entries > 0) format::encode_entries(entries_.data() + before, assigned.new_entries, assigned.block);
  return assigned;
}

}  // namespace spillway
