// The memory of a tree over points, and where its nodes lie: by position alone, so that no child is ever named.
#pragma once

#include <vector>

#include "engine/memory.h"
#include "kernels/leaf.h"
#include "neighbors/search_index.h"

namespace spillway {

// How a metric is searched for: measured as it is, or filtered by something that is never more than it.
struct TreeGeometry {
  TreeMeasure measure = TreeMeasure::Squares;
  bool root = false;
  bool filter = false;  // distances come from kernels/distance.h, for what the filter lets through
  bool sphere = false;  // points are directions: three coordinates computed from latitude and longitude
  u32 given = 0;        // columns of the rows
  u32 columns = 0;      // of the tree: as many or a few more, which are zero
};

bool tree_takes(const MetricSpec& metric, u32 columns);
TreeGeometry tree_geometry(const MetricSpec& metric, u32 columns);

// What a filter must let through so that nothing at distance ≤ `limit` is missed.
f64 filter_limit(const MetricSpec& metric, u32 columns, f64 limit);

// The coordinates a tree has for a row of the reference or a query.
void tree_coordinates(const TreeGeometry& geometry, const f64* row, f64* into);

// Leaf i holds the points at positions [32·i, 32·i + 32); node i of level l the leaves [i·8^l, (i + 1)·8^l).
struct TreeStorage {
  TreeStorage(const MetricSpec& metric, const ResidentRows& rows, u32 points);

  TreeGeometry geometry;
  TreeView view = {};

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
