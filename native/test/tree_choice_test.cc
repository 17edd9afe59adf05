// Which way to search is chosen, where measurements say which is fastest; and that costs are such that they can choose.
#include <cmath>
#include <string>

#include "engine/error.h"
#include "neighbors/search_index.h"
#include "test/check.h"

namespace spillway {
namespace {

SearchShape shape_of(u64 rows, u64 queries, u32 columns, u32 k) {
  SearchShape shape;
  shape.rows = rows;
  shape.queries = queries;
  shape.columns = columns;
  shape.k = k;
  return shape;
}

std::string chosen(const MetricSpec& metric, u64 rows, u64 queries, u32 columns, u32 k = 10) {
  return choose_method(metric, shape_of(rows, queries, columns, k)).name;
}

const MetricSpec kEuclidean = {Metric::Euclidean, 2};

TEST(few_columns_and_many_queries_have_a_tree) {
  for (u32 columns : {1u, 2u, 3u, 5u}) {
    CHECK_EQ(chosen(kEuclidean, 10000, 10000, columns), std::string("tree"));
    CHECK_EQ(chosen(kEuclidean, 100000, 10000, columns), std::string("tree"));
    CHECK_EQ(chosen(kEuclidean, 10000000, 1000000, columns), std::string("tree"));
    CHECK_EQ(chosen(kEuclidean, 100000, 10000, columns, 0), std::string("tree"));
  }
  CHECK_EQ(chosen(kEuclidean, 100000, 10000, 8), std::string("tree"));
  CHECK_EQ(chosen(kEuclidean, 100000, 0, 3), std::string("tree"));
}

TEST(many_columns_have_tiles) {
  for (u32 columns : {16u, 32u, 128u, 768u, 1024u}) {
    for (u32 k : {0u, 1u, 10u, 100u}) {
      CHECK_EQ(chosen(kEuclidean, 100000, 10000, columns, k), std::string("tile"));
      CHECK_EQ(chosen({Metric::SquaredEuclidean, 2}, 1000000, 1000, columns, k), std::string("tile"));
    }
  }
  CHECK_EQ(chosen({Metric::Cosine, 2}, 100000, 10000, 3), std::string("tile"));
}

TEST(a_single_query_is_worth_no_index) {
  for (u32 columns : {1u, 3u, 8u, 128u}) CHECK_EQ(chosen(kEuclidean, 1000000, 1, columns), std::string("direct"));
}

TEST(metrics_that_are_no_sum_of_squares) {
  for (Metric metric : {Metric::Manhattan, Metric::Chebyshev}) {
    CHECK_EQ(chosen({metric, 2}, 100000, 10000, 3), std::string("tree"));
    CHECK_EQ(chosen({metric, 2}, 100000, 10000, 64), std::string("direct"));
  }
  CHECK_EQ(chosen({Metric::Minkowski, 3}, 100000, 10000, 3), std::string("tree"));
  CHECK_EQ(chosen({Metric::Haversine, 2}, 100000, 10000, 2), std::string("tree"));
  CHECK_EQ(chosen({Metric::Hamming, 2}, 100000, 10000, 3), std::string("direct"));
}

TEST(a_way_that_is_named_must_take_what_is_asked) {
  CHECK_EQ(std::string(choose_method(kEuclidean, shape_of(10, 1, 3, 1), "tree").name), std::string("tree"));
  CHECK_THROWS(choose_method(kEuclidean, shape_of(10, 1, 64, 1), "tree"), Error,
               CHECK(error.code() == ErrorCode::Argument));
  CHECK_THROWS(choose_method({Metric::Jaccard, 2}, shape_of(10, 1, 3, 1), "tree"), Error,
               CHECK(error.code() == ErrorCode::Argument));
}

TEST(costs_are_finite_and_grow_with_rows_and_queries) {
  for (const MetricSpec& metric : {kEuclidean, MetricSpec{Metric::Manhattan, 2}, MetricSpec{Metric::Minkowski, 3}}) {
    for (const SearchMethod& method : search_methods()) {
      for (u32 columns : {1u, 2u, 3u, 4u, 7u, 9u, 11u, 15u, 16u, 100u, 1024u}) {
        for (u32 k : {0u, 1u, 10u, 1000u}) {
          for (u64 rows : {u64{100}, u64{1000}, u64{20000}, u64{100000}, u64{3000000}, u64{10000000}}) {
            const SearchShape few = shape_of(rows, 12, columns, k), many = shape_of(rows, 12000, columns, k);
            const SearchShape larger = shape_of(rows * 10, 12, columns, k);
            if (!method.takes(metric, few)) continue;
            const f64 cost = method.search_cost(metric, few), built = method.build_cost(metric, few);
            CHECK(std::isfinite(cost) && cost > 0 && std::isfinite(built) && built >= 0);
            CHECK(method.search_cost(metric, many) >= cost);
            CHECK(method.search_cost(metric, larger) >= cost);
            CHECK(method.build_cost(metric, larger) >= built);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace spillway
