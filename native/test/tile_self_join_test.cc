// Every row's nearest rows, each pair looked at once: what asking row by row gives, to the bit.
#include <cmath>
#include <limits>

#include "test/check.h"
#include "test/tile_cases.h"

namespace spillway {
namespace {

// `shuffled`: parts run in another order than they are numbered.
void compare(const Case& data, Metric metric, u32 k, bool exclude_self, bool shuffled, const u64* skipped = nullptr) {
  ReferenceRows rows = data.resident();
  rows.skipped = skipped;
  auto index = index_by("tile", metric, rows);
  auto join = index->self_join(k, exclude_self, 1);
  CHECK(join != nullptr);
  if (join == nullptr) return;
  const u32 parts = join->parts();
  for (u32 i = 0; i < parts; ++i) join->part(shuffled ? parts - 1 - i : i);

  auto is_skipped = [&](u32 row) { return skipped != nullptr && (skipped[row / 64] >> (row % 64) & 1) != 0; };
  auto direct = index_by("direct", metric, rows);
  NearestLists found(data.rows, k);
  for (u32 row = 0; row < data.rows; ++row) {
    std::vector<u32> joined_rows(k), expected_rows(k);
    std::vector<f64> joined(k), expected(k);
    const u32 count = join->take(row, joined_rows.data(), joined.data());
    if (is_skipped(row)) {
      CHECK_EQ(count, 0u);
      continue;
    }
    if (row % 13 != 0 && row + 20 < data.rows) continue;  // the others take the same way
    NearestLists list(1, k);
    const u32 self = exclude_self ? row + 1000 : QueryRows::kNone;
    direct->nearest({data.doubles.data() + std::size_t{row} * data.columns, 1, &self}, {0, data.rows}, list,
                    *direct->make_scratch());
    CHECK_EQ(count, list.count(0));
    list.take(0, expected_rows.data(), expected.data());
    CHECK(joined_rows == expected_rows);
    CHECK(std::memcmp(joined.data(), expected.data(), count * sizeof(f64)) == 0);
  }
}

constexpr Metric kSymmetric[] = {Metric::Euclidean, Metric::SquaredEuclidean, Metric::Cosine};

TEST(all_metrics_and_orders_of_parts) {
  Case data(6300, 40, 1);
  data.fill([](u32, u32) { return normal(); }, true);
  for (Metric metric : kSymmetric) compare(data, metric, 5, true, metric == Metric::Euclidean);
  compare(data, Metric::Euclidean, 70, false, false);
  auto product = index_by("tile", Metric::InnerProduct, data.resident());
  CHECK(product->self_join(5, true, 1) == nullptr);  // a row's score for another depends on which of both asks
}

TEST(two_blocks_and_a_ragged_end) {
  for (u32 rows : {6144u, 6145u, 6239u}) {
    Case data(rows, 3, 1);
    data.fill([](u32, u32) { return normal(); }, false);
    compare(data, Metric::Euclidean, 4, true, rows % 2 == 0);
  }
}

TEST(ties_and_duplicates) {
  Case data(6200, 5, 1);
  data.fill([](u32 r, u32 j) { return static_cast<f64>((r * 2654435761u >> (7 * j)) % 3) + 1; }, true);
  for (Metric metric : kSymmetric) compare(data, metric, 6, true, true);
}

TEST(scales_that_differ_between_rows) {
  Case data(6200, 6, 1);
  data.fill([](u32 r, u32) { return (r % 400 == 0 ? 1e300 : r % 3 == 0 ? 1e-6 : 1.0) * normal(); }, false);
  for (Metric metric : kSymmetric) compare(data, metric, 6, true, false);
  data.fill([](u32, u32) { return 1e6 + normal(); }, true);
  compare(data, Metric::Euclidean, 6, true, true);
}

TEST(skipped_rows_neither_find_nor_are_found) {
  Case data(6200, 8, 1);
  data.fill([](u32, u32) { return normal(); }, false);
  std::vector<u64> skipped((data.rows + 63) / 64);
  for (u32 r = 0; r < data.rows; r += 5) {
    skipped[r / 64] |= u64{1} << (r % 64);
    data.doubles[std::size_t{r} * data.columns] = std::numeric_limits<f64>::quiet_NaN();
  }
  compare(data, Metric::Euclidean, 6, true, false, skipped.data());
}

}  // namespace
}  // namespace spillway
