// Thresholds in double, rounded down to float.
#include "neighbors/tile_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway {
namespace {

constexpr f64 kInfinity = std::numeric_limits<f64>::infinity();
// No score reaches it but that of rows that always pass.
constexpr f64 kNothingPasses = 0x1p110;

f32 usable_float(f64 score) {
  // Not a number: two infinities met, and nothing can be said.
  if (std::isnan(score) || score < static_cast<f64>(kTilePasses)) return kTilePasses;
  return score > kNothingPasses ? static_cast<f32>(kNothingPasses) : rounded_down(score);
}

}  // namespace

TileReach::TileReach(const TilePanels& panels)
    : metric_(panels.metric().kind),
      kind_(panels.shape().kind),
      columns_(panels.shape().columns),
      scale_(panels.shape().scale),
      rounding_(panels.shape().rounding()),
      absolute_(panels.shape().absolute()) {}

f64 TileReach::score(const TileBound& query, f64 most) const {
  const f64 d = columns_;
  f64 score, extra = 0x1p-110;
  if (kind_ == TileKind::Product) {
    const f64 scaled = query.unit * most;
    score = -scaled - query.base;
    extra = 0x1p-80 + (std::fabs(scaled) + std::fabs(query.base)) * 0x1p-50;
  } else {
    f64 length = most;
    if (metric_ == Metric::SquaredEuclidean) length = std::sqrt(std::max(most, 0.0));
    if (metric_ == Metric::Cosine) length = std::sqrt(2 * std::max(most + (d + 32) * 0x1p-49, 0.0));
    length = std::max(length, 0.0) * (1 + (d + 16) * 0x1p-51) + 0x1p-530 * std::sqrt(d);
    const f64 reach = query.unit * length + query.base;
    score = query.half * (1 - 0x1p-40) - reach * reach / 2 * (1 + 0x1p-23);
  }
  return score - 1.02 * (rounding_ + 0x1p-22) * (query.half + std::fabs(score)) - extra;
}

f32 TileReach::threshold(const TileBound& query, f64 most) const {
  return query.usable && most != kInfinity ? usable_float(score(query, most)) : kTilePasses;
}

f32 TileReach::pair_limit(const TileBound& row, f32 offset, f64 most) const {
  if (!row.usable || most == kInfinity) return kTilePasses;
  return usable_float(score(row, most) - static_cast<f64>(offset) - 2.1 * rounding_ * row.half);
}

f64 TileReach::at_most(const TileBound& query, f32 score) const {
  const f64 d = columns_, low = static_cast<f64>(score) - 1.02 * (rounding_ + 0x1p-22) * query.half - 0x1p-100;
  if (!query.usable || !(low > -kTileMostHalf)) return kInfinity;
  if (kind_ == TileKind::Product) {
    const f64 most = -low - query.base;
    const f64 slack = 2 * query.spare + (std::fabs(low) + std::fabs(query.base)) * 0x1p-48 + 0x1p-80;
    return (most + slack) / query.unit;
  }
  const f64 apart = std::sqrt(2 * std::max(query.half - low, 0.0)) * (1 + 0x1p-23);
  const f64 reach = apart + std::sqrt(2 * query.half) * 0x1p-23 + query.base;
  const f64 length = reach / query.unit * (1 + (d + 16) * 0x1p-50) + 0x1p-500;
  if (metric_ == Metric::SquaredEuclidean) return length * length * (1 + (d + 16) * 0x1p-50) + 0x1p-1000;
  return metric_ == Metric::Cosine ? length * length / 2 + (d + 32) * 0x1p-48 : length;
}

f32 TileReach::surely(f32 offset) const {
  if (offset == kTilePasses || !std::isfinite(offset)) return std::numeric_limits<f32>::infinity();
  if (kind_ == TileKind::Product) return -offset;
  return static_cast<f32>(static_cast<f64>(offset) * (1 + 4.3 * rounding_ + 0x1p-18));
}

TileBound TileReach::of_row(f64 half) const {
  TileBound bound;
  bound.usable = half <= kTileMostHalf;
  bound.half = half;
  bound.base = std::sqrt(2 * half) * 0x1p-24 * (1 + 0x1p-20) + 2 * absolute_;
  bound.unit = scale_;
  return bound;
}

}  // namespace spillway
