// Graphs from lists of neighbours on the pool, in memory and through files, against sets of pairs.
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "neighbors/graph_shared_neighbors.h"
#include "test/check.h"

namespace spillway {
namespace {

constexpr u32 kNone = EdgeBlock::kNone;

struct Lists {
  u32 rows, k;
  std::vector<u32> cells;
  f64 value(u32 row, u32 rank) const { return row * 0.5 + rank + 1; }
};

// Neighbours by chance, one of them a hub; now and then a row without any.
Lists random_lists(u32 rows, u32 k, u64 seed) {
  Lists lists{rows, k, std::vector<u32>(std::size_t{rows} * k, kNone)};
  u64 state = seed;
  for (u32 row = 0; row < rows; ++row) {
    if (row % 11 == 5) continue;
    std::set<u32> had{row};
    for (u32 i = 0; i < k; ++i) {
      u32 other = i == 0 && row != 3 && rows > 3 ? 3 : row == 0 ? 1 : 0;
      while (had.count(other) != 0) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        other = static_cast<u32>(state >> 33) % rows;
      }
      had.insert(other);
      lists.cells[std::size_t{row} * k + i] = other;
    }
  }
  return lists;
}

template <class Work>
void run(std::shared_ptr<Work>& holder, std::unique_ptr<Work> work) {
  auto task = ParallelTask::start(process(), std::move(work), 4, {});
  task->wait();
  task->result();
  holder = std::shared_ptr<Work>(task, static_cast<Work*>(&task->result()));
}

Buffer buffer_of(const u32* from, std::size_t count) {
  Buffer buffer(count * sizeof(u32));
  std::copy_n(from, count, buffer.as<u32>());
  return buffer;
}

std::shared_ptr<GraphEdges> filed(const Lists& lists, EdgeSide side, std::size_t memory, u32 partition_rows,
                                  u32 rows_per_block, bool ranks = false) {
  GraphEdges::Options options;
  options.rows = lists.rows;
  options.expected = u64{lists.rows} * lists.k;
  options.values = true;
  options.memory = memory;
  options.partition_rows = partition_rows;
  auto edges = std::make_shared<GraphEdges>(process(), options);
  for (u32 first = 0; first < lists.rows; first += rows_per_block) {
    const u32 count = std::min(rows_per_block, lists.rows - first);
    EdgeBlock block;
    block.cells = u64{count} * lists.k;
    block.first_row = first;
    block.per_row = lists.k;
    block.ranks = ranks;
    block.side = side;
    block.to = buffer_of(lists.cells.data() + std::size_t{first} * lists.k, block.cells);
    block.values = Buffer(block.cells * sizeof(f64));
    for (u64 i = 0; i < block.cells; ++i) {
      block.values.as<f64>()[i] = lists.value(first + static_cast<u32>(i / lists.k), static_cast<u32>(i % lists.k));
    }
    std::shared_ptr<ScatterWork> done;
    run(done, std::make_unique<ScatterWork>(edges, std::move(block)));
  }
  return edges;
}

using Pairs = std::map<std::pair<u32, u32>, f64>;

Pairs pairs_of(const EdgeRows& rows, u32 first_row = 0) {
  Pairs pairs;
  u64 at = 0;
  for (u32 r = 0; r + 1 < rows.offsets.size() / sizeof(f64); ++r) {
    CHECK_EQ(rows.offsets.as<f64>()[r], static_cast<f64>(at));
    const u64 end = static_cast<u64>(rows.offsets.as<f64>()[r + 1]);
    for (u64 first = at; at < end; ++at) {
      CHECK(at == first || rows.columns.as<u32>()[at - 1] < rows.columns.as<u32>()[at]);
      CHECK_EQ(rows.sources.as<u32>()[at], first_row + r);
      pairs[{first_row + r, rows.columns.as<u32>()[at]}] = rows.values.as<f64>()[at];
    }
  }
  CHECK_EQ(at, rows.edges);
  return pairs;
}

Pairs made(const std::shared_ptr<GraphEdges>& edges, EdgeRule rule, EdgeHalf half = EdgeHalf::All,
           u32 at_once = ~u32{0}) {
  Pairs all;
  for (u32 first = 0; first < edges->partitions(); first += std::min(at_once, edges->partitions())) {
    EdgeRowsWork::Options options;
    options.first = first;
    options.end = std::min(edges->partitions() - first, at_once) + first;
    options.rule = rule;
    options.half = half;
    options.shape.values = options.shape.sources = true;
    std::shared_ptr<EdgeRowsWork> work;
    run(work, std::make_unique<EdgeRowsWork>(edges, options));
    all.merge(pairs_of(work->take(), first * edges->partition_rows()));
  }
  return all;
}

constexpr EdgeHalf kHalves[] = {EdgeHalf::All, EdgeHalf::Upper, EdgeHalf::Lower};

Pairs expected(const Lists& lists, EdgeRule rule, EdgeHalf half = EdgeHalf::All) {
  Pairs directed, pairs;
  for (u32 r = 0; r < lists.rows; ++r) {
    for (u32 i = 0; i < lists.k; ++i) {
      const u32 other = lists.cells[std::size_t{r} * lists.k + i];
      if (other != kNone) directed[{r, other}] = lists.value(r, i);
    }
  }
  for (const auto& [pair, value] : directed) {
    const auto back = directed.find({pair.second, pair.first});
    const bool both = back != directed.end();
    if (!both && (rule == EdgeRule::Mutual || rule == EdgeRule::Min)) continue;
    f64 result = value;
    if (rule == EdgeRule::Mean) result = both ? (value + back->second) / 2 : value / 2;
    if (both && rule == EdgeRule::Max) result = std::max(value, back->second);
    if (both && rule == EdgeRule::Min) result = std::min(value, back->second);
    if (both && rule <= EdgeRule::Union && pair.first > pair.second) result = back->second;
    if (wants(half, pair.first, pair.second)) pairs[pair] = result;
    if (wants(half, pair.second, pair.first)) pairs[{pair.second, pair.first}] = result;
  }
  return pairs;
}

TEST(rules_of_symmetry_in_memory_and_through_files) {
  for (u32 rows : {2u, 40u, 1500u}) {
    const Lists lists = random_lists(rows, rows == 2 ? 1 : 7, 17);
    for (std::size_t memory : {std::size_t{0}, std::size_t{1} << 19}) {
      const auto edges = filed(lists, EdgeSide::Both, memory, memory == 0 ? 0 : 64, memory == 0 ? 10000 : 333);
      CHECK_EQ(edges->spilled() != 0, memory != 0 && rows == 1500);
      for (EdgeRule rule : {EdgeRule::Mutual, EdgeRule::Union, EdgeRule::Mean, EdgeRule::Max, EdgeRule::Min}) {
        for (EdgeHalf half : kHalves) CHECK(made(edges, rule, half, 5) == expected(lists, rule, half));
      }
    }
  }
}

// Two rows are everyone's neighbours: the memory holds one of their partitions at a time, not both.
TEST(a_partition_too_large_beside_another_is_made_alone) {
  Lists lists{20000, 2, std::vector<u32>(40000)};
  for (u32 row = 0; row < lists.rows; ++row) {
    lists.cells[2 * row] = row == 7 ? 8 : 7;
    lists.cells[2 * row + 1] = row == 100 ? 8 : 100;
  }
  const auto edges = filed(lists, EdgeSide::Both, 2200000, 64, 4000);
  CHECK(made(edges, EdgeRule::Mutual) == expected(lists, EdgeRule::Mutual));
}

TEST(edges_filed_under_where_they_go_are_the_transposed) {
  const Lists lists = random_lists(1500, 6, 5);
  const Pairs there = made(filed(lists, EdgeSide::From, 0, 0, 1000), EdgeRule::All);
  const Pairs back = made(filed(lists, EdgeSide::To, 0, 128, 77), EdgeRule::All);
  CHECK_EQ(there.size(), back.size());
  for (const auto& [pair, value] : there) {
    const auto found = back.find({pair.second, pair.first});
    CHECK(found != back.end() && found->second == value);
  }
}

TEST(ranges_of_partitions_are_stretches_of_the_whole) {
  const Lists lists = random_lists(1000, 5, 9);
  const auto edges = filed(lists, EdgeSide::Both, 0, 128, 1000);
  const Pairs whole = made(edges, EdgeRule::Union);
  CHECK_EQ(edges->partitions(), 8);
  for (u32 at_once : {1u, 3u}) CHECK(made(edges, EdgeRule::Union, EdgeHalf::All, at_once) == whole);
}

TEST(an_edge_to_a_row_that_is_not_there_is_named) {
  Lists lists = random_lists(50, 3, 3);
  lists.cells[4 * 3 + 1] = 50;
  std::string message;
  try {
    filed(lists, EdgeSide::Both, 0, 0, 50);
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message.find("edge 13 ends at row 50") != std::string::npos);
}

// By the definition: every pair of rows, sets of neighbours with their ranks.
Pairs shared_by_definition(const Lists& lists, SharedWeight weight, bool with_self, EdgeHalf half) {
  std::vector<std::map<u32, u32>> sets(lists.rows);
  for (u32 r = 0; r < lists.rows; ++r) {
    for (u32 i = 0; i < lists.k && lists.cells[std::size_t{r} * lists.k + i] != kNone; ++i) {
      if (with_self) sets[r][r] = 0;
      sets[r][lists.cells[std::size_t{r} * lists.k + i]] = i + 1;
    }
  }
  Pairs pairs;
  for (u32 a = 0; a < lists.rows; ++a) {
    for (u32 b = 0; b < lists.rows; ++b) {
      if (a == b || !wants(half, a, b)) continue;
      u32 found = 0, least = ~u32{0};
      for (const auto& [v, rank] : sets[a]) {
        const auto there = sets[b].find(v);
        if (there == sets[b].end()) continue;
        found += 1;
        least = std::min(least, rank + there->second);
      }
      if (found == 0) continue;
      const f64 both = static_cast<f64>(sets[a].size() + sets[b].size() - found);
      pairs[{a, b}] = weight == SharedWeight::Count     ? found
                      : weight == SharedWeight::Jaccard ? found / both
                                                        : lists.k - least / 2.0;
    }
  }
  return pairs;
}

TEST(shared_neighbors_by_every_weight) {
  const Lists lists = random_lists(150, 6, 23);
  auto held = std::make_shared<NeighborLists>(process(), lists.rows, lists.k, 0);
  std::copy(lists.cells.begin(), lists.cells.end(), held->cells());
  std::shared_ptr<TurnListsWork> turned;
  run(turned, std::make_unique<TurnListsWork>(held, filed(lists, EdgeSide::To, 0, 0, 150, true)));
  for (SharedWeight weight : {SharedWeight::Count, SharedWeight::Jaccard, SharedWeight::Rank}) {
    for (bool with_self : {false, true}) {
      for (EdgeHalf half : kHalves) {
        SharedNeighborsWork::Options options;
        options.end = lists.rows;
        options.weight = weight;
        options.with_self = with_self;
        options.half = half;
        options.shape.values = options.shape.sources = true;
        std::shared_ptr<SharedNeighborsWork> work;
        run(work, std::make_unique<SharedNeighborsWork>(held, options));
        CHECK(pairs_of(work->take()) == shared_by_definition(lists, weight, with_self, half));
      }
    }
  }
}

TEST(a_row_set_drains_in_order) {
  for (u32 rows : {1u, 64u, 65u, 300000u}) {
    RowSet set(rows);
    std::set<u32> expected;
    u64 state = rows;
    for (u32 i = 0; i < 500; ++i) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      const u32 row = static_cast<u32>(state >> 33) % rows;
      set.add(row);
      expected.insert(row);
    }
    for (u32 again = 0; again < 2; ++again) {
      std::vector<u32> drained;
      set.drain([&](u32 row) { drained.push_back(row); });
      CHECK(drained == std::vector<u32>(expected.begin(), again == 0 ? expected.end() : expected.begin()));
    }
  }
}

}  // namespace
}  // namespace spillway
