// The rows of a chunk that a fold takes, and their values as dense arrays of numbers.
#pragma once

#include <memory>

#include "engine/vector.h"

namespace spillway {

// Picks rows and gathers their values; keeps its arrays from chunk to chunk. Used by one thread at a time.
class RealRows {
 public:
  // The selected rows that have a value in each of `count` columns.
  void pick(const Chunk& chunk, const Vector* columns, u32 count);
  // Of those, the ones for which keep[i] (i counts the rows picked) is not 0.
  void narrow(const u8* keep);

  u32 size() const { return size_; }
  u32 skipped() const { return skipped_; }
  // Which rows, ascending; nullptr: rows 0 … size.
  const u16* rows() const { return dense_ ? nullptr : rows_; }
  u32 row(u32 i) const { return dense_ ? i : rows_[i]; }

  // The values of a column of numbers or Bool (as 0 and 1) at the rows picked. Points into the vector where they lie
  // there just so, else to `scratch`, which has room for kVectorRows.
  const f64* reals(const Vector& column, f64* scratch) const;
  // The same of a column of integers or Bool as 64-bit words: signed, or unsigned for U64.
  const i64* integers(const Vector& column, i64* scratch) const;

 private:
  bool dense_ = true;
  u32 size_ = 0, skipped_ = 0;
  u16 rows_[kVectorRows];
};

}  // namespace spillway
