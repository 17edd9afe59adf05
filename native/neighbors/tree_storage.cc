// Sizes of a tree's parts; which metrics have one.
#include "neighbors/tree_storage.h"

#include <algorithm>
#include <limits>

namespace spillway {
namespace {

TreeMeasure measure_of(const MetricSpec& metric) {
  if (metric.kind == Metric::Manhattan) return TreeMeasure::Absolutes;
  return metric.kind == Metric::Chebyshev ? TreeMeasure::Greatest : TreeMeasure::Squares;
}

// What is not there lies at infinity.
template <class Value>
void fill_boxes(Value* boxes, std::size_t groups, std::size_t columns) {
  constexpr Value infinite = std::numeric_limits<Value>::infinity();
  for (; groups > 0; --groups, boxes += 2 * columns * kTreeFan) {
    std::fill_n(boxes, columns * kTreeFan, infinite);
    std::fill_n(boxes + columns * kTreeFan, columns * kTreeFan, -infinite);
  }
}

}  // namespace

bool tree_takes(const MetricSpec& metric, u32 columns) {
  if (columns == 0 || tree_columns(measure_of(metric), columns) == 0) return false;
  switch (metric.kind) {
    case Metric::Euclidean:
    case Metric::SquaredEuclidean:
    case Metric::Manhattan:
    case Metric::Chebyshev: return true;
    default: return false;
  }
}

TreeGeometry tree_geometry(const MetricSpec& metric, u32 columns) {
  TreeGeometry geometry;
  geometry.measure = measure_of(metric);
  geometry.root = metric.kind == Metric::Euclidean;
  geometry.given = columns;
  geometry.columns = tree_columns(geometry.measure, columns);
  return geometry;
}

f64 filter_limit(const MetricSpec&, u32, f64 limit) { return limit; }

void tree_coordinates(const TreeGeometry& geometry, const f64* row, f64* into) {
  std::copy_n(row, geometry.given, into);
  std::fill(into + geometry.given, into + geometry.columns, 0.0);
}

TreeStorage::TreeStorage(const MetricSpec& metric, const ResidentRows& rows, u32 points)
    : geometry(tree_geometry(metric, rows.columns)) {
  view.columns = geometry.columns;
  view.points = points;
  view.measure = geometry.measure;
  view.root = geometry.root;
  view.single = rows.floats != nullptr && !geometry.sphere;
  const std::size_t value = view.single ? sizeof(f32) : sizeof(f64);
  u32 nodes = static_cast<u32>((u64{points} + kLeafPoints - 1) / kLeafPoints);
  if (nodes == 0) return;
  places_ = Buffer(std::size_t{nodes} * kLeafPoints * sizeof(u32));
  leaves_ = Buffer(std::size_t{nodes} * kLeafPoints * geometry.columns * value + kLine);
  view.places = places_.as<u32>();
  view.leaves = aligned<u8>(leaves_);
  for (;;) {
    const std::size_t groups = (std::size_t{nodes} + kTreeFan - 1) / kTreeFan;
    boxes_.emplace_back(groups * kTreeFan * 2 * geometry.columns * value + kLine);
    if (view.single) {
      fill_boxes(aligned<f32>(boxes_.back()), groups, geometry.columns);
    } else {
      fill_boxes(aligned<f64>(boxes_.back()), groups, geometry.columns);
    }
    view.levels[view.level_count++] = {aligned<u8>(boxes_.back()), nodes};
    if (groups == 1) break;
    nodes = static_cast<u32>(groups);
  }
}

std::size_t TreeStorage::bytes() const {
  std::size_t bytes = places_.size() + leaves_.size();
  for (const Buffer& boxes : boxes_) bytes += boxes.size();
  return bytes;
}

}  // namespace spillway
