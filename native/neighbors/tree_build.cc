// Each half has the points below and above one position along the widest coordinate, so that the depth is that of the
// count alone, whatever the data.
#include "neighbors/tree_build.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway {
namespace {

constexpr u32 kLeastPoints = 4096;  // of a part

bool is_skipped(const ResidentRows& rows, u32 place) {
  return rows.skipped != nullptr && (rows.skipped[place / 64] >> (place % 64) & 1) != 0;
}

f64 value_at(const ResidentRows& rows, u32 place, u32 column) {
  const std::size_t at = std::size_t{place} * rows.columns + column;
  return rows.floats != nullptr ? static_cast<f64>(rows.floats[at]) : rows.doubles[at];
}

}  // namespace

TreeBuild::TreeBuild(const MetricSpec& metric, const ResidentRows& rows, u32 threads) : rows_(rows) {
  order_.reserve(rows.count);
  for (u32 place = 0; place < rows.count; ++place) {
    if (!is_skipped(rows, place)) order_.push_back(place);
  }
  const u32 points = static_cast<u32>(order_.size());
  storage_ = std::make_unique<TreeStorage>(metric, rows, points);
  if (points == 0) return;
  // The first halves are made here, until there is something for every thread.
  tasks_.push_back({0, storage_->leaf_count()});
  const u32 wanted = 4 * std::max(1u, threads);
  std::vector<u64> keys(points);
  while (tasks_.size() < wanted && (tasks_[0].end - tasks_[0].first) * kLeafPoints > kLeastPoints) {
    std::vector<Leaves> finer;
    for (const Leaves& task : tasks_) {
      Leaves halves[2];
      if (task.end - task.first < 2) {
        finer.push_back(task);
        continue;
      }
      halve(task, keys, halves);
      finer.insert(finer.end(), halves, halves + 2);
    }
    tasks_ = std::move(finer);
  }
}

u32 TreeBuild::position(u32 leaf) const {
  return static_cast<u32>(std::min<u64>(u64{leaf} * kLeafPoints, order_.size()));
}

// A power of two of leaves to the left: then every node of the tree comes to hold one run of leaves.
void TreeBuild::halve(Leaves leaves, std::vector<u64>& keys, Leaves (&halves)[2]) {
  const u32 middle = leaves.first + (u32{1} << (31 - __builtin_clz(leaves.end - leaves.first - 1)));
  halves[0] = {leaves.first, middle};
  halves[1] = {middle, leaves.end};
  const u32 first = position(leaves.first), count = position(leaves.end) - first;
  u32* order = order_.data() + first;
  u32 widest = 0;
  f64 least = 0, extent = -1;
  for (u32 j = 0; j < rows_.columns; ++j) {
    f64 low = std::numeric_limits<f64>::infinity(), high = -low;
    for (u32 i = 0; i < count; ++i) {
      const f64 value = value_at(rows_, order[i], j);
      low = std::min(low, value);
      high = std::max(high, value);
    }
    // Halved: the difference of finite doubles may not be finite.
    if (high / 2 - low / 2 > extent) {
      extent = high / 2 - low / 2;
      least = low;
      widest = j;
    }
  }
  if (!(extent > 0)) return;  // all alike: any half will do
  const f64 scale = 0x1p31 / extent;
  if (!std::isfinite(scale)) return;  // as good as alike
  keys.resize(std::max<std::size_t>(keys.size(), count));
  for (u32 i = 0; i < count; ++i) {
    // In [0, 2^31]; monotone, which is all that is asked of it.
    const f64 key = (value_at(rows_, order[i], widest) / 2 - least / 2) * scale;
    keys[i] = u64{static_cast<u32>(key)} << 32 | order[i];
  }
  std::nth_element(keys.begin(), keys.begin() + (position(middle) - first), keys.begin() + count);
  for (u32 i = 0; i < count; ++i) order[i] = static_cast<u32>(keys[i]);
}

void TreeBuild::order(Leaves leaves, std::vector<u64>& keys) {
  if (leaves.end - leaves.first < 2) return;
  Leaves halves[2];
  halve(leaves, keys, halves);
  order(halves[0], keys);
  order(halves[1], keys);
}

void TreeBuild::fill(u32 leaf) {
  const u32 first = position(leaf), count = position(leaf + 1) - first;
  u32* places = storage_->places() + std::size_t{leaf} * kLeafPoints;
  for (u32 i = 0; i < kLeafPoints; ++i) places[i] = i < count ? order_[first + i] : kTreeNone;
  const auto put = [&](auto* values) {
    using Value = std::remove_pointer_t<decltype(values)>;
    constexpr Value infinite = std::numeric_limits<Value>::infinity();
    const u32 columns = storage_->geometry.columns;
    for (u32 j = 0; j < columns; ++j, values += kLeafPoints) {
      Value low = infinite, high = -infinite;
      for (u32 i = 0; i < count; ++i) {
        values[i] = j < rows_.columns ? static_cast<Value>(value_at(rows_, places[i], j)) : 0;
        low = std::min(low, values[i]);
        high = std::max(high, values[i]);
      }
      std::fill(values + count, values + kLeafPoints, infinite);
      Value* box = storage_->box<Value>(0, leaf, j);
      box[0] = low;
      box[columns * kTreeFan] = high;
    }
  };
  if (storage_->view.single) {
    put(storage_->leaf<f32>(leaf));
  } else {
    put(storage_->leaf<f64>(leaf));
  }
}

void TreeBuild::part(u32 index) {
  std::vector<u64> keys;
  order(tasks_[index], keys);
  for (u32 leaf = tasks_[index].first; leaf < tasks_[index].end; ++leaf) fill(leaf);
}

std::unique_ptr<TreeStorage> TreeBuild::finish() {
  TreeStorage& tree = *storage_;
  const auto raise = [&](auto zero, u32 level) {
    using Value = decltype(zero);
    const u32 columns = tree.geometry.columns, below = tree.view.levels[level - 1].nodes;
    for (u32 node = 0; node < tree.view.levels[level].nodes; ++node) {
      for (u32 j = 0; j < columns; ++j) {
        const Value* least = tree.box<Value>(level - 1, node * kTreeFan, j);
        const Value* greatest = least + columns * kTreeFan;
        const u32 count = std::min(kTreeFan, below - node * kTreeFan);
        Value* box = tree.box<Value>(level, node, j);
        box[0] = *std::min_element(least, least + count);
        box[columns * kTreeFan] = *std::max_element(greatest, greatest + count);
      }
    }
  };
  for (u32 level = 1; level < tree.view.level_count; ++level) {
    if (tree.view.single) {
      raise(f32{}, level);
    } else {
      raise(f64{}, level);
    }
  }
  return std::move(storage_);
}

}  // namespace spillway
