// A filter over pairs of points, twelve queries by thirty-two rows at a time, in float32: which pairs may be near
// enough to be looked at exactly. What it computes differs between processors; the bound that callers keep holds for
// all.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

inline constexpr std::uint32_t kTileQueries = 12;
inline constexpr std::uint32_t kTileRows = 32;

// A pair passes when x·y − offset − threshold, summed in float32 from left to right over the coordinates, is not
// negative.
struct TileScan {
  const float* panels;      // panel p: columns × 32 values, coordinate by coordinate
  const float* offsets;     // by row: 32 for each panel; +∞ for a row that never passes
  const float* queries;     // columns × 12 values
  const float* thresholds;  // 12; +∞ for a query that wants nothing
  std::uint32_t columns;
  std::uint32_t panel, end, step;  // panels panel, panel + step, … below end
  std::uint32_t* masks;            // 12 words of zeros; bit r: row r of the panel passed
};

// A pair passes when x·y − offset(x) − offset(y) is not below the lower of the two limits: near enough for one of both.
struct TilePairs {
  const float* panels;
  const float* offsets;
  const float* limits;         // by row, as offsets
  const float* queries;        // columns × 12 values
  const float* query_offsets;  // 12
  const float* query_limits;   // 12
  std::uint32_t columns;
  std::uint32_t panel, end;
  std::uint32_t* masks;
};

// For each lane of the panels the greatest x·y − offset that any of the panels has there.
struct TileBest {
  const float* panels;
  const float* offsets;  // of the panels looked at, one after another: 32 each
  const float* queries;  // columns × 12 values
  std::uint32_t columns;
  std::uint32_t panel, end, step;
  float* best;  // 12 × 32, to be raised
};

struct TileTable {
  // Goes on to the first panel with a pair that passes, says which by masks, and returns its number; `end` or beyond
  // when there is none.
  std::uint32_t (*scan)(const TileScan& job);
  std::uint32_t (*pairs)(const TilePairs& job);
  void (*best)(const TileBest& job);
};

SPILLWAY_KERNEL(tile, TileTable)

}  // namespace spillway
