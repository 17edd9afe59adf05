// The rows of a chunk as columns of float64 that stand close together, nulls left out: what a step of least squares
// reads.
#pragma once

#include <vector>

#include "engine/memory.h"
#include "engine/vector.h"

namespace spillway {

class IrlsRows {
 public:
  explicit IrlsRows(std::size_t columns) : columns_(columns), scratch_(columns) {}

  // Takes the chunk's selected rows without a null in any column; returns how many there are. What column() points to
  // may be the chunk's own.
  u32 take(const Chunk& chunk, const Vector* columns);
  const f64* column(std::size_t c) const { return columns_[c]; }
  std::size_t bytes() const;

 private:
  std::vector<const f64*> columns_;
  std::vector<Buffer> scratch_;  // one vector each, made when first needed
  u16 rows_[kVectorRows];
};

}  // namespace spillway
