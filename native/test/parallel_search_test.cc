// Searches on the pool: prepared, split by queries, cancelled; against loops that look at every pair.
#include <algorithm>
#include <cmath>

#include "neighbors/memory_points.h"
#include "neighbors/query_rows.h"
#include "neighbors/reference.h"
#include "test/check.h"

namespace spillway {
namespace {

std::shared_ptr<MemoryPoints> grid_points(u64 rows, u32 columns, u32 seed) {
  auto points = std::make_shared<MemoryPoints>(rows, columns, false);
  u64 state = seed;
  for (u64 i = 0; i < rows * columns; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    points->double_values()[i] = static_cast<f64>(state >> 60);  // few values: many ties
  }
  return points;
}

std::shared_ptr<Reference> prepared(std::shared_ptr<Points> points, ReferenceOptions options = {}) {
  auto task = ParallelTask::start(process(), std::make_unique<PrepareWork>(process(), points, options), 2, {});
  task->wait();
  return static_cast<PrepareWork&>(task->result()).reference;
}

TEST(nearest_rows_come_by_distance_then_row) {
  auto points = grid_points(700, 3, 7);
  auto reference = prepared(points);
  QueryRange range;
  range.end = 700;
  range.exclude_self = true;
  auto task = ParallelTask::start(process(), std::make_unique<NearestWork>(reference, range, 5), 2, {});
  task->wait();
  auto& found = static_cast<NearestWork&>(task->result());
  const f64* x = points->double_values();
  for (u32 q = 0; q < 700; ++q) {
    std::vector<std::pair<f64, u32>> all;
    for (u32 r = 0; r < 700; ++r) {
      f64 sum = 0;
      for (u32 j = 0; j < 3; ++j) sum += (x[q * 3 + j] - x[r * 3 + j]) * (x[q * 3 + j] - x[r * 3 + j]);
      if (r != q) all.emplace_back(std::sqrt(sum), r);
    }
    std::sort(all.begin(), all.end());
    for (u32 i = 0; i < 5; ++i) {
      CHECK_EQ(found.rows.as<u32>()[q * 5 + i], all[i].second);
      CHECK_EQ(found.distances.as<f64>()[q * 5 + i], all[i].first);
    }
  }
}

TEST(a_row_that_is_not_finite_is_named) {
  auto points = grid_points(100, 2, 3);
  points->double_values()[2 * 41 + 1] = std::nan("");
  auto task =
      ParallelTask::start(process(), std::make_unique<PrepareWork>(process(), points, ReferenceOptions{}), 2, {});
  task->wait();
  std::string message;
  try {
    task->result();
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message.find("row 41 ") != std::string::npos);
}

}  // namespace
}  // namespace spillway
