// The one shape of a kernel that computes a vector from vectors, and how such kernels are listed by type.
#pragma once

#include <cstdint>

namespace spillway {

// Column types as kernels are listed by; the same numbers as engine/types.h, which this room does not include
// (its inline members must not be compiled for one instruction set and linked for all).
inline constexpr unsigned kKernelTypes = 14;

// `data` holds one value per row, or, when `constant`, one value for all of them.
struct KernelOperand {
  const void* data;
  bool constant;
};

// Computes `rows` values into `out`, which is one of the operands or overlaps none. Rows whose value does not matter
// are computed too; nothing a value can be is undefined. Returns 0, or not 0 if some row has no result (overflow, lossy
// cast): such rows hold an unspecified value, all others are right.
using VectorKernel = std::uint32_t (*)(void* out, const KernelOperand* operands, std::uint32_t rows,
                                       const std::int64_t* parameters);

// By column type; null where the operation does not take the type.
struct KernelsByType {
  VectorKernel of[kKernelTypes];
};

}  // namespace spillway
