// Queries packed side by side in twelves.
#include "neighbors/tile_queries.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr u32 kLanes = 12;

f64 power_below(f64 most) {
  int exponent = 0;
  if (most > 0 && std::isfinite(most)) std::frexp(most, &exponent);
  return std::ldexp(1.0, std::clamp(10 - exponent, -1000, 1000));
}

}  // namespace

void TileQueries::load(const TilePanels& panels, const QueryRows& queries) {
  const TileShape& shape = panels.shape();
  reach_ = TileReach(panels);
  kind_ = shape.kind;
  columns_ = shape.columns;
  count_ = queries.count;
  values_.assign(std::size_t{groups()} * columns_ * kLanes, 0);
  bounds_.resize(count_);
  for (u32 q = 0; q < count_; ++q) {
    f32* to = values_.data() + std::size_t{q / kLanes} * columns_ * kLanes + q % kLanes;
    load_row(shape, queries.rows + std::size_t{q} * columns_, to, bounds_[q]);
  }
}

void TileQueries::load_row(const TileShape& shape, const f64* row, f32* to, TileBound& bound) {
  f64 factor = shape.scale;
  if (kind_ == TileKind::Directions) {
    factor *= inverse_length(row, columns_);
  } else if (kind_ == TileKind::Product) {
    f64 most = 0;
    for (u32 j = 0; j < columns_; ++j) most = std::max(most, std::fabs(row[j]));
    factor = power_below(most);
  }
  const bool centred = kind_ != TileKind::Product;
  f64 squares = 0, lost = 0, with_center = 0, magnitudes = 0;
  for (u32 j = 0; j < columns_; ++j) {
    const f64 scaled = row[j] * factor, center = shape.center[j];
    const f64 value = centred ? scaled - center : scaled;
    const f32 packed = static_cast<f32>(value);
    const f64 rounding = value - static_cast<f64>(packed);
    to[std::size_t{j} * kLanes] = packed;
    squares += static_cast<f64>(packed) * static_cast<f64>(packed);
    lost += rounding * rounding;
    with_center += scaled * center;
    magnitudes += std::fabs(scaled * center);
  }
  bound.half = squares / 2;
  bound.usable = factor != 0 && bound.half <= kTileMostHalf;
  if (centred) {
    bound.unit = shape.scale;
    bound.base = std::sqrt(lost) * (1 + 0x1p-30) + std::sqrt(squares) * 0x1p-50 + 2 * shape.absolute();
  } else {
    bound.unit = factor * shape.scale;
    const f64 vanished = (factor * 0x1p-537) * (shape.scale * 0x1p-537) * columns_;
    bound.spare = (columns_ + 16.0) * 0x1p-51 * magnitudes + vanished;
    bound.base = with_center + bound.spare;
    // Where sums of doubles might leave their range, nothing is known of them.
    const bool ranged = factor > 0x1p-400 && shape.scale > 0x1p-400 && magnitudes < bound.unit * 0x1p900;
    bound.usable = bound.usable && ranged;
  }
  if (bound.usable) return;
  for (u32 j = 0; j < columns_; ++j) to[std::size_t{j} * kLanes] = 0;
}

}  // namespace spillway
