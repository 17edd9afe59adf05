// Extremes, bits and tests of numbers by type.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

struct NumberTable {
  KernelsByType least, greatest;  // of two, also of bool, dates and timestamps; NaN is greatest
  KernelsByType bit_and, bit_or, bit_xor;
  KernelsByType shift_left, shift_right;  // checked; see the loops for what has no result
  KernelsByType is_finite, is_nan;        // floats → bytes 0 or 1
};

SPILLWAY_KERNEL(number, NumberTable)

}  // namespace spillway
