// Candidates ranked by exact distance, from memory and from rows that are read; sparse points.
#include <cmath>

#include "neighbors/rerank_work.h"
#include "neighbors/sparse_points.h"
#include "test/search_harness.h"

namespace spillway {
namespace {

using namespace search_test;

Buffer some_candidates(u32 queries, u32 per_query, u32 rows, u32 seed) {
  Buffer candidates(std::size_t{queries} * per_query * sizeof(u32));
  u64 state = seed;
  for (u32 i = 0; i < queries * per_query; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const u32 draw = static_cast<u32>(state >> 40) % (rows + 20);
    candidates.as<u32>()[i] = draw < rows ? draw : RerankWork::kNone;
  }
  return candidates;
}

TEST(candidates_are_ranked_exactly) {
  constexpr u32 rows = 900, per_query = 40, k = 12;
  auto points = grid_points(rows, 6, 4, true);
  ReferenceOptions small = by_method("direct");
  small.memory = 8 << 10;
  for (bool resident : {true, false}) {
    auto reference = resident ? prepared(points) : prepared(std::make_shared<FarPoints>(points), small);
    CHECK_EQ(reference->is_resident(), resident);
    QueryRange range;
    range.first = 100;
    range.end = 400;
    range.exclude_self = true;
    auto task = run<RerankWork>(2, reference, range, some_candidates(300, per_query, rows, 8), per_query, k);
    const auto& found = static_cast<RerankWork&>(task->result());
    const Buffer given = some_candidates(300, per_query, rows, 8);
    for (u32 q = 0; q < 300; ++q) {
      std::vector<f64> query(6);
      points->read(100 + q, 1, query.data());
      std::vector<Pair> all = all_pairs(*points, {}, query.data());
      const u32* own = given.as<u32>() + q * per_query;
      std::erase_if(all, [&](const Pair& pair) {
        return pair.row == 100 + q || std::find(own, own + per_query, pair.row) == own + per_query;
      });
      for (u32 i = 0; i < k; ++i) {
        CHECK_EQ(found.rows.as<u32>()[q * k + i], all[i].row);
        CHECK_EQ(found.distances.as<f64>()[q * k + i], all[i].distance);
      }
    }
  }
}

TEST(few_candidates_leave_cells_empty_and_strangers_are_named) {
  auto points = grid_points(10, 2, 4);
  auto reference = prepared(points);
  QueryRange range;
  range.queries = points;
  range.end = 2;
  Buffer given(6 * sizeof(u32));
  const u32 cells[6] = {3, 3, RerankWork::kNone, 1, 2, 9};
  std::copy_n(cells, 6, given.as<u32>());
  auto task = run<RerankWork>(1, reference, range, std::move(given), 3, 2);
  const auto& found = static_cast<RerankWork&>(task->result());
  CHECK_EQ(found.rows.as<u32>()[0], 3u);
  CHECK_EQ(found.rows.as<u32>()[1], RerankWork::kNone);
  CHECK(std::isnan(found.distances.as<f64>()[1]));
  Buffer wrong(6 * sizeof(u32));
  const u32 strangers[6] = {3, 3, 4, 1, 10, 9};
  std::copy_n(strangers, 6, wrong.as<u32>());
  auto refused = run<RerankWork>(1, reference, range, std::move(wrong), 3, 2);
  CHECK(message_of([&] { refused->result(); }).find("candidate 1 of query 1 is row 10") != std::string::npos);
}

TEST(sparse_rows_are_zero_where_nothing_is_given) {
  auto points = std::make_shared<SparsePoints>(std::vector<u64>{0, 2, 2, 3}, std::vector<u32>{0, 3, 1},
                                               std::vector<f64>{5, -1, 2}, 4);
  CHECK(points->single());
  f64 rows[8];
  points->read(1, 2, rows);
  const f64 expected[8] = {0, 0, 0, 0, 0, 2, 0, 0};
  CHECK(std::equal(rows, rows + 8, expected));
  auto dense = grid_points(50, 4, 2);
  QueryRange range;
  range.queries = points;
  range.end = 3;
  auto task = run<NearestWork>(2, prepared(dense), range, 4);
  const auto& found = static_cast<NearestWork&>(task->result());
  const std::vector<Pair> all = all_pairs(*dense, {}, expected);
  for (u32 i = 0; i < 4; ++i) CHECK_EQ(found.rows.as<u32>()[4 + i], all[i].row);
}

TEST(sparse_rows_that_are_none_are_refused) {
  using Starts = std::vector<u64>;
  using Columns = std::vector<u32>;
  const auto refuse = [](Starts starts, Columns columns, std::size_t values) {
    return message_of([&] { SparsePoints(starts, columns, std::vector<f64>(values, 1), 4); });
  };
  CHECK(refuse({0, 2}, {0, 3}, 2).empty());
  CHECK(!refuse({0, 2}, {3, 0}, 2).empty());
  CHECK(!refuse({0, 2}, {3, 3}, 2).empty());
  CHECK(!refuse({0, 2}, {0, 4}, 2).empty());
  CHECK(!refuse({0, 3, 2}, {0, 1}, 2).empty());
  CHECK(!refuse({1, 2}, {0, 1}, 2).empty());
  CHECK(!refuse({}, {}, 0).empty());
  CHECK(!refuse({0, 2}, {0, 1}, 1).empty());
}

}  // namespace
}  // namespace spillway
