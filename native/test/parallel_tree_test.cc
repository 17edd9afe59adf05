// Trees on the pool: built in parts, asked and joined by several threads at once, always with the same answers.
#include <cstring>

#include "test/search_harness.h"

namespace spillway {
namespace {

using namespace search_test;

QueryRange rows_of(u64 rows, u32 threads) {
  QueryRange range;
  range.end = rows;
  range.exclude_self = true;
  range.threads = threads;
  return range;
}

bool same_bytes(const Buffer& a, const Buffer& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

std::shared_ptr<Reference> with_method(const std::shared_ptr<MemoryPoints>& points, const char* method, u32 threads) {
  ReferenceOptions options;
  options.method = method;
  options.threads = threads;
  return prepared(points, options);
}

TEST(any_number_of_threads_finds_what_every_pair_gives) {
  constexpr u32 kRows = 6000;
  auto points = grid_points(kRows, 3, 19);
  auto direct = with_method(points, "direct", 2);
  auto expected = run<NearestWork>(2, direct, rows_of(kRows, 2), 4);
  auto expected_within = run<WithinWork>(2, direct, rows_of(900, 2), 1.5, false);
  const auto& nearest = static_cast<NearestWork&>(expected->result());
  const auto& within = static_cast<WithinWork&>(expected_within->result());
  for (u32 threads : {1u, 2u, 8u}) {
    auto tree = with_method(points, "tree", threads);
    // All rows are a join of the tree with itself; some of them are queries.
    auto joined = run<NearestWork>(threads, tree, rows_of(kRows, threads), 4);
    CHECK(same_bytes(static_cast<NearestWork&>(joined->result()).rows, nearest.rows));
    CHECK(same_bytes(static_cast<NearestWork&>(joined->result()).distances, nearest.distances));
    auto asked = run<NearestWork>(threads, tree, rows_of(900, threads), 4);
    const auto& some = static_cast<NearestWork&>(asked->result());
    CHECK_EQ(std::memcmp(some.rows.data(), nearest.rows.data(), some.rows.size()), 0);
    CHECK_EQ(std::memcmp(some.distances.data(), nearest.distances.data(), some.distances.size()), 0);
    auto balls = run<WithinWork>(threads, tree, rows_of(900, threads), 1.5, false);
    CHECK(same_bytes(static_cast<WithinWork&>(balls->result()).rows, within.rows));
    CHECK(same_bytes(static_cast<WithinWork&>(balls->result()).counts, within.counts));
    auto counts = run<WithinWork>(threads, tree, rows_of(900, threads), 1.5, true);
    CHECK(same_bytes(static_cast<WithinWork&>(counts->result()).counts, within.counts));
  }
}

}  // namespace
}  // namespace spillway
