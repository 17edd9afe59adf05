// Rows turned into panels of float32, coordinate by coordinate, centred and scaled on the way.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

// Value j of row r becomes float(y[j] · factors[r] − center[j]), computed in double. `count` ≤ 32 rows, row-major
// without gaps; the panel's other rows become zeros. half[r] is half the sum of the squares of what was written.
struct TilePackTable {
  void (*floats)(const float* rows, std::uint32_t count, std::uint32_t columns, const double* center,
                 const double* factors, float* panel, double* half);
  void (*doubles)(const double* rows, std::uint32_t count, std::uint32_t columns, const double* center,
                  const double* factors, float* panel, double* half);
};

SPILLWAY_KERNEL(tile_pack, TilePackTable)

}  // namespace spillway
