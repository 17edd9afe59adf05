// What growing a tree of an Annoy index computes of its rows, in the one arithmetic of float_lanes.h.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

// How rows are told apart while centres are sought.
enum class CentreMetric : std::uint32_t { Squares, Sizes, Angles };

struct AnnoyBuildTable {
  // Two centres of the rows drawn: the first two draws begin, each further one moves the centre it is nearer to, by the
  // number of rows that made it. `factors`: a further coordinate of each draw, or null; centre_factors: of p and q
  // then. Angles: rows count by their direction only; those of no length are passed over.
  void (*centres)(CentreMetric metric, const float* const* rows, const float* factors, std::uint32_t draws,
                  std::uint32_t columns, float* p, float* q, float* centre_factors);
  // out[i] = offset + normal · row + factor × factors[i]; rows are those of `order`, or follow each other when it is
  // null.
  void (*margins)(const float* rows, const std::uint32_t* order, std::uint32_t count, std::uint32_t columns,
                  const float* normal, float offset, const float* factors, float factor, float* out);
  float (*product)(const float* x, const float* y, std::uint32_t columns);
};

SPILLWAY_KERNEL(annoy_build, AnnoyBuildTable)

}  // namespace spillway
