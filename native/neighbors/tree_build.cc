// Each half has the points below and above one position along the widest coordinate, so that the depth is that of the
// count alone, whatever the data.
#include "neighbors/tree_build.h"

#include <algorithm>

#include "neighbors/tree_fill.h"
#include "neighbors/tree_halve.h"

namespace spillway {
namespace {

constexpr u32 kLeastPoints = 4096;  // of a part

template <class Value, u32 columns>
class Building final : public TreeBuild {
 public:
  Building(const MetricSpec& metric, const ReferenceRows& rows, u32 threads) {
    const u32 points = rows.count - skipped_count(rows);
    storage_ = std::make_unique<TreeStorage>(metric, rows, points);
    if (points == 0) return;
    for (Buffer& buffer : buffers_) buffer = Buffer(std::size_t{points} * sizeof(Row));
    copy(rows);
    // The first halves are made here, until there is something for every thread.
    tasks_.push_back({0, storage_->leaf_count(), 0});
    const u32 wanted = 4 * std::max(1u, threads);
    TreeHalving<Row> halving;
    while (tasks_.size() < wanted && (tasks_[0].end - tasks_[0].first) * kLeafPoints > kLeastPoints) {
      std::vector<Leaves> finer;
      for (const Leaves& task : tasks_) {
        if (task.end - task.first < 2) {
          finer.push_back(task);
          continue;
        }
        Leaves halves[2];
        halve(task, halving, halves);
        finer.insert(finer.end(), halves, halves + 2);
      }
      tasks_ = std::move(finer);
    }
  }

  u32 parts() const override { return static_cast<u32>(tasks_.size()); }
  void part(u32 index) override {
    TreeHalving<Row> halving;
    order(tasks_[index], halving);
  }
  std::unique_ptr<TreeStorage> finish() override {
    raise_boxes(*storage_);
    return std::move(storage_);
  }

 private:
  using Row = TreeRow<Value, columns>;
  // Points of leaves [first, end), in one of two buffers: halving goes from one to the other.
  struct Leaves {
    u32 first, end, buffer;
  };

  void copy(const ReferenceRows& rows) {
    Row* row = buffers_[0].as<Row>();
    const u32 given = rows.columns;
    for (u32 place = 0; place < rows.count; ++place) {
      if (is_skipped(rows, place)) continue;
      const std::size_t from = std::size_t{place} * given;
      if (storage_->geometry.sphere) {
        f64 values[columns], at[2] = {value_at(rows, from), value_at(rows, from + 1)};
        tree_coordinates(storage_->geometry, at, values);
        for (u32 j = 0; j < columns; ++j) row->values[j] = static_cast<Value>(values[j]);
      } else if (rows.floats != nullptr) {
        for (u32 j = 0; j < columns; ++j) row->values[j] = j < given ? static_cast<Value>(rows.floats[from + j]) : 0;
      } else {
        for (u32 j = 0; j < columns; ++j) row->values[j] = j < given ? static_cast<Value>(rows.doubles[from + j]) : 0;
      }
      row->place = place;
      ++row;
    }
  }
  static f64 value_at(const ReferenceRows& rows, std::size_t at) {
    return rows.floats != nullptr ? static_cast<f64>(rows.floats[at]) : rows.doubles[at];
  }

  u32 position(u32 leaf) const {
    return static_cast<u32>(std::min<u64>(u64{leaf} * kLeafPoints, storage_->view.points));
  }

  // A power of two of leaves to the left: then every node of the tree comes to hold one run of leaves.
  void halve(const Leaves& leaves, TreeHalving<Row>& halving, Leaves (&halves)[2]) {
    const u32 middle = leaves.first + (u32{1} << (31 - __builtin_clz(leaves.end - leaves.first - 1)));
    const u32 into = 1 - leaves.buffer;
    halves[0] = {leaves.first, middle, into};
    halves[1] = {middle, leaves.end, into};
    const u32 first = position(leaves.first);
    halving.run(buffers_[leaves.buffer].template as<Row>() + first, buffers_[into].template as<Row>() + first,
                position(leaves.end) - first, position(middle) - first);
  }

  void order(const Leaves& leaves, TreeHalving<Row>& halving) {
    if (leaves.end - leaves.first > 1) {
      Leaves halves[2];
      halve(leaves, halving, halves);
      order(halves[0], halving);
      order(halves[1], halving);
      return;
    }
    const u32 first = position(leaves.first);
    const Row* rows = buffers_[leaves.buffer].template as<Row>() + first;
    fill_leaf<Value>(
        *storage_, leaves.first, position(leaves.end) - first, [&](u32 i, u32 j) { return rows[i].values[j]; },
        [&](u32 i) { return rows[i].place; });
  }

  std::unique_ptr<TreeStorage> storage_;
  Buffer buffers_[2];
  std::vector<Leaves> tasks_;
};

template <class Value>
std::unique_ptr<TreeBuild> make_building(const MetricSpec& metric, const ReferenceRows& rows, u32 threads) {
  switch (tree_geometry(metric, rows.columns).columns) {
    case 2: return std::make_unique<Building<Value, 2>>(metric, rows, threads);
    case 3: return std::make_unique<Building<Value, 3>>(metric, rows, threads);
    case 4: return std::make_unique<Building<Value, 4>>(metric, rows, threads);
    case 6: return std::make_unique<Building<Value, 6>>(metric, rows, threads);
    case 8: return std::make_unique<Building<Value, 8>>(metric, rows, threads);
    case 12: return std::make_unique<Building<Value, 12>>(metric, rows, threads);
    default: return std::make_unique<Building<Value, 16>>(metric, rows, threads);
  }
}

}  // namespace

std::unique_ptr<TreeBuild> TreeBuild::make(const MetricSpec& metric, const ReferenceRows& rows, u32 threads) {
  if (tree_holds_floats(metric, rows)) return make_building<f32>(metric, rows, threads);
  return make_building<f64>(metric, rows, threads);
}

}  // namespace spillway
