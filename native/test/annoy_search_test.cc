// Searches in Annoy's files against the slow way, for every metric, layout and processor.
#include <cmath>
#include <limits>

#include "annoy/annoy_searcher.h"
#include "annoy/search_keys.h"
#include "kernels/annoy_search.h"
#include "test/annoy_index_harness.h"
#include "test/check.h"

namespace spillway {
namespace {

using namespace annoy_test;

struct Answers {
  std::vector<u32> ids, counts;
  std::vector<f64> distances;
};

Answers search_all(AnnoySearcher& searcher, const std::vector<f64>& rows, u32 count, u32 k, const u32* self = nullptr) {
  Answers answers;
  answers.ids.resize(std::size_t{count} * k);
  answers.distances.resize(std::size_t{count} * k);
  answers.counts.resize(count);
  searcher.search(rows.data(), count, self, answers.ids.data(), answers.distances.data(), answers.counts.data());
  return answers;
}

void expect_same(const Answers& answers, u32 query, u32 k, const std::vector<Found>& expected) {
  CHECK_EQ(answers.counts[query], expected.size());
  if (answers.counts[query] != expected.size()) return;
  for (u32 i = 0; i < expected.size(); ++i) {
    CHECK_EQ(answers.ids[query * k + i], expected[i].id);
    CHECK_EQ(answers.distances[query * k + i], expected[i].distance);
  }
}

void compare(const IndexShape& shape) {
  const Index index(shape);
  const IndexPath path(index.bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  CHECK_EQ(file->items(), shape.items);
  CHECK_EQ(file->layout().old_dot, shape.old_dot);
  // A root that holds a single id is a node alone: such trees are found twice.
  const bool alone = shape.hole_every == 1;
  CHECK_EQ(file->roots().size(), alone ? 2 * shape.trees - 1 : shape.trees);
  CHECK(std::equal(index.roots().begin(), index.roots().end(), file->roots().begin()));
  constexpr u32 queries = 11;
  Draw draw{99};
  std::vector<f64> rows;
  std::vector<std::vector<f64>> each;
  for (u32 q = 0; q < queries; ++q) {
    each.push_back(some_query(shape, draw));
    rows.insert(rows.end(), each.back().begin(), each.back().end());
  }
  for (const u32 k : {1u, 7u, shape.items + 3}) {
    for (const u64 search_k : {u64{0}, u64{1}, u64{60}, u64{1} << 40}) {
      AnnoySearcher searcher(file, k, search_k);
      const u64 collect = search_k == 0 ? k * file->roots().size() : search_k;
      const Answers answers = search_all(searcher, rows, queries, k);
      for (u32 q = 0; q < queries; ++q)
        expect_same(answers, q, k, slow_search(index, file->roots(), each[q], k, collect, ~u32{0}));
      // One by one, by a searcher that has searched before.
      for (u32 q = 0; q < 3; ++q) {
        const u32 self = q * 5;
        expect_same(search_all(searcher, each[q], 1, k, &self), 0, k,
                    slow_search(index, file->roots(), each[q], k, collect, self));
      }
    }
  }
}

TEST(every_metric_finds_what_the_slow_way_finds) {
  for (const AnnoyMetric metric : kMetrics) {
    for (const u32 dimension : {2u, 16u, 70u}) {
      compare({.metric = metric, .dimension = dimension, .items = 400, .trees = 5});
    }
  }
}

TEST(dot_files_of_before_2023_are_searched_by_their_own_rule) {
  for (const u32 dimension : {3u, 20u}) {
    compare({.metric = AnnoyMetric::Dot, .dimension = dimension, .items = 500, .trees = 4, .old_dot = true});
  }
}

TEST(ids_that_were_never_added_are_never_found) {
  for (const AnnoyMetric metric : kMetrics) {
    compare({.metric = metric, .items = 300, .hole_every = 3});
    compare({.metric = metric, .items = 300, .hole_every = 1});  // but for one
  }
}

// A tree that is one node is found twice: its copy, and itself.
TEST(few_items_are_found_in_trees_that_are_named_twice) {
  for (const AnnoyMetric metric : kMetrics) {
    const IndexShape shape = {.metric = metric, .items = 5, .trees = 3};
    Index index(shape);
    const IndexPath path(index.bytes);
    const auto file = AnnoyFile::open(opening(shape, path.path()));
    CHECK_EQ(file->roots().size(), 5u);
    AnnoySearcher searcher(file, 9, 0);
    const std::vector<f64> query = index.row(2);
    expect_same(search_all(searcher, query, 1, 9), 0, 9, slow_search(index, file->roots(), query, 9, 100, ~u32{0}));
  }
}

TEST(one_item_is_an_index_too) {
  for (const AnnoyMetric metric : kMetrics) {
    const IndexShape shape = {.metric = metric, .items = 1, .trees = 2};
    Index index(shape);
    const IndexPath path(index.bytes);
    const auto file = AnnoyFile::open(opening(shape, path.path()));
    AnnoySearcher searcher(file, 3, 0);
    const Answers answers = search_all(searcher, index.row(0), 1, 3);
    CHECK_EQ(answers.counts[0], 1u);
    CHECK_EQ(answers.ids[0], 0u);
  }
}

// More candidates than are looked at in one go.
TEST(searching_everything_finds_the_nearest_of_all) {
  const IndexShape shape = {.dimension = 3, .items = 9000, .trees = 12};
  const Index index(shape);
  const IndexPath path(index.bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  AnnoySearcher searcher(file, 20, u64{1} << 50);
  Draw draw{5};
  for (u32 q = 0; q < 4; ++q) {
    const std::vector<f64> query = some_query(shape, draw);
    expect_same(search_all(searcher, query, 1, 20), 0, 20,
                slow_search(index, file->roots(), query, 20, u64{1} << 50, ~u32{0}));
    CHECK_EQ(searcher.counts().distances, u64{9000} * (q + 1));
    CHECK_EQ(searcher.counts().candidates, u64{9000} * 12 * (q + 1));
  }
}

// Distances at which the root makes one float of two: ties go to the lower id all the same.
TEST(equal_distances_are_in_order_of_ids) {
  const IndexShape shape = {.dimension = 2, .items = 6, .trees = 2};
  Index index(shape);
  for (u32 id = 0; id < 6; ++id) {
    const f32 far = std::bit_cast<f32>(std::bit_cast<u32>(3.0f) + 6 - id);
    index.set<f32>(id, index.layout().vector_at, std::sqrt(far));
    index.set<f32>(id, index.layout().vector_at + 4, 0);
  }
  const IndexPath path(index.bytes);
  AnnoySearcher searcher(AnnoyFile::open(opening(shape, path.path())), 6, 0);
  const Answers answers = search_all(searcher, {0, 0}, 1, 6);
  bool tied = false;
  for (u32 i = 1; i < 6; ++i) {
    const f64 before = answers.distances[i - 1], here = answers.distances[i];
    CHECK(before <= here);
    if (before == here) CHECK(answers.ids[i - 1] < answers.ids[i]);
    tied = tied || before == here;
  }
  CHECK(tied);
}

TEST(every_processor_computes_the_same_bits) {
  Draw draw{3};
  for (const AnnoyMetric metric : kMetrics) {
    for (u32 width = 1; width < 70; width += metric == AnnoyMetric::Hamming ? 13 : 1) {
      const bool bits = metric == AnnoyMetric::Hamming;
      const AnnoyLayout layout = AnnoyLayout::of(metric, bits ? width * 64 : width);
      std::vector<u8> nodes(std::size_t{40} * layout.node_bytes), query(layout.vector_bytes);
      std::vector<u32> ids;
      const auto fill = [&](u8* to) {
        for (u32 at = 0; at < layout.vector_bytes; at += 4) {
          const f32 value = (static_cast<f32>(draw(1 << 24)) - (1 << 23)) * 0x1p-20f;
          std::memcpy(to + at, &value, 4);
        }
      };
      fill(query.data());
      for (u32 i = 0; i < 40; ++i) {
        nodes[std::size_t{i} * layout.node_bytes] = i % 9 == 4 ? 0 : 1;
        fill(nodes.data() + std::size_t{i} * layout.node_bytes + layout.vector_at);
        ids.push_back((i * 7) % 40);
      }
      const AnnoyRows rows = {nodes.data(), layout.node_bytes, layout.vector_at, layout.norm_at, width};
      f32 expected[40], product = 0;
      for (const Isa isa : supported_isas()) {
        const AnnoySearchTable& kernels = annoy_search_kernels(isa);
        f32 found[40];
        kernels.distances(static_cast<u32>(metric), rows, query.data(), 3, ids.data(), 40, found);
        const f32 sum = bits ? 0 : kernels.product(query.data(), nodes.data() + layout.vector_at, width);
        if (isa == Isa::Base) {
          std::copy_n(found, 40, expected);
          product = sum;
        }
        CHECK_EQ(std::bit_cast<u32>(sum), std::bit_cast<u32>(product));
        for (u32 i = 0; i < 40; ++i) {
          CHECK_EQ(std::isnan(found[i]), ids[i] % 9 == 4);
          CHECK_EQ(std::bit_cast<u32>(found[i]), std::bit_cast<u32>(expected[i]));
        }
      }
    }
  }
}

TEST(keys_are_in_the_order_of_floats) {
  const f32 infinity = std::numeric_limits<f32>::infinity();
  const f32 values[] = {-infinity, -3e38f, -1.5f, -1e-40f, 0.0f, 1e-40f, 2.0f, 3e38f, infinity};
  for (u32 i = 1; i < std::size(values); ++i) CHECK(ordered(values[i - 1]) < ordered(values[i]));
  for (const f32 value : values) CHECK_EQ(from_ordered(ordered(value)), value);
  CHECK_EQ(ordered(-0.0f), ordered(0.0f));
}

}  // namespace
}  // namespace spillway
