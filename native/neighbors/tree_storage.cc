// Sizes of a tree's parts.
#include "neighbors/tree_storage.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway {
namespace {

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

bool tree_holds_floats(const MetricSpec& metric, const ReferenceRows& rows) {
  return rows.floats != nullptr && !tree_geometry(metric, rows.columns).sphere;
}

u32 skipped_count(const ReferenceRows& rows) {
  u32 count = 0;
  if (rows.skipped == nullptr) return 0;
  for (u32 place = 0; place < rows.count; ++place) count += is_skipped(rows, place) ? 1 : 0;
  return count;
}

TreeStorage::TreeStorage(const MetricSpec& metric, const ReferenceRows& rows, u32 points)
    : geometry(tree_geometry(metric, rows.columns)) {
  view.columns = geometry.columns;
  view.points = points;
  view.measure = geometry.measure;
  view.root = geometry.root;
  view.single = tree_holds_floats(metric, rows);
  const std::size_t value = view.single ? sizeof(f32) : sizeof(f64);
  u32 nodes = static_cast<u32>((u64{points} + kLeafPoints - 1) / kLeafPoints);
  if (nodes == 0) return;
  for (u32 place = 0; geometry.sphere && place < rows.count; ++place) {
    if (is_skipped(rows, place)) continue;
    for (std::size_t at = std::size_t{place} * 2; at < std::size_t{place} * 2 + 2; ++at) {
      reach = std::max(reach, std::fabs(rows.floats != nullptr ? static_cast<f64>(rows.floats[at]) : rows.doubles[at]));
    }
  }
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
