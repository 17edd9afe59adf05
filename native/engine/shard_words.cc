// One loop per type to words, then one over all rows to hashes.
#include "engine/shard_words.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "kernels/pages.h"

namespace spillway {
namespace {

constexpr u64 kNanWord = 0x7ff8000000000000;

template <class T>
u64 word_of(T value, bool as_key) {
  if constexpr (std::is_floating_point_v<T>) {
    const f64 wide = static_cast<f64>(value);
    if (wide != wide) return kNanWord;
    return std::bit_cast<u64>(as_key && wide == 0 ? 0.0 : wide);
  } else {
    return static_cast<u64>(static_cast<i64>(value));
  }
}

template <class T>
void words_of(const Vector& vector, const Chunk& chunk, bool as_key, u64* words) {
  const T* values = vector.values<T>();
  if (vector.constant) {
    std::fill_n(words, chunk.selected, word_of(values[0], as_key));
  } else if (chunk.selection == nullptr) {
    for (u32 i = 0; i < chunk.selected; ++i) words[i] = word_of(values[i], as_key);
  } else {
    for (u32 i = 0; i < chunk.selected; ++i) words[i] = word_of(values[chunk.selection[i]], as_key);
  }
}

}  // namespace

u64 text_word(const StringView& text) { return pages_kernels().hash(text.data(), text.length, 0); }

u64 key_word(const Constant& value) {
  if (value.null) return kNullWord;
  if (value.type == Type::Utf8) return text_word(StringView(value.text));
  if (value.type == Type::F32) return word_of(static_cast<f32>(value.real), true);
  return is_float(value.type) ? word_of(value.real, true) : static_cast<u64>(value.integer);
}

ColumnWords::ColumnWords(const ColumnFacts& facts, bool as_key)
    : type_(facts.type), as_key_(as_key), dictionary_(facts.type == Type::Utf8 ? facts.dictionary : nullptr) {
  if (dictionary_ == nullptr) return;
  const StringView* entries = dictionary_->entries();
  entries_.reserve(dictionary_->size());
  for (u32 i = 0; i < dictionary_->size(); ++i) entries_.push_back(text_word(entries[i]));
}

void ColumnWords::read(const Vector& vector, const Chunk& chunk, u64* words) const {
  switch (type_) {
    case Type::Bool:
    case Type::U8: words_of<u8>(vector, chunk, as_key_, words); break;
    case Type::I8: words_of<i8>(vector, chunk, as_key_, words); break;
    case Type::I16: words_of<i16>(vector, chunk, as_key_, words); break;
    case Type::U16: words_of<u16>(vector, chunk, as_key_, words); break;
    case Type::I32:
    case Type::Date: words_of<i32>(vector, chunk, as_key_, words); break;
    case Type::U32: words_of<u32>(vector, chunk, as_key_, words); break;
    case Type::I64:
    case Type::Timestamp: words_of<i64>(vector, chunk, as_key_, words); break;
    case Type::U64: words_of<u64>(vector, chunk, as_key_, words); break;
    case Type::F32: words_of<f32>(vector, chunk, as_key_, words); break;
    case Type::F64: words_of<f64>(vector, chunk, as_key_, words); break;
    case Type::Utf8:
      for (u32 i = 0; i < chunk.selected; ++i) {
        const u32 row = vector.constant ? 0 : chunk.row_at(i);
        if (!vector.valid(row)) continue;
        if (vector.dictionary == nullptr) {
          words[i] = text_word(vector.values<StringView>()[row]);
        } else {
          const u32 code = vector.values<u32>()[row];
          words[i] = vector.dictionary == dictionary_ ? entries_[code] : text_word(vector.dictionary->entries()[code]);
        }
      }
      break;
  }
  if (vector.validity == nullptr) return;
  for (u32 i = 0; i < chunk.selected; ++i) {
    if (!vector.valid(chunk.row_at(i))) words[i] = kNullWord;
  }
}

RowHasher::RowHasher(const std::vector<ColumnFacts>& columns, bool as_key) {
  for (const ColumnFacts& facts : columns) columns_.emplace_back(facts, as_key);
}

void RowHasher::hash(const Chunk& chunk, u32 first, u64* hashes) const {
  u64 words[kVectorRows];
  std::fill_n(hashes, chunk.selected, kRowHashStart);
  for (u32 c = 0; c < columns_.size(); ++c) {
    columns_[c].read(chunk.columns[first + c], chunk, words);
    for (u32 i = 0; i < chunk.selected; ++i) hashes[i] = mix_word(hashes[i], words[i]);
  }
}

std::size_t RowHasher::bytes() const {
  std::size_t bytes = 0;
  for (const ColumnWords& column : columns_) bytes += column.bytes();
  return bytes;
}

}  // namespace spillway
