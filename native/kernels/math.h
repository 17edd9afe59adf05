// Mathematical functions of float64: at most one unit in the last place from the true value, special values as C99's
// Annex F, the same bits on every processor.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

struct MathTable {
  VectorKernel sqrt, cbrt, exp, ln, log2, log10, pow;
  VectorKernel sinh, cosh, tanh;
};

SPILLWAY_KERNEL(math, MathTable)

}  // namespace spillway
