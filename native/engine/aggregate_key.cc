// Packing by ranges and dictionary sizes: one mixed-radix number when there are few keys, bit fields otherwise.
#include "engine/aggregate_key.h"

#include <algorithm>
#include <bit>

#include "engine/error.h"
#include "engine/text_hash.h"
#include "kernels/group.h"

namespace spillway {
namespace {

constexpr u64 kNullText = ~u64{0};

struct Codes {
  u64 minimum = 0;
  u64 most = 0;  // the greatest code of a value
};

Codes codes_of(const ColumnFacts& facts) {
  if (facts.dictionary != nullptr) return {0, std::max(facts.dictionary->size(), 1u) - u64{1}};
  if (facts.has_range && !is_float(facts.type) && facts.min <= facts.max)
    return {static_cast<u64>(facts.min), static_cast<u64>(facts.max) - static_cast<u64>(facts.min)};
  switch (facts.type) {
    case Type::Bool: return {0, 1};
    case Type::I8: return {static_cast<u64>(i64{-128}), 0xff};
    case Type::U8: return {0, 0xff};
    case Type::I16: return {static_cast<u64>(i64{-32768}), 0xffff};
    case Type::U16: return {0, 0xffff};
    case Type::I32:
    case Type::Date: return {static_cast<u64>(i64{-2147483648}), 0xffffffff};
    case Type::U32:
    case Type::F32: return {0, 0xffffffff};
    default: return {0, ~u64{0}};
  }
}

bool valid_bit(const u64* validity, u32 row) { return (validity[row / 64] >> (row % 64)) & 1; }

}  // namespace

void KeyLayout::place(std::vector<u32>& free_bits, u32 bits, u32& word, u64& factor) {
  for (u32 w = 0; w < free_bits.size(); ++w) {
    if (free_bits[w] < bits) continue;
    word = w;
    factor = u64{1} << (64 - free_bits[w]);
    free_bits[w] -= bits;
    return;
  }
  word = static_cast<u32>(free_bits.size());
  factor = 1;
  free_bits.push_back(64 - bits);
}

KeyLayout::KeyLayout(const std::vector<ColumnFacts>& inputs, u32 key_count) {
  u128 product = 1;
  for (u32 i = 0; i < key_count; ++i) {
    KeyField field;
    field.column = i;
    field.facts = inputs[i];
    field.text = inputs[i].type == Type::Utf8 && inputs[i].dictionary == nullptr;
    has_text_ = has_text_ || field.text;
    const Codes codes = codes_of(inputs[i]);
    field.minimum = codes.minimum;
    field.codes = codes.most + 1;
    if (inputs[i].may_be_null && !field.text) {
      if (codes.most == ~u64{0}) {
        field.null_flag = true;
      } else {
        field.null_code = codes.most + 1;
        field.codes = codes.most + 2;
      }
    }
    const bool full = field.text || field.codes == 0;
    product = full || product > kDirectDomain ? u128{kDirectDomain} + 1 : product * field.codes;
    fields_.push_back(field);
  }
  if (product <= kDirectDomain) {
    domain_ = static_cast<u64>(product);
    words_ = 1;
    u64 factor = 1;
    for (KeyField& field : fields_) {
      field.factor = factor;
      factor *= field.codes;
    }
    return;
  }
  std::vector<u32> free_bits;
  for (KeyField& field : fields_) {
    if (field.text) continue;
    place(free_bits, field.codes == 0 ? 64 : std::max<u32>(1, std::bit_width(field.codes - 1)), field.word,
          field.factor);
    if (field.null_flag) place(free_bits, 1, field.null_word, field.null_factor);
  }
  words_ = static_cast<u32>(free_bits.size());
  for (KeyField& field : fields_) {
    if (!field.text) continue;
    field.word = words_;
    words_ += 2;
  }
}

void KeyLayout::pack_text(const KeyField& field, const Vector& vector, const Chunk& chunk, KeyBatch& batch) const {
  u64* first = batch.storage.data() + std::size_t{field.word} * kVectorRows;
  u64* second = first + kVectorRows;
  for (u32 i = 0; i < chunk.selected; ++i) {
    const u32 row = chunk.row_at(i);
    if (!vector.valid(row)) {
      first[i] = kNullText;
      second[i] = 0;
      continue;
    }
    const u32 at = vector.constant ? 0 : row;
    const StringView text = vector.dictionary != nullptr ? vector.dictionary->entries()[vector.values<u32>()[at]]
                                                         : vector.values<StringView>()[at];
    std::memcpy(&first[i], &text, 8);
    std::memcpy(&second[i], reinterpret_cast<const char*>(&text) + 8, 8);
  }
}

void KeyLayout::pack(const Chunk& chunk, KeyBatch& batch) const {
  const GroupTable& kernels = group_kernels();
  const u32 n = chunk.selected;
  batch.rows = n;
  if (batch.words.size() != words_) {
    batch.storage.resize(std::size_t{words_} * kVectorRows);
    batch.words.resize(words_);
    for (u32 w = 0; w < words_; ++w) batch.words[w] = batch.storage.data() + std::size_t{w} * kVectorRows;
  }
  if (fields_.empty()) {
    std::fill_n(batch.storage.data(), n, 0);
    return;
  }
  std::vector<bool> begun(words_, false);
  for (const KeyField& field : fields_) {
    const Vector& vector = chunk.columns[field.column];
    if (field.text) {
      pack_text(field, vector, chunk, batch);
      continue;
    }
    u64* out = batch.storage.data() + std::size_t{field.word} * kVectorRows;
    const bool add = begun[field.word];
    begun[field.word] = true;
    const u64* validity = field.facts.may_be_null ? vector.validity : nullptr;
    const auto pack = kernels.pack[static_cast<u32>(vector.type)];
    if (vector.constant) {
      u64 code = 0;
      pack(vector.data, nullptr, validity, 1, field.minimum, field.null_code, field.factor, false, &code);
      for (u32 i = 0; i < n; ++i) out[i] = (add ? out[i] : 0) + code;
    } else {
      pack(vector.data, chunk.selection, validity, n, field.minimum, field.null_code, field.factor, add, out);
    }
    if (!field.null_flag) continue;
    u64* flags = batch.storage.data() + std::size_t{field.null_word} * kVectorRows;
    const bool flags_begun = begun[field.null_word];
    begun[field.null_word] = true;
    for (u32 i = 0; i < n; ++i) {
      const u64 flag = validity == nullptr || valid_bit(validity, vector.constant ? 0 : chunk.row_at(i)) ? 0 : 1;
      flags[i] = (flags_begun ? flags[i] : 0) + flag * field.null_factor;
    }
  }
}

void KeyLayout::hash(KeyBatch& batch) const {
  batch.hashes.resize(kVectorRows);
  if (!has_text_) {
    group_kernels().hash(batch.words.data(), words_, batch.rows, batch.hashes.data());
    return;
  }
  std::vector<u64> key(words_);
  for (u32 i = 0; i < batch.rows; ++i) {
    for (u32 w = 0; w < words_; ++w) key[w] = batch.words[w][i];
    batch.hashes[i] = hash_one(key.data());
  }
}

u64 KeyLayout::hash_one(const u64* key) const {
  u64 hash = 0;
  const u64* words[1] = {nullptr};
  if (!has_text_) {
    if (words_ == 1) {
      group_kernels().hash(&key, 1, 1, &hash);
      return hash;
    }
    std::vector<const u64*> all(words_);
    for (u32 w = 0; w < words_; ++w) all[w] = key + w;
    group_kernels().hash(all.data(), words_, 1, &hash);
    return hash;
  }
  u64 mixed[2] = {0, 0};
  const auto mix = [&](u64 word) {
    mixed[0] = hash ^ word;
    words[0] = mixed;
    group_kernels().hash(words, 1, 1, &hash);
  };
  const u32 plain = fields_.empty() ? 0 : words_;
  std::vector<bool> is_text(plain, false);
  for (const KeyField& field : fields_) {
    if (!field.text) continue;
    is_text[field.word] = is_text[field.word + 1] = true;
    if (key[field.word] == kNullText) {
      mix(kNullText);
      continue;
    }
    StringView text;
    std::memcpy(static_cast<void*>(&text), key + field.word, 16);
    mix(text_hash(text));
  }
  for (u32 w = 0; w < plain; ++w) {
    if (!is_text[w]) mix(key[w]);
  }
  return hash;
}

bool KeyLayout::equal(const u64* a, const u64* b) const {
  if (!has_text_) return std::memcmp(a, b, std::size_t{words_} * 8) == 0;
  return compare(a, b) == 0;
}

int KeyLayout::compare(const u64* a, const u64* b) const {
  std::size_t text_begin = words_;
  for (const KeyField& field : fields_) {
    if (field.text) text_begin = std::min<std::size_t>(text_begin, field.word);
  }
  const int plain = std::memcmp(a, b, text_begin * 8);
  if (plain != 0) return plain;
  for (std::size_t w = text_begin; w < words_; w += 2) {
    const bool null_a = a[w] == kNullText, null_b = b[w] == kNullText;
    if (null_a || null_b) {
      if (null_a != null_b) return null_a ? 1 : -1;
      continue;
    }
    StringView x, y;
    std::memcpy(static_cast<void*>(&x), a + w, 16);
    std::memcpy(static_cast<void*>(&y), b + w, 16);
    const int order = x == y ? 0 : x.text().compare(y.text());
    if (order != 0) return order;
  }
  return 0;
}

}  // namespace spillway
