// Loops that sum products of columns exactly, eight rows side by side: what the sums look like and how they take rows.
#pragma once

#include <cstdint>

#include "kernels/isa.h"
#include "kernels/lane_sums.h"

namespace spillway {

inline constexpr std::uint32_t kProductRows = 256;

// Results are the same bits under every instruction set; each call's error is below 2^-90 of the sum of magnitudes.
struct CrossprodTable {
  // Adds the products of every two of `count` columns, upper triangle by rows (with itself first), to `sums`. `rows` is
  // a multiple of 8. Returns the rows taken: up to a stretch of at most kProductRows in which a value is not tame.
  std::uint32_t (*products)(LaneSums* sums, const double* const* columns, std::uint32_t count, std::uint32_t rows);
  // Whether every value is below 2^480 in magnitude (so neither NaN nor infinite).
  bool (*tame)(const double* column, std::uint32_t rows);
  // out = √weight · column.
  void (*weigh)(double* out, const double* column, const double* root, std::uint32_t rows);
  void (*roots)(double* out, const double* weight, std::uint32_t rows);
};

SPILLWAY_KERNEL(crossprod, CrossprodTable)

}  // namespace spillway
