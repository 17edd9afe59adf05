// The tile index gives what the direct one gives, to the bit: for every metric it takes, size, scale and range.
#include <cmath>
#include <limits>

#include "test/check.h"
#include "test/tile_cases.h"

namespace spillway {
namespace {

constexpr Metric kMetrics[] = {Metric::Euclidean, Metric::SquaredEuclidean, Metric::Cosine, Metric::InnerProduct};

// Both ways, over everything and over ranges whose ends fall anywhere; radii at which rows lie exactly.
void compare(const Case& data, u32 k, const u64* skipped = nullptr) {
  std::vector<u32> numbers;
  const QueryRows queries = data.query_rows(numbers);
  ReferenceRows rows = data.resident();
  rows.skipped = skipped;
  for (Metric metric : kMetrics) {
    auto tile = index_by("tile", metric, rows), direct = index_by("direct", metric, rows);
    CHECK_EQ(std::string(tile->method()), std::string("tile"));
    const std::vector<PlaceRange> whole = {{0, data.rows}};
    const u32 a = data.rows / 3, b = data.rows - data.rows / 7;
    const Lists expected = nearest_of(*direct, queries, whole, k);
    CHECK(nearest_of(*tile, queries, whole, k) == expected);
    CHECK(nearest_of(*tile, queries, {{a, b}, {b, data.rows}, {0, a}}, k) == expected);
    CHECK(nearest_of(*tile, queries, {{a, b}}, k) == nearest_of(*direct, queries, {{a, b}}, k));
    f64 radii[] = {expected.distances.empty() ? 1 : expected.distances.back(),
                   expected.distances.empty() ? 0 : expected.distances[0], -1};
    for (f64 radius : radii) {
      CHECK(within_of(*tile, queries, {0, data.rows}, radius, false) ==
            within_of(*direct, queries, {0, data.rows}, radius, false));
      CHECK(within_of(*tile, queries, {a, b}, radius, true) == within_of(*direct, queries, {a, b}, radius, true));
    }
  }
}

TEST(every_number_of_columns) {
  for (u32 columns = 1; columns <= 130; columns += columns < 20 ? 1 : 11) {
    Case data(333 + columns, columns, 29);
    data.fill([](u32, u32) { return normal(); }, columns % 2 == 0);
    compare(data, 1 + columns % 9);
  }
  Case data(257, 768, 13);
  data.fill([](u32, u32) { return normal(); }, true);
  compare(data, 10);
}

TEST(every_number_of_neighbours) {
  for (u32 k : {1u, 2u, 15u, 16u, 17u, 33u, 100u, 300u}) {
    Case data(3100, 5, 14);
    data.fill([](u32, u32) { return normal(); }, true);
    compare(data, k);
  }
}

TEST(few_rows_and_queries) {
  for (u32 rows : {1u, 2u, 31u, 32u, 33u, 64u}) {
    for (u32 queries : {1u, 11u, 12u, 13u}) {
      Case data(rows, 3, queries);
      data.fill([](u32, u32) { return normal(); }, false);
      compare(data, 4);
    }
  }
}

TEST(ties_and_duplicates) {
  Case data(2500, 3, 40);
  data.fill([](u32 r, u32 j) { return static_cast<f64>((r * 2654435761u >> (8 * j)) % 4) + 1; }, true);
  compare(data, 12);
  data.fill([](u32, u32) { return 3.25; }, false);  // all are equal: nothing can be filtered
  compare(data, 5);
}

TEST(far_from_the_origin) {
  for (bool single : {false, true}) {
    for (f64 offset : {1e3, 1e6, 1e12}) {
      Case data(700, 17, 24);
      data.fill([&](u32, u32) { return offset + normal(); }, single);
      compare(data, 6);
    }
  }
}

TEST(large_and_small_scales) {
  for (f64 scale : {1e-300, 1e-160, 1e-40, 1e-30, 1e30, 1e37, 1e150, 1e200, 1e300}) {
    Case data(500, 9, 24);
    data.fill([&](u32, u32) { return scale * normal(); }, scale > 1e-39 && scale < 1e38);
    compare(data, 6);
  }
}

TEST(scales_that_differ_between_rows_and_columns) {
  Case data(900, 6, 30);
  data.fill([](u32 r, u32) { return (r % 2 == 0 ? 1e30 : 1e-30) * normal(); }, true);
  compare(data, 7);
  data.fill([](u32 r, u32) { return (r % 5 == 0 ? 1e300 : 1.0) * normal(); }, false);
  compare(data, 7);
  data.fill([](u32, u32 j) { return (j == 0 ? 1e12 : 1e-3) * normal(); }, false);
  compare(data, 7);
  data.fill([](u32 r, u32 j) { return std::ldexp(1.0 + normal() * 1e-9, static_cast<int>(r % 60) - 30) + j; }, false);
  compare(data, 7);
}

// Distances so alike that floats cannot tell them apart, in an order in which each row is nearer than all before it.
TEST(rows_in_an_unlucky_order) {
  Case data(4100, 4, 13);
  data.fill([](u32 r, u32 j) { return 1 + (j == 0 ? (4100.0 - r) * 1e-9 : 0); }, false);
  compare(data, 8);
  data.fill([](u32 r, u32 j) { return j == 0 ? r * 0.5 : 0.25; }, true);
  compare(data, 8);
}

TEST(skipped_rows_are_not_found) {
  Case data(610, 8, 20);
  data.fill([](u32, u32) { return normal(); }, false);
  std::vector<u64> skipped((data.rows + 63) / 64);
  for (u32 r = 0; r < data.rows; ++r) {
    if (r % 3 != 1) continue;
    skipped[r / 64] |= u64{1} << (r % 64);
    data.doubles[std::size_t{r} * data.columns + r % 8] = std::numeric_limits<f64>::quiet_NaN();
  }
  for (u32 q = 0; q < data.queries; ++q) {
    data.self[q] = QueryRows::kNone;
    for (u32 j = 0; j < data.columns; ++j) data.asked[std::size_t{q} * data.columns + j] = normal();
  }
  compare(data, 9, skipped.data());
}

}  // namespace
}  // namespace spillway
