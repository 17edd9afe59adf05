// Points, searches and answers that the tests of searches share.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "kernels/distance.h"
#include "neighbors/memory_points.h"
#include "neighbors/nearest_work.h"
#include "neighbors/within_work.h"
#include "test/check.h"

namespace spillway::search_test {

// Few different values: many ties.
inline std::shared_ptr<MemoryPoints> grid_points(u64 rows, u32 columns, u32 seed, bool single = false) {
  auto points = std::make_shared<MemoryPoints>(rows, columns, single);
  u64 state = seed;
  for (u64 i = 0; i < rows * columns; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const f64 value = static_cast<f64>(state >> 60);
    if (single) {
      points->float_values()[i] = static_cast<f32>(value);
    } else {
      points->double_values()[i] = value;
    }
  }
  return points;
}

// Rows that have to be read: as from a file.
class FarPoints final : public Points {
 public:
  explicit FarPoints(std::shared_ptr<MemoryPoints> near) : near_(std::move(near)) {}
  const char* kind() const override { return "points"; }
  u64 rows() const override { return near_->rows(); }
  u32 columns() const override { return near_->columns(); }
  bool single() const override { return near_->single(); }
  void read(u64 first, u64 count, f64* into) const override { near_->read(first, count, into); }
  void read_single(u64 first, u64 count, f32* into) const override { near_->read_single(first, count, into); }
  bool in_memory() const override { return false; }

 private:
  std::shared_ptr<MemoryPoints> near_;
};

template <class Work, class... Given>
std::shared_ptr<ParallelTask> run(u32 threads, Given&&... given) {
  auto task = ParallelTask::start(process(), std::make_unique<Work>(std::forward<Given>(given)...), threads, {});
  task->wait();
  return task;
}

inline std::shared_ptr<Reference> prepared(std::shared_ptr<Points> points, ReferenceOptions options = {}) {
  auto task = run<PrepareWork>(2, process(), std::move(points), options);
  return static_cast<PrepareWork&>(task->result()).reference;
}

inline ReferenceOptions by_method(const char* name) {
  ReferenceOptions options;
  options.method = name;
  return options;
}

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

struct Pair {
  f64 distance;
  u32 row;
  bool operator<(const Pair& other) const {
    return distance < other.distance || (distance == other.distance && row < other.row);
  }
};

// Every row by (distance, row), from one query.
inline std::vector<Pair> all_pairs(const Points& reference, const MetricSpec& metric, const f64* query) {
  std::vector<f64> rows(reference.rows() * reference.columns()), distances(reference.rows());
  reference.read(0, reference.rows(), rows.data());
  distance_kernels().to_doubles(static_cast<u32>(metric.kind), metric.p, query, rows.data(),
                                static_cast<u32>(reference.rows()), reference.columns(), distances.data());
  std::vector<Pair> pairs(distances.size());
  for (u32 r = 0; r < pairs.size(); ++r) pairs[r] = {distances[r], r};
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace spillway::search_test
