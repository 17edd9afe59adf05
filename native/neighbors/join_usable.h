// Which rows of a chunk have a place that distances can be measured from.
#pragma once

#include <cmath>

#include "engine/vector.h"
#include "neighbors/row_check.h"

namespace spillway {

// The first `count` vectors are coordinates, F32 or F64.
class UsableRows {
 public:
  // `floats`: they are rounded to floats, and must be finite then, too.
  UsableRows(const Vector* coordinates, u32 count, const MetricSpec& metric, bool floats = false)
      : coordinates_(coordinates), count_(count), directions_(metric.kind == Metric::Cosine), floats_(floats) {}

  f64 value(u32 j, u32 row) const {
    const Vector& vector = coordinates_[j];
    const u32 at = vector.constant ? 0 : row;
    return vector.type == Type::F32 ? static_cast<f64>(vector.values<f32>()[at]) : vector.values<f64>()[at];
  }

  RowProblem wrong(u32 row) const {
    bool all_zero = directions_;
    for (u32 j = 0; j < count_; ++j) {
      if (!coordinates_[j].valid(row)) return RowProblem::NotFinite;
      const f64 x = value(j, row);
      if (!std::isfinite(x)) return RowProblem::NotFinite;
      if (floats_ && !std::isfinite(static_cast<f32>(x))) return RowProblem::NoFloat;
      all_zero = all_zero && x == 0;
    }
    return all_zero ? RowProblem::ZeroLength : RowProblem::None;
  }

 private:
  const Vector* coordinates_;
  u32 count_;
  bool directions_, floats_;
};

}  // namespace spillway
