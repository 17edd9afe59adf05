// The rows of a reference as the tile kernel reads them: float32, centred and scaled, in panels of 32.
#pragma once

#include <memory>
#include <vector>

#include "engine/memory.h"
#include "neighbors/search_index.h"

namespace spillway {

// What the filter measures. Cosine distance is half the squared distance of rows made one long.
enum class TileKind : u8 { Distance = 0, Directions = 1, Product = 2 };

// How rows become panels, and how much of the score of a row its own rounding may take.
//
// A row y is packed as y' = fl32(y · f − s·c): f is the scale s, a power of two that makes typical rows about 2^10 long
// (Directions: s / |y|), c a center of the rows, which makes |y'| small where all rows lie far from the origin. Any c
// and s are right; those of a sample are good.
struct TileShape {
  u32 columns = 0;
  TileKind kind = TileKind::Distance;
  f64 scale = 1;
  std::vector<f64> center;  // s·c

  // g: a sum of `columns` products on top of a start, in whatever way a processor adds them (each product rounded or
  // not), is wrong by at most g times the sum of all magnitudes: (2d + 4) · 2^-24 · 1.01.
  f64 rounding() const { return (2.0 * columns + 4) * 0x1p-24 * 1.01; }
  // What is added to the length of a difference for rounding that is not relative to y': numbers below the least float,
  // and directions, whose lengths are computed.
  f64 absolute() const;
  // The offset of a row whose packed values have half the squared length `half`; see tile_bound.h for the proof.
  f32 offset(f64 half) const;
};

// A row with packed values beyond this half squared length, or not finite, always passes the filter.
inline constexpr f64 kTileMostHalf = 0x1p100;
// Of such a row: passes whatever the threshold. Of a row that is never found, or is not there: +∞.
inline constexpr f32 kTilePasses = -3.40282346638528859812e38f;

class TilePanels {
 public:
  // Of the center and the scale; panels are filled by `pack`.
  TilePanels(const MetricSpec& metric, const ReferenceRows& rows);
  // From what `sections` gave; throws Error Format for what does not fit the rows.
  TilePanels(const MetricSpec& metric, const ReferenceRows& rows, const std::vector<IndexSection>& sections,
             std::shared_ptr<const void> memory);

  void pack(u32 first_panel, u32 end_panel);  // different panels from different threads

  const ReferenceRows& rows() const { return rows_; }
  const MetricSpec& metric() const { return metric_; }
  const TileShape& shape() const { return shape_; }
  u32 count() const { return count_; }
  const f32* panel(u32 p) const { return values_ + std::size_t{p} * shape_.columns * 32; }
  const f32* values() const { return values_; }
  const f32* offsets() const { return offsets_; }
  std::size_t bytes() const;
  std::vector<IndexSection> sections() const;

 private:
  void pack_one(u32 p, f32* panel, f32* offsets) const;
  void keep_head();
  void choose_shape();
  template <class Y>
  void sample(const Y* rows, std::vector<f64>& into, u32 taken) const;

  MetricSpec metric_;
  ReferenceRows rows_;
  TileShape shape_;
  u32 count_ = 0;
  Buffer held_values_, held_offsets_;
  std::vector<f64> head_;
  std::shared_ptr<const void> memory_;
  const f32* values_ = nullptr;
  const f32* offsets_ = nullptr;
};

// The greatest float that is not above.
f32 rounded_down(f64 value);
TileKind tile_kind(const MetricSpec& metric);
// Of a row that is multiplied into a direction: 1 / |row|, in whatever range; 0 when that is not a usable number.
f64 inverse_length(const f64* row, u32 columns);

}  // namespace spillway
