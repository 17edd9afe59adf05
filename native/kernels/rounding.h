// Rounding by type, and quotients and remainders of floats.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

struct RoundingTable {
  KernelsByType floor, ceil, trunc;  // floats
  KernelsByType round;               // parameter 0: digits; half away from zero; integers too (negative digits)
  KernelsByType idiv, mod;           // floats: trunc(a / b), C's fmod
};

SPILLWAY_KERNEL(rounding, RoundingTable)

}  // namespace spillway
