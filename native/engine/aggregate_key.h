// How a group's key becomes words: packed from what is known of the columns, and back into columns of values.
#pragma once

#include <vector>

#include "engine/vector.h"

namespace spillway {

// Where one key column lies in the key's words.
struct KeyField {
  u32 column = 0;  // of the sink's input
  ColumnFacts facts;
  bool text = false;  // two words, a StringView; a null has all ones in the first
  u32 word = 0;
  u64 minimum = 0;  // code = value − minimum
  u64 codes = 0;    // how many codes there are, null included; 0: 2^64
  u64 null_code = 0;
  u64 factor = 1;          // key word = Σ code · factor
  bool null_flag = false;  // codes use all 64 bits, so that null is a field of its own
  u32 null_word = 0;
  u64 null_factor = 0;
};

// One vector's keys, dense over the selected rows.
struct KeyBatch {
  u32 rows = 0;
  std::vector<const u64*> words;  // of rows
  std::vector<u64> storage;       // kVectorRows a word
  std::vector<u64> hashes;
  std::vector<StringView> texts;  // scratch
};

class KeyLayout {
 public:
  static constexpr u64 kDirectDomain = u64{1} << 21;

  KeyLayout() = default;
  KeyLayout(const std::vector<ColumnFacts>& inputs, u32 key_count);

  u32 words() const { return words_; }
  u64 domain() const { return domain_; }  // keys are numbers below this; 0: they are not so few
  bool has_text() const { return has_text_; }
  const std::vector<KeyField>& fields() const { return fields_; }

  // Packs the key columns of the chunk's selected rows; hashes only where asked.
  void pack(const Chunk& chunk, KeyBatch& batch) const;
  void hash(KeyBatch& batch) const;
  // Hash of one key, words `step` apart.
  u64 hash_one(const u64* key) const;
  bool equal(const u64* a, const u64* b) const;
  // A total order of keys, for the fallback that does not trust hashes.
  int compare(const u64* a, const u64* b) const;

  // Values of one field out of `rows` keys (words of a key adjacent, at keys[i]) into `values` of the field's type
  // (codes for dictionaries) and validity (set bits of kVectorWords words; returns whether there is a null).
  bool unpack(u32 field, const u64* const* keys, u32 rows, void* values, u64* validity) const;

 private:
  void pack_text(const KeyField& field, const Vector& vector, const Chunk& chunk, KeyBatch& batch) const;
  void place(std::vector<u32>& free_bits, u32 bits, u32& word, u64& factor);

  std::vector<KeyField> fields_;
  u32 words_ = 0;
  u64 domain_ = 0;
  bool has_text_ = false;
};

}  // namespace spillway
