// Distances of doubles, in one fixed order of operations: sums run in eight lanes, coordinate j in lane j % 8, lanes
// are added as ((0+4)+(2+6))+((1+5)+(3+7)); products are rounded before they are added. The same bits on every
// processor.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

// `metric` is a Metric of neighbors/metric.h, p is Minkowski's.
struct DistanceTable {
  // out[i]: distance from x to row i of `rows` (row-major without gaps).
  void (*to_doubles)(std::uint32_t metric, double p, const double* x, const double* rows, std::uint32_t count,
                     std::uint32_t columns, double* out);
  void (*to_floats)(std::uint32_t metric, double p, const double* x, const float* rows, std::uint32_t count,
                    std::uint32_t columns, double* out);
  // The same to the rows at `places`.
  void (*at_doubles)(std::uint32_t metric, double p, const double* x, const double* rows, const std::uint32_t* places,
                     std::uint32_t count, std::uint32_t columns, double* out);
  void (*at_floats)(std::uint32_t metric, double p, const double* x, const float* rows, const std::uint32_t* places,
                    std::uint32_t count, std::uint32_t columns, double* out);
};

SPILLWAY_KERNEL(distance, DistanceTable)

}  // namespace spillway
