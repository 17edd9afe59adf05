// The memory of a tree over points, and where its nodes lie: by position alone, so that no child is ever named.
#pragma once

#include <vector>

#include "engine/memory.h"
#include "neighbors/tree_geometry.h"

namespace spillway {

bool tree_holds_floats(const MetricSpec& metric, const ReferenceRows& rows);

inline bool is_skipped(const ReferenceRows& rows, u32 place) {
  return rows.skipped != nullptr && (rows.skipped[place / 64] >> (place % 64) & 1) != 0;
}
u32 skipped_count(const ReferenceRows& rows);

// Leaf i holds the points at positions [32·i, 32·i + 32); node i of level l the leaves [i·8^l, (i + 1)·8^l).
struct TreeStorage {
  TreeStorage(const MetricSpec& metric, const ReferenceRows& rows, u32 points);

  TreeGeometry geometry;
  TreeView view = {};
  f64 reach = 0;  // the greatest absolute value of the rows, where a filter asks for it

  u32 leaf_count() const { return view.level_count == 0 ? 0 : view.levels[0].nodes; }
  u32* places() { return places_.as<u32>(); }
  template <class Value>
  Value* leaf(u32 index) {
    return aligned<Value>(leaves_) + std::size_t{index} * geometry.columns * kLeafPoints;
  }
  template <class Value>
  Value* boxes(u32 level) {
    return aligned<Value>(boxes_[level]);
  }
  // Column j of node i's box: its least value; the greatest is 8·columns further.
  template <class Value>
  Value* box(u32 level, u32 node, u32 column) {
    return boxes<Value>(level) + (std::size_t{node / kTreeFan} * 2 * geometry.columns + column) * kTreeFan +
           node % kTreeFan;
  }
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kLine = 64;
  template <class Value>
  static Value* aligned(Buffer& buffer) {
    const auto at = reinterpret_cast<std::uintptr_t>(buffer.data());
    return reinterpret_cast<Value*>(buffer.data() + (kLine - at % kLine) % kLine);
  }
  Buffer places_, leaves_;
  std::vector<Buffer> boxes_;
};

}  // namespace spillway
