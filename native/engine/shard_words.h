// Values as 64-bit words and rows as hashes of them, fixed for ever: docs/format.md says how. The same whatever the
// instruction set, and for text in a dictionary or not.
#pragma once

#include <vector>

#include "engine/program.h"
#include "engine/vector.h"

namespace spillway {

inline constexpr u64 kNullWord = 0x9ae16a3b2f90404f;
inline constexpr u64 kRowHashStart = 0x2545f4914f6cdd1d;
inline constexpr u64 kRowHashFactor = 0xd1b54a32d192ed03;

// The hash of a row goes on with the word of its next column.
inline u64 mix_word(u64 hash, u64 word) {
  const u128 product = static_cast<u128>(hash ^ word) * kRowHashFactor;
  return static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
}

u64 text_word(const StringView& text);
// Of a value that is a key.
u64 key_word(const Constant& value);

// Words of one column. As a key −0 is 0; otherwise it is another value than 0.
class ColumnWords {
 public:
  ColumnWords(const ColumnFacts& facts, bool as_key);
  // words[i]: of the chunk's i-th selected row; `vector` is one of the chunk's columns.
  void read(const Vector& vector, const Chunk& chunk, u64* words) const;
  std::size_t bytes() const { return entries_.size() * 8; }

 private:
  Type type_;
  bool as_key_;
  const Dictionary* dictionary_;
  std::vector<u64> entries_;  // words of the dictionary's texts
};

// Hashes of rows over some columns.
class RowHasher {
 public:
  RowHasher(const std::vector<ColumnFacts>& columns, bool as_key);
  // hashes[i]: of the chunk's i-th selected row, over as many of its columns as were given, from `first` on.
  void hash(const Chunk& chunk, u32 first, u64* hashes) const;
  std::size_t bytes() const;

 private:
  std::vector<ColumnWords> columns_;
};

}  // namespace spillway
