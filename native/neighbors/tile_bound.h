// The threshold that keeps every row which may be near enough, and why it does.
#pragma once

#include "neighbors/tile_panels.h"

namespace spillway {

// Why no answer is lost. Let d be the number of columns, u = 2^-24, |·| the Euclidean length, x̂ = s(x − c) and
// ŷ = s(y − c) in real numbers, x' and y' what was packed, hx = |x'|²/2, hy = |y'|²/2, H and t offset and threshold.
//
// Distance. Whoever is at computed distance ≤ T is truly at ≤ T⁺ (doubles: relative (d + 16)·2^-52, and 2^-530·√d where
// squares vanish). Then |x' − y'| ≤ A + ry with A = s·T⁺ + |x̂ − x'| + absolute, and ry ≤ u(1 + 2^-20)|y'| for the
// rounding of y. With 2ab ≤ ub'a² + b²/u that is |x' − y'|² ≤ A²(1 + u) + 2^-22·hy, so
//     x'·y' − hy(1 − 2^-23) ≥ hx − A²(1 + u)/2 = t0.
// The kernel computes x'·y' − H − t with an error of at most g(|H| + |t| + Σ|x'j·y'j|), g = TileShape::rounding, and
// Σ|x'j·y'j| ≤ |x'||y'| ≤ hx + hy: at most g(2hy + hx + |t|), plus 2^-140·d for products below the least float. With
// H ≤ hy(1 − 2g − 2^-21) and t ≤ t0 − 1.01·g(hx + |t0|) − 2^-110 the result is positive. Both are separate in x and y:
// no term has to be computed for a pair.
//
// Directions: the same for x/|x|, y/|y|, whose squared distance is twice the cosine distance (doubles: absolute
// (d + 32)·2^-49); the error of the lengths is in `absolute`.
//
// Product. −x·y ≤ T wants x̂·ŷ ≥ sx·s(−T − x·c) with x̂ = sx·x; packing adds an error of at most 2.01u|x'||y'| ≤
// 2.01u(hx + hy), and doubles (d + 16)·2^-52 of the magnitudes.
// From the other side: with an offset L ≥ hy(1 + 2.1g + 2^-22) the kernel's score x'·y' − L is at most
// x'·y' − hy + g·hx, so |x' − y'|² ≤ 2(hx + g·hx − score), and y is truly at no more than (|x' − y'|(1 + u) + u|x'| +
// A₀)/s with A₀ the errors of packing.
//
// Pairs of packed rows, each of both a query: the kernel computes x'·y' − Hx − Hy and compares with l = t − Hx. The
// error is at most g(|Hx| + |Hy| + Σ|x'j·y'j|) ≤ g(2hx + 2hy); Hy leaves 2g·hy, and l is lower than t − Hx by more than
// 2g·hx.
struct TileBound {
  bool usable = false;  // false: values too large for floats; every row passes
  f64 half = 0;         // hx
  f64 base = 0;         // Distance, Directions: |x̂ − x'| + absolute; Product: sx·s·x·c and its error above it
  f64 unit = 0;         // s; Product: sx·s
  f64 spare = 0;        // Product: the error that base holds
};

class TileReach {
 public:
  TileReach() = default;
  explicit TileReach(const TilePanels& panels);

  // For whoever wants all rows at distance ≤ `most`. +∞ as distance: all rows.
  f32 threshold(const TileBound& query, f64 most) const;
  // The same where a packed row is the query, of this offset; not for Product.
  f32 pair_limit(const TileBound& row, f32 offset, f64 most) const;
  // A distance that a row with this score, by the offset `surely`, does not exceed.
  f64 at_most(const TileBound& query, f32 score) const;
  // Of a row with this offset; +∞ if nothing is known of the row.
  f32 surely(f32 offset) const;
  // Of a packed row whose values have half the squared length `half`.
  TileBound of_row(f64 half) const;

 private:
  f64 score(const TileBound& query, f64 most) const;

  Metric metric_ = Metric::Euclidean;
  TileKind kind_ = TileKind::Distance;
  f64 columns_ = 0, scale_ = 1, rounding_ = 0, absolute_ = 0;
};

}  // namespace spillway
