// How the sort lays rows out: each column a narrow slot at a fixed place, null bits at the end.
#pragma once

#include <vector>

#include "engine/memory.h"
#include "engine/vector.h"

namespace spillway {

// One column's place in a row. Integers with a known range are kept as unsigned differences to its minimum, the others
// as differences to their type's minimum, so that an integer slot always orders like its value; dictionary text is its
// code, other text a StringView whose long bytes lie in the owner's heap.
struct RowSlot {
  Type type = Type::I32;
  u32 offset = 0;
  u32 width = 0;                           // 1, 2, 4 or 8; text without a dictionary 16
  u32 natural = 0;                         // bytes of one value in a vector
  u64 base = 0;                            // subtracted from integers, modulo 2^64
  u64 span = 0;                            // greatest value of an integer's or code's slot
  i32 null_bit = -1;                       // among the row's null bits (set: null); −1: never null
  const Dictionary* dictionary = nullptr;  // the column's own; vectors may bring others for plain text
  bool is_text() const { return type == Type::Utf8 && dictionary == nullptr; }
};

class RowLayout {
 public:
  explicit RowLayout(const std::vector<ColumnFacts>& columns);
  // Only the named columns have a place in the row; for looking at a few columns before the rest is worth copying.
  RowLayout(const std::vector<ColumnFacts>& columns, const std::vector<u32>& kept);

  u32 width() const { return width_; }  // bytes of a row, packed without padding
  u32 null_offset() const { return null_offset_; }
  bool has_text() const { return has_text_; }  // some slot points into a heap
  u32 column_count() const { return static_cast<u32>(slots_.size()); }
  const RowSlot& slot(u32 column) const { return slots_[column]; }
  const std::vector<u32>& text_columns() const { return text_columns_; }

  // Writes rows selection[0] … selection[count − 1] of the vectors (nullptr: first … first + count − 1) one after
  // another from `rows`. Long text goes to `heap`, or stays where it is when there is none.
  void pack(const Vector* columns, const u16* selection, u32 first, u32 count, u8* rows, Arena* heap) const;

  // The values of one column of `count` rows lying `stride` bytes apart, dense; `validity` (kVectorWords words) only
  // for columns that may be null. Codes for dictionary columns.
  void unpack(u32 column, const u8* rows, u32 stride, u32 count, void* values, u64* validity) const;

  bool is_null(u32 column, const u8* row) const {
    i32 bit = slots_[column].null_bit;
    return bit >= 0 && ((row[null_offset_ + static_cast<u32>(bit) / 8] >> (bit % 8)) & 1) != 0;
  }

 private:
  std::vector<RowSlot> slots_;
  std::vector<u32> kept_;
  std::vector<u32> text_columns_;
  u32 width_ = 0;
  u32 null_offset_ = 0;
  u32 null_bytes_ = 0;
  bool has_text_ = false;
};

}  // namespace spillway
