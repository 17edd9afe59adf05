// Casts between numbers, checked: a value that the result type cannot hold exactly has no result.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

struct CastTable {
  // [from].of[to] for bool, integers and floats. Number → bool: is it not 0. Float → integer: whole and in range, not
  // NaN. Integer → float: exact, unless parameter 0 is −1 (rounding allowed). float64 → float32 rounds; finite stays
  // finite.
  KernelsByType number[11];
  // Timestamp ticks: parameters {multiplier, divisor}, one of them 1; exact.
  VectorKernel rescale;
  // Timestamp → date: ⌊ticks / parameter 0⌋. Date → timestamp: days · parameter 0, checked.
  VectorKernel date_of_timestamp, timestamp_of_date;
};

SPILLWAY_KERNEL(cast, CastTable)

}  // namespace spillway
