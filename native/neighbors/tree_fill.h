// Leaves and boxes of a tree whose points are in order.
#pragma once

#include <algorithm>
#include <limits>

#include "neighbors/tree_storage.h"

namespace spillway {

// Writes a leaf: `count` points, value(i, column) and place(i) of each.
template <class Value, class ValueOf, class PlaceOf>
void fill_leaf(TreeStorage& tree, u32 leaf, u32 count, ValueOf value, PlaceOf place) {
  u32* places = tree.places() + std::size_t{leaf} * kLeafPoints;
  for (u32 i = 0; i < kLeafPoints; ++i) places[i] = i < count ? place(i) : kTreeNone;
  constexpr Value infinite = std::numeric_limits<Value>::infinity();
  const u32 columns = tree.geometry.columns;
  Value* values = tree.leaf<Value>(leaf);
  for (u32 j = 0; j < columns; ++j, values += kLeafPoints) {
    Value low = infinite, high = -infinite;
    for (u32 i = 0; i < count; ++i) {
      values[i] = value(i, j);
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
    std::fill(values + count, values + kLeafPoints, infinite);
    Value* box = tree.box<Value>(0, leaf, j);
    box[0] = low;
    box[columns * kTreeFan] = high;
  }
}

// The boxes above the leaves'.
void raise_boxes(TreeStorage& tree);

}  // namespace spillway
