// Loops that sum powers of values about an origin.
#pragma once

#include <cstdint>

#include "kernels/isa.h"
#include "kernels/lane_sums.h"

namespace spillway {

struct MomentsTable {
  // Adds x − origin and its second, third and fourth power to the four sums. `rows` is a multiple of 8. The same bits
  // under every instruction set.
  void (*powers)(LaneSums* sums, double origin, const double* values, std::uint32_t rows);
  // The least and greatest of `rows` ≥ 1 values that are no NaN.
  void (*range)(const double* values, std::uint32_t rows, double* least, double* greatest);
};

SPILLWAY_KERNEL(moments, MomentsTable)

}  // namespace spillway
