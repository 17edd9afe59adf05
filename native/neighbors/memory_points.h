// Points in memory: an array of rows, or columns put beside each other.
#pragma once

#include <memory>

#include "engine/memory.h"
#include "neighbors/points.h"

namespace spillway {

// Row-major floats or doubles that the object owns.
class MemoryPoints final : public Points {
 public:
  MemoryPoints(u64 rows, u32 columns, bool single);

  const char* kind() const override { return "points"; }
  u64 rows() const override { return rows_; }
  u32 columns() const override { return columns_; }
  bool single() const override { return single_; }
  void read(u64 first, u64 count, f64* into) const override;
  void read_single(u64 first, u64 count, f32* into) const override;
  const f32* floats() const override { return single_ ? values_.as<f32>() : nullptr; }
  const f64* doubles() const override { return single_ ? nullptr : values_.as<f64>(); }
  // For whoever fills it, before it is shared.
  f32* float_values() { return values_.as<f32>(); }
  f64* double_values() { return values_.as<f64>(); }

 private:
  u64 rows_;
  u32 columns_;
  bool single_;
  Buffer values_;
};

}  // namespace spillway
