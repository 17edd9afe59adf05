// Which metrics a tree serves, and how.
#pragma once

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

// The coordinates a tree has for a row of the reference or a query.
void tree_coordinates(const TreeGeometry& geometry, const f64* row, f64* into);

// With a filter: what it must let through so that no row at distance ≤ `limit` from x is missed. `reach`: no value of
// the rows is greater, whatever its sign.
f64 filter_limit(const MetricSpec& metric, const TreeGeometry& geometry, const f64* x, f64 reach, f64 limit);

}  // namespace spillway
