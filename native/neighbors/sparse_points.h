// Rows of which few values are not zero, compressed by row; dense only where they are read.
#pragma once

#include <vector>

#include "neighbors/points.h"

namespace spillway {

class SparsePoints final : public Points {
 public:
  // Row i has values[p] in column indices[p] for p from starts[i] up to starts[i + 1]. Throws Error Argument for starts
  // that go back or do not span the values, and for columns out of range, out of order or given twice.
  SparsePoints(std::vector<u64> starts, std::vector<u32> indices, std::vector<f64> values, u32 columns);

  const char* kind() const override { return "points"; }
  u64 rows() const override { return starts_.size() - 1; }
  u32 columns() const override { return columns_; }
  bool single() const override { return single_; }
  void read(u64 first, u64 count, f64* into) const override;
  void read_single(u64 first, u64 count, f32* into) const override;

 private:
  template <class T>
  void scatter(u64 first, u64 count, T* into) const;

  std::vector<u64> starts_;
  std::vector<u32> indices_;
  std::vector<f64> values_;
  u32 columns_;
  bool single_;
};

}  // namespace spillway
