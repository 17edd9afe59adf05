// Rows are copied from where they lie.
#include "neighbors/memory_points.h"

#include <algorithm>

namespace spillway {

MemoryPoints::MemoryPoints(u64 rows, u32 columns, bool single)
    : rows_(rows), columns_(columns), single_(single), values_(std::size_t{rows} * columns * (single ? 4 : 8)) {}

void MemoryPoints::read(u64 first, u64 count, f64* into) const {
  if (single_) {
    std::copy_n(values_.as<f32>() + first * columns_, count * columns_, into);
  } else {
    std::copy_n(values_.as<f64>() + first * columns_, count * columns_, into);
  }
}

void MemoryPoints::read_single(u64 first, u64 count, f32* into) const {
  std::copy_n(values_.as<f32>() + first * columns_, count * columns_, into);
}

}  // namespace spillway
