// Arithmetic by type: checked integers, IEEE floats.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

struct ArithTable {
  KernelsByType add, sub, mul, neg, abs, sign;
  KernelsByType div;        // float64 alone
  KernelsByType idiv, mod;  // integers, towards zero; by zero: an unspecified value, the caller makes it null
  KernelsByType nonzero;    // → bytes 0 or 1
};

SPILLWAY_KERNEL(arith, ArithTable)

}  // namespace spillway
