// How rows are split in two: planes through the middle of two centres, in Annoy's arithmetic or in our own.
#pragma once

#include <memory>
#include <vector>

#include "annoy/annoy_layout.h"

namespace spillway {

// Draws that a split is made from: two beginnings and what moves them.
inline constexpr u32 kSplitDraws = 202;

// A splitting plane: what of a node says on which side a row is.
struct SplitPlane {
  std::vector<f32> normal;
  f32 offset = 0;
  f32 factor = 0;  // Dot: the normal's further coordinate
};

// Used by one thread at a time. Not for Hamming, whose splits are bits.
class SplitMaker {
 public:
  virtual ~SplitMaker() = default;
  // From kSplitDraws rows; factors: Dot's further coordinate of each, else null.
  virtual void make(const f32* const* rows, const f32* factors, SplitPlane& plane) = 0;
  // Of rows as `order` names them, or as they follow each other when it is null: above 0 on the second side.
  virtual void margins(const SplitPlane& plane, const f32* rows, const u32* order, u32 count, const f32* factors,
                       f32* out) = 0;
};

enum class SplitArithmetic : u8 {
  Lanes,  // our own: the same bits on every processor, as fast as it gets
  Plain,  // Annoy's, sums one by one, each product rounded
  Fused   // the same where the compiler contracts products and sums
};

std::unique_ptr<SplitMaker> make_splits(SplitArithmetic arithmetic, const AnnoyLayout& layout);

// Annoy's arithmetic for what items carry beside their vectors.
f32 exact_square(SplitArithmetic arithmetic, const f32* x, u32 columns);

}  // namespace spillway
