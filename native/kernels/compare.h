// Comparisons by type: bytes 0 or 1 from two operands of the same type.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

// NaN equals NaN and is greater than every number, −0 equals 0, text compares by its UTF-8 bytes.
struct CompareTable {
  KernelsByType eq, ne, lt, le, gt, ge;
};

SPILLWAY_KERNEL(compare, CompareTable)

}  // namespace spillway
