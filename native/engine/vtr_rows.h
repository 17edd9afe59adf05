// Rows on their way into a .vtr file: copied out of the vectors they came in, in blocks that groups are cut from.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/context.h"
#include "engine/vector.h"

namespace spillway {

// How one column is kept until its pages are encoded.
struct VtrInput {
  Type type = Type::I32;
  const Dictionary* dictionary = nullptr;  // text: rows are kept as this dictionary's codes
  u32 width = 0;                           // bytes of a row

  static VtrInput of(const ColumnFacts& facts) {
    const bool codes = facts.type == Type::Utf8 && facts.dictionary != nullptr;
    return {facts.type, codes ? facts.dictionary : nullptr, codes ? 4 : width_of(facts.type)};
  }
};

// Up to `capacity` rows of all columns in one piece of memory.
class VtrBlock {
 public:
  VtrBlock(const std::vector<VtrInput>& inputs, u32 capacity);

  u32 rows() const { return rows_; }
  u32 capacity() const { return capacity_; }
  u32 room() const { return capacity_ - rows_; }
  std::size_t bytes() const { return memory_.size() + text_.bytes() + kept_bytes_; }
  std::size_t fixed_bytes() const { return memory_.size(); }  // of them: all but plain texts
  const u8* values(u32 column) const { return memory_.data() + columns_[column].values; }
  // nullptr when every row has a value.
  const u64* validity(u32 column) const;

  // Appends selected rows [from, from + count) of the chunk; count ≤ room().
  void append(const std::vector<VtrInput>& inputs, const Chunk& chunk, u32 from, u32 count);
  void append(const std::vector<VtrInput>& inputs, const VtrBlock& other);
  // Appends rows `order[0 … count)` of the other block, and takes over all of its texts.
  void take(const std::vector<VtrInput>& inputs, VtrBlock& other, const u32* order, u32 count);
  void clear();

 private:
  struct Column {
    std::size_t values = 0;  // offsets into `memory_`
    std::size_t validity = 0;
    bool nulls = false;
  };
  void append_values(const VtrInput& input, u8* to, const Vector& vector, const Chunk& chunk, u32 from, u32 count);
  void append_texts(StringView* to, const Vector& vector, const Chunk& chunk, u32 from, u32 count);
  u64* validity_words(Column& column) { return reinterpret_cast<u64*>(memory_.data() + column.validity); }
  void begin_nulls(Column& column);

  u32 capacity_;
  u32 rows_ = 0;
  std::vector<Column> columns_;
  Buffer memory_;
  Arena text_;
  std::vector<Arena> kept_;  // texts taken over
  std::size_t kept_bytes_ = 0;
};

// Consecutive rows of one block, which its owner keeps.
struct VtrSlice {
  const VtrBlock* block = nullptr;
  u32 from = 0;
  u32 rows = 0;
};

// Copies rows [first, first + count) of the slices into `values`; answers whether all have a value, else fills
// `validity` (one bit a row).
bool gather_rows(const std::vector<VtrSlice>& slices, u32 column, u32 width, u32 first, u32 count, u8* values,
                 u64* validity);

}  // namespace spillway
