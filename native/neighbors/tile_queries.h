// Queries as the tile kernel reads them: twelve side by side, coordinate by coordinate.
#pragma once

#include <vector>

#include "neighbors/tile_bound.h"

namespace spillway {

class TileQueries {
 public:
  void load(const TilePanels& panels, const QueryRows& queries);

  u32 count() const { return count_; }
  u32 groups() const { return (count_ + 11) / 12; }
  const f32* group(u32 g) const { return values_.data() + std::size_t{g} * columns_ * 12; }
  // For whoever wants all rows at distance ≤ `most`.
  f32 threshold(u32 query, f64 most) const { return reach_.threshold(bounds_[query], most); }
  f64 at_most(u32 query, f32 score) const { return reach_.at_most(bounds_[query], score); }
  const TileReach& reach() const { return reach_; }

 private:
  void load_row(const TileShape& shape, const f64* row, f32* to, TileBound& bound);

  TileReach reach_;
  TileKind kind_ = TileKind::Distance;
  u32 columns_ = 0, count_ = 0;
  std::vector<f32> values_;
  std::vector<TileBound> bounds_;
};

}  // namespace spillway
