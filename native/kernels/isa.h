// How a kernel's loops leave their object: one constant table of function pointers per instruction set.
//
// A kernel NAME is three pieces:
//   kernels/NAME.h    declares `struct XTable { function pointers… };` and says SPILLWAY_KERNEL(NAME, XTable)
//   kernels/NAME.inc  includes NAME.h, defines everything in an anonymous namespace, and ends with
//                     SPILLWAY_EXPORT_TABLE(NAME, XTable) = { function, function, … };
//   callers           NAME_kernels() for the table of this processor, NAME_kernels(isa) for one variant (tests).
// The builder compiles NAME.inc once per instruction set with SPILLWAY_ISA_NAME (base, avx2, avx512) and one of
// SPILLWAY_ISA_BASE, SPILLWAY_ISA_AVX2, SPILLWAY_ISA_AVX512 defined. Nothing with external linkage but the table may be
// in there: the linker would keep one copy of an inline function for all processors, perhaps the AVX-512 one.
#pragma once

#define SPILLWAY_JOIN_EXPANDED(a, b) a##b
#define SPILLWAY_JOIN(a, b) SPILLWAY_JOIN_EXPANDED(a, b)

#ifdef SPILLWAY_ISA_NAME

#define SPILLWAY_EXPORT_TABLE(kernel, Type)                                \
  extern "C" const Type SPILLWAY_JOIN(kernel##_table_, SPILLWAY_ISA_NAME); \
  extern "C" const Type SPILLWAY_JOIN(kernel##_table_, SPILLWAY_ISA_NAME)
#define SPILLWAY_KERNEL(kernel, Type)

#else

#include "kernels/dispatch.h"

#if defined(__x86_64__)
#define SPILLWAY_KERNEL(kernel, Type)                                                \
  extern "C" const Type kernel##_table_base;                                         \
  extern "C" const Type kernel##_table_avx2;                                         \
  extern "C" const Type kernel##_table_avx512;                                       \
  inline const Type& kernel##_kernels(::spillway::Isa isa) noexcept {                \
    if (isa == ::spillway::Isa::Avx512) return kernel##_table_avx512;                \
    return isa == ::spillway::Isa::Avx2 ? kernel##_table_avx2 : kernel##_table_base; \
  }                                                                                  \
  inline const Type& kernel##_kernels() noexcept { return kernel##_kernels(::spillway::active_isa()); }
#else
#define SPILLWAY_KERNEL(kernel, Type)                                                           \
  extern "C" const Type kernel##_table_base;                                                    \
  inline const Type& kernel##_kernels(::spillway::Isa) noexcept { return kernel##_table_base; } \
  inline const Type& kernel##_kernels() noexcept { return kernel##_table_base; }
#endif

#endif
