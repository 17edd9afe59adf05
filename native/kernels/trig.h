// Trigonometric functions of float64: at most one unit in the last place from the true value, special values as C99's
// Annex F, the same bits on every processor.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

struct TrigTable {
  VectorKernel sin, cos, tan, asin, acos, atan;
  VectorKernel atan2, hypot;  // of two operands
};

SPILLWAY_KERNEL(trig, TrigTable)

}  // namespace spillway
