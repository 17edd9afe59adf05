// A tree finds what looking at every pair finds: the same rows, the same bits.
#include "test/tree_points.h"

namespace spillway {
namespace {

// All ways to ask, of rows that are their own queries and of others.
void compare(const MetricSpec& metric, const CloudRows& cloud, const std::vector<f64>& queries, f64 radius) {
  const ReferenceRows& rows = cloud.rows;
  auto direct = built("direct", metric, rows);
  auto tree = built("tree", metric, rows);
  QueryRows asked;
  asked.rows = queries.data();
  asked.count = static_cast<u32>(queries.size() / rows.columns);
  std::vector<u32> self(asked.count);
  for (u32 q = 0; q < asked.count; ++q) self[q] = static_cast<u32>(rows.first + q);
  const PlaceRange ranges[] = {{0, rows.count}, {rows.count / 3, rows.count / 2}};
  for (bool with_self : {false, true}) {
    asked.self = with_self ? self.data() : nullptr;
    for (PlaceRange range : ranges) {
      for (u32 k : {1u, 6u, 40u}) {
        CHECK(nearest_found(*tree, asked, range, k) == nearest_found(*direct, asked, range, k));
      }
      CHECK(nearest_found(*tree, asked, range, 7, radius) == nearest_found(*direct, asked, range, 7, radius));
      for (bool count_only : {false, true}) {
        CHECK(within_found(*tree, asked, range, radius, count_only) ==
              within_found(*direct, asked, range, radius, count_only));
      }
    }
  }
}

// The values a cloud of this kind has as its own queries: the doubles when it holds doubles.
std::vector<f64> own_values(const CloudRows& cloud) {
  return cloud.rows.floats != nullptr ? std::vector<f64>(cloud.floats.begin(), cloud.floats.end()) : cloud.doubles;
}

// A distance that some pair has: the rim of a ball belongs to it.
f64 some_distance(const MetricSpec& metric, const CloudRows& cloud, const std::vector<f64>& queries, u32 rank) {
  auto direct = built("direct", metric, cloud.rows);
  QueryRows one;
  one.rows = queries.data();
  one.count = 1;
  NearestLists found(1, rank);
  direct->nearest(one, {0, cloud.rows.count}, found, *direct->make_scratch());
  return found.count(0) < rank ? 1 : found.worst(0);
}

void compare_clouds(const MetricSpec& metric, u32 columns, u32 count) {
  for (Cloud kind : kClouds) {
    for (bool single : {true, false}) {
      CloudRows cloud(cloud_points(kind, count, columns, 17 + columns), columns, single);
      cloud.rows.first = 1000;
      std::vector<f64> own = own_values(cloud);
      own.resize(std::min<std::size_t>(own.size(), std::size_t{40} * columns));
      const f64 radius = some_distance(metric, cloud, own, std::min(20u, count));
      compare(metric, cloud, own, radius);
      compare(metric, cloud, cloud_points(Cloud::Even, 20, columns, 5), radius);
    }
  }
}

TEST(euclidean_in_every_number_of_columns) {
  for (u32 columns = 1; columns <= 12; ++columns) compare_clouds({Metric::Euclidean, 2}, columns, 270);
}

TEST(other_metrics) {
  for (Metric metric : {Metric::SquaredEuclidean, Metric::Manhattan, Metric::Chebyshev}) {
    for (u32 columns : {1u, 3u, 9u}) compare_clouds({metric, 2}, columns, 270);
  }
}

TEST(powers_by_way_of_a_filter) {
  for (f64 p : {1.0, 2.0, 2.5}) compare_clouds({Metric::Minkowski, p}, 3, 70);
  for (f64 p : {1.5, 30.0}) compare_clouds({Metric::Minkowski, p}, 5, 70);
}

// Latitudes and longitudes from a lattice of `step` degrees, some beyond what a map has.
std::vector<f64> degrees(u32 rows, f64 step, f64 turns, u64 seed) {
  std::vector<f64> values;
  u64 state = seed;
  for (u32 r = 0; r < rows; ++r) {
    values.push_back(std::round((next_unit(state) * 180 - 90) / step) * step);
    values.push_back(std::round((next_unit(state) * 360 - 180) / step) * step + 360 * turns);
  }
  return values;
}

TEST(places_on_a_sphere) {
  const MetricSpec metric = {Metric::Haversine, 2};
  for (f64 step : {30.0, 1.0, 1e-7}) {
    for (f64 turns : {0.0, 1e9}) {
      for (bool single : {true, false}) {
        CloudRows cloud(degrees(400, step, turns, 3), 2, single);
        std::vector<f64> own = own_values(cloud);
        own.resize(40);
        compare(metric, cloud, own, some_distance(metric, cloud, own, 20));
        std::vector<f64> queries = degrees(20, step, 0, 4);
        compare(metric, cloud, queries, 2e7);
        compare(metric, cloud, queries, 0);
      }
    }
  }
}

TEST(every_size_near_a_boundary_of_leaves_and_nodes) {
  for (u32 count : {1u, 2u, 31u, 32u, 33u, 64u, 255u, 256u, 257u, 2047u, 2048u, 2049u, 5000u}) {
    CloudRows cloud(cloud_points(Cloud::Lattice, count, 2, count), 2, true);
    std::vector<f64> queries = cloud_points(Cloud::Lattice, 20, 2, 3);
    compare({Metric::Euclidean, 2}, cloud, queries, 1);
  }
}

TEST(rows_that_are_skipped_are_never_found) {
  CloudRows cloud(cloud_points(Cloud::Even, 500, 3, 9), 3, false);
  std::vector<u64> skipped(8);
  for (u32 r = 0; r < 500; r += 3) {
    skipped[r / 64] |= u64{1} << (r % 64);
    cloud.doubles[std::size_t{r} * 3 + 1] = std::nan("");
  }
  cloud.rows.skipped = skipped.data();
  compare({Metric::Euclidean, 2}, cloud, cloud_points(Cloud::Even, 50, 3, 10), 0.4);
  std::fill(skipped.begin(), skipped.end(), ~u64{0});
  compare({Metric::Euclidean, 2}, cloud, cloud_points(Cloud::Even, 50, 3, 10), 0.4);
}

TEST(a_join_with_itself_finds_what_asking_row_by_row_finds) {
  for (Cloud kind : kClouds) {
    CloudRows cloud(cloud_points(kind, 1100, 2, 41), 2, false);
    cloud.rows.first = 500;
    std::vector<u64> skipped(1100 / 64 + 1);
    for (u32 r = 0; r < 1100; r += 7) skipped[r / 64] |= u64{1} << (r % 64);
    if (kind == Cloud::Clusters) cloud.rows.skipped = skipped.data();
    auto direct = built("direct", {}, cloud.rows);
    auto tree = built("tree", {}, cloud.rows);
    std::vector<u32> self(1100);
    for (u32 r = 0; r < 1100; ++r) self[r] = 500 + r;
    for (bool exclude_self : {false, true}) {
      QueryRows all;
      all.rows = cloud.doubles.data();
      all.count = 1100;
      all.self = exclude_self ? self.data() : nullptr;
      const Found expected = nearest_found(*direct, all, {0, 1100}, 6);
      auto join = tree->self_join(6, exclude_self, 2);
      for (u32 part = 0; part < join->parts(); ++part) join->part(part);
      u32 wrong = 0;
      for (u32 r = 0; r < 1100; ++r) {
        std::vector<u32> rows(6);
        std::vector<f64> distances(6);
        const u32 count = join->take(r, rows.data(), distances.data());
        const bool left_out = cloud.rows.skipped != nullptr && r % 7 == 0;
        const auto at = static_cast<std::ptrdiff_t>(r) * 6;
        wrong += left_out ? count != 0
                          : count != 6 || !std::equal(rows.begin(), rows.end(), expected.rows.begin() + at) ||
                                !std::equal(distances.begin(), distances.end(), expected.distances.begin() + at);
      }
      CHECK_EQ(wrong, 0u);
    }
  }
}

TEST(a_tree_that_no_cache_holds_answers_in_an_order_of_its_own) {
  for (Cloud kind : {Cloud::Even, Cloud::Lattice, Cloud::Clusters}) {
    CloudRows cloud(cloud_points(kind, 20000, 3, 31), 3, false);
    std::vector<f64> queries = cloud_points(kind, 20, 3, 32);
    compare({Metric::Euclidean, 2}, cloud, queries, 0.2);
  }
}

TEST(numbers_at_the_ends_of_what_doubles_hold) {
  for (f64 scale : {1e-170, 1e-158, 1e150, 1e155, 1e300}) {
    for (Metric metric : {Metric::Euclidean, Metric::SquaredEuclidean, Metric::Manhattan, Metric::Chebyshev}) {
      std::vector<f64> values = cloud_points(Cloud::Even, 300, 3, 21);
      for (f64& value : values) value *= scale;
      CloudRows cloud(values, 3, false);
      std::vector<f64> queries(values.begin(), values.begin() + 90);
      compare({metric, 2}, cloud, queries, some_distance({metric, 2}, cloud, queries, 12));
      compare({metric, 2}, cloud, queries, scale / 4);
    }
  }
}

}  // namespace
}  // namespace spillway
