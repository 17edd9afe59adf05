// Searches on the pool: prepared, resident or block by block, on several threads, cancelled; against loops that look at
// every pair.
#include <atomic>
#include <cmath>

#include <unistd.h>

#include "test/search_harness.h"

namespace spillway {
namespace {

using namespace search_test;

void check_nearest(const Points& points, const NearestWork& found, u32 k, const std::vector<u32>& queries,
                   bool exclude_self) {
  for (u32 q : queries) {
    std::vector<f64> query(points.columns());
    points.read(q, 1, query.data());
    std::vector<Pair> all = all_pairs(points, {}, query.data());
    if (exclude_self) std::erase_if(all, [q](const Pair& pair) { return pair.row == q; });
    for (u32 i = 0; i < k; ++i) {
      CHECK_EQ(found.rows.as<u32>()[q * k + i], all[i].row);
      CHECK_EQ(found.distances.as<f64>()[q * k + i], all[i].distance);
    }
  }
}

std::vector<u32> every(u32 rows, u32 step) {
  std::vector<u32> some;
  for (u32 q = 0; q < rows; q += step) some.push_back(q);
  return some;
}

QueryRange all_rows(u64 rows, u32 threads = 0) {
  QueryRange range;
  range.end = rows;
  range.exclude_self = true;
  range.threads = threads;
  return range;
}

TEST(nearest_rows_come_by_distance_then_row) {
  auto points = grid_points(700, 3, 7);
  auto reference = prepared(points);
  auto task = run<NearestWork>(2, reference, all_rows(700), 5);
  check_nearest(*points, static_cast<NearestWork&>(task->result()), 5, every(700, 1), true);
}

TEST(a_row_that_is_not_finite_is_named) {
  auto points = grid_points(100, 2, 3);
  points->double_values()[2 * 41 + 1] = std::nan("");
  CHECK(message_of([&] { prepared(points); }).find("row 41 ") != std::string::npos);
  // Block by block it is found when the search comes by.
  ReferenceOptions options;
  options.memory = 8 << 10;
  options.method = "direct";
  auto far = std::make_shared<FarPoints>(grid_points(4000, 2, 3));
  auto bad = grid_points(4000, 2, 3);
  bad->double_values()[2 * 3999] = INFINITY;
  auto reference = prepared(std::make_shared<FarPoints>(bad), options);
  CHECK(!reference->is_resident());
  QueryRange one;
  one.queries = far;
  one.end = 1;
  auto task = run<NearestWork>(2, reference, one, 1);
  CHECK(message_of([&] { task->result(); }).find("row 3999 of the reference") != std::string::npos);
}

TEST(rows_and_queries_that_are_not_finite_can_be_left_out) {
  auto points = grid_points(500, 2, 5);
  for (u32 row : {0u, 63u, 64u, 65u, 300u, 499u}) points->double_values()[2 * row] = std::nan("");
  ReferenceOptions options;
  options.skip_missing = true;
  auto reference = prepared(points, options);
  QueryRange range = all_rows(500);
  range.exclude_self = false;
  auto refused = run<NearestWork>(2, reference, range, 2);
  CHECK(message_of([&] { refused->result(); }).find("row 0 of the reference") != std::string::npos);
  range.skip_missing = true;
  auto task = run<NearestWork>(2, reference, range, 2);
  const auto& found = static_cast<NearestWork&>(task->result());
  for (u32 q = 0; q < 500; ++q) {
    const bool left_out = std::isnan(points->double_values()[2 * q]);
    for (u32 i = 0; i < 2; ++i) {
      const u32 row = found.rows.as<u32>()[q * 2 + i];
      CHECK_EQ(row == NearestWork::kNone, left_out);
      CHECK_EQ(std::isnan(found.distances.as<f64>()[q * 2 + i]), left_out);
      CHECK(left_out || !std::isnan(points->double_values()[2 * row]));
    }
    CHECK(left_out || found.distances.as<f64>()[q * 2] == 0);
  }
}

TEST(blocks_give_what_a_resident_reference_gives) {
  auto points = grid_points(2400, 5, 11, true);
  auto resident = prepared(points);
  CHECK(resident->is_resident());
  auto whole = run<NearestWork>(1, resident, all_rows(2400, 1), 7);
  const auto& expected = static_cast<NearestWork&>(whole->result());
  check_nearest(*points, expected, 7, every(2400, 97), true);
  for (std::size_t memory : {std::size_t{16} << 10, std::size_t{48} << 10, std::size_t{200} << 10}) {
    for (u32 threads : {1u, 2u, 8u}) {
      ReferenceOptions options;
      options.memory = memory;
      options.method = "direct";
      options.threads = threads;
      if (memory == 16 << 10 && threads != 2) continue;
      auto reference = prepared(std::make_shared<FarPoints>(points), options);
      if (memory < 60 << 10) CHECK(!reference->is_resident());
      auto task = run<NearestWork>(threads, reference, all_rows(2400, threads), 7);
      const auto& found = static_cast<NearestWork&>(task->result());
      CHECK(std::memcmp(found.rows.data(), expected.rows.data(), expected.rows.size()) == 0);
      CHECK(std::memcmp(found.distances.data(), expected.distances.data(), expected.distances.size()) == 0);
      if (!reference->is_resident()) {
        const SearchStatistics& statistics = found.statistics();
        CHECK_EQ(statistics.blocks_read, statistics.passes * reference->blocks());
        CHECK_EQ(statistics.bytes_read, statistics.passes * 2400 * 5 * 4);
        CHECK_EQ(statistics.exact, u64{2400} * 2400);
      }
      CHECK(reference->budget().peak() <= memory);
      CHECK_EQ(task->fraction(), 1.0);
    }
  }
}

TEST(few_queries_are_shared_by_threads) {
  auto points = grid_points(50000, 16, 2, true);
  auto reference = prepared(points, by_method("direct"));
  for (u32 threads : {1u, 2u, 8u}) {
    QueryRange range = all_rows(15000, threads);
    range.first = 40;
    range.end = 43;
    auto task = run<NearestWork>(threads, reference, range, 300);
    const auto& found = static_cast<NearestWork&>(task->result());
    for (u32 q = 0; q < 3; ++q) {
      std::vector<f64> query(16);
      points->read(40 + q, 1, query.data());
      std::vector<Pair> all = all_pairs(*points, {}, query.data());
      std::erase_if(all, [q](const Pair& pair) { return pair.row == 40 + q; });
      for (u32 i = 0; i < 300; ++i) CHECK_EQ(found.rows.as<u32>()[q * 300 + i], all[i].row);
    }
  }
}

TEST(rows_within_a_radius_come_in_one_pass) {
  auto points = grid_points(1500, 2, 9);
  for (std::size_t memory : {std::size_t{0}, std::size_t{12} << 10}) {
    for (u32 threads : {1u, 2u, 8u}) {
      ReferenceOptions options;
      options.memory = memory;
      options.method = "direct";
      auto reference = prepared(std::make_shared<FarPoints>(points), options);
      auto task = run<WithinWork>(threads, reference, all_rows(1500, threads), 1.0, false);
      const auto& found = static_cast<WithinWork&>(task->result());
      auto counting = run<WithinWork>(threads, reference, all_rows(1500, threads), 1.0, true);
      const auto& counted = static_cast<WithinWork&>(counting->result());
      u64 at = 0;
      for (u32 q = 0; q < 1500; ++q) {
        CHECK_EQ(found.counts.as<u64>()[q], counted.counts.as<u64>()[q]);
        std::vector<Pair> all;
        if (q % 61 == 0) all = all_pairs(*points, {}, points->double_values() + 2 * q);
        u64 i = at;
        for (const Pair& pair : all) {
          if (pair.row == q || pair.distance > 1.0) continue;
          CHECK_EQ(found.rows.as<u32>()[i], pair.row);
          CHECK_EQ(found.distances.as<f64>()[i], pair.distance);
          i += 1;
        }
        at += found.counts.as<u64>()[q];
        if (q % 61 == 0) CHECK_EQ(i, at);
      }
      CHECK_EQ(found.matches, at);
      CHECK_EQ(counted.rows.size(), 0u);
    }
  }
}

TEST(results_that_memory_cannot_hold_are_refused_with_a_remedy) {
  auto points = grid_points(3000, 2, 9);
  auto reference = prepared(points);
  const std::size_t before = reference->budget().used();
  QueryRange range = all_rows(3000);
  range.result_memory = 100 << 10;
  auto within = run<WithinWork>(2, reference, range, 100.0, false);
  const std::string message = message_of([&] { within->result(); });
  CHECK(message.find("`into`") != std::string::npos);
  auto nearest = run<NearestWork>(2, reference, range, 100);
  CHECK(message_of([&] { nearest->result(); }).find("`into`") != std::string::npos);
  within.reset();
  nearest.reset();
  // A thread of the pool may be about to let go of them.
  for (u32 i = 0; i < 2000 && reference->budget().used() != before; ++i) ::usleep(1000);
  CHECK_EQ(reference->budget().used(), before);
}

TEST(a_cancelled_search_ends) {
  auto points = grid_points(100000, 8, 1);
  auto reference = prepared(points, by_method("direct"));
  auto task = ParallelTask::start(process(), std::make_unique<NearestWork>(reference, all_rows(100000), 10), 2, {});
  task->cancel();
  task->wait();
  CHECK(message_of([&] { task->result(); }).find("cancelled") != std::string::npos);
}

TEST(nothing_asked_and_nothing_there) {
  auto points = grid_points(10, 2, 1);
  auto reference = prepared(points);
  auto none = run<NearestWork>(2, reference, all_rows(0), 3);
  CHECK_EQ(static_cast<NearestWork&>(none->result()).rows.size(), 0u);
  auto empty = prepared(grid_points(0, 2, 1));
  QueryRange range = all_rows(10);
  range.queries = points;
  range.exclude_self = false;
  auto lonely = run<NearestWork>(2, empty, range, 1);
  CHECK_EQ(static_cast<NearestWork&>(lonely->result()).rows.as<u32>()[9], NearestWork::kNone);
  auto within = run<WithinWork>(2, empty, range, 1.0, false);
  CHECK_EQ(static_cast<WithinWork&>(within->result()).matches, 0u);
}

}  // namespace
}  // namespace spillway
