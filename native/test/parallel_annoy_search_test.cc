// Searches and checks of Annoy's files on the pool: however queries are cut, on however many threads.
#include <cmath>
#include <limits>

#include <unistd.h>

#include "annoy/annoy_items.h"
#include "annoy/check_task.h"
#include "annoy/search_task.h"
#include "engine/condition.h"
#include "test/annoy_index_harness.h"
#include "test/search_harness.h"

namespace spillway {
namespace {

using namespace annoy_test;
using search_test::message_of;
using search_test::run;

std::shared_ptr<MemoryPoints> queries_of(const IndexShape& shape, u32 count) {
  auto points = std::make_shared<MemoryPoints>(count, shape.dimension, false);
  Draw draw{17};
  for (u32 q = 0; q < count; ++q) {
    const std::vector<f64> row = some_query(shape, draw);
    std::copy(row.begin(), row.end(), points->double_values() + std::size_t{q} * shape.dimension);
  }
  return points;
}

QueryRange asking(std::shared_ptr<const Points> points, u64 first, u64 end) {
  QueryRange range;
  range.queries = std::move(points);
  range.first = first;
  range.end = end;
  return range;
}

TEST(answers_do_not_depend_on_threads_and_parts) {
  for (const AnnoyMetric metric : {AnnoyMetric::Euclidean, AnnoyMetric::Hamming}) {
    const IndexShape shape = {.metric = metric, .dimension = 9, .items = 3000, .trees = 6};
    const Index index(shape);
    const IndexPath path(index.bytes);
    AnnoyOpenOptions options = opening(shape, path.path());
    options.block_sums = sums_of(index.bytes);
    const auto points = queries_of(shape, 700);
    for (const u32 threads : {1u, 2u, 3u}) {
      const auto file = AnnoyFile::open(options);  // several threads meet in the same blocks
      QueryRange range = asking(points, 20, 700);
      range.threads = threads;
      auto task = run<AnnoySearchWork>(threads, process(), file, range, 5u, u64{80});
      const auto& found = static_cast<AnnoySearchWork&>(task->result());
      CHECK_EQ(found.ids.size(), 680u * 5 * 4);
      CHECK_EQ(found.fraction(), 1.0);
      u64 candidates = 0;
      for (u32 q = 0; q < 680; q += 7) {
        std::vector<f64> row(shape.dimension);
        points->read(20 + q, 1, row.data());
        const std::vector<Found> expected = slow_search(index, file->roots(), row, 5, 80, ~u32{0});
        CHECK_EQ(expected.size(), 5u);
        for (u32 i = 0; i < 5; ++i) {
          CHECK_EQ(found.ids.as<u32>()[q * 5 + i], expected[i].id);
          CHECK_EQ(found.distances.as<f64>()[q * 5 + i], expected[i].distance);
        }
        candidates += 80;
      }
      CHECK(found.counts.candidates >= candidates);
    }
  }
}

TEST(items_ask_for_each_other) {
  const IndexShape shape = {.items = 300, .hole_every = 10};
  const Index index(shape);
  const IndexPath path(index.bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  for (const bool exclude : {false, true}) {
    QueryRange range = asking(nullptr, 0, 300);
    range.exclude_self = exclude;
    auto task = run<AnnoySearchWork>(2, process(), file, range, 3u, u64{1} << 20);
    const auto& found = static_cast<AnnoySearchWork&>(task->result());
    for (u32 id = 0; id < 300; ++id) {
      const u32* ids = found.ids.as<u32>() + id * 3;
      if (index.is_hole(id)) {
        CHECK(ids[0] == AnnoySearchWork::kNone && std::isnan(found.distances.as<f64>()[id * 3]));
        continue;
      }
      CHECK_EQ(std::count(ids, ids + 3, id) != 0, !exclude);
      const auto expected = slow_search(index, file->roots(), index.row(id), 3, u64{1} << 20, exclude ? id : ~u32{0});
      for (u32 i = 0; i < 3; ++i) CHECK_EQ(ids[i], expected[i].id);
    }
  }
}

TEST(queries_that_floats_cannot_hold_are_named_or_skipped) {
  const IndexShape shape = {.items = 50};
  const IndexPath path(Index(shape).bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  for (const f64 bad : {std::nan(""), std::numeric_limits<f64>::infinity(), 1e300, -1e39}) {
    const auto points = queries_of(shape, 40);
    points->double_values()[33 * shape.dimension + 2] = bad;
    QueryRange range = asking(points, 10, 40);
    auto refused = run<AnnoySearchWork>(2, process(), file, range, 2u, u64{0});
    const std::string message = message_of([&] { refused->result(); });
    CHECK(message.find("row 33 of the quer") != std::string::npos);
    CHECK_EQ(message.find("too large for a float") != std::string::npos, std::isfinite(bad));
    range.skip_missing = true;
    auto task = run<AnnoySearchWork>(2, process(), file, range, 2u, u64{0});
    const auto& found = static_cast<AnnoySearchWork&>(task->result());
    for (u32 q = 0; q < 30; ++q) CHECK_EQ(found.ids.as<u32>()[q * 2] == AnnoySearchWork::kNone, q == 23);
  }
}

TEST(results_that_have_no_room_are_refused) {
  const IndexShape shape = {.items = 50};
  const IndexPath path(Index(shape).bytes);
  QueryRange range = asking(queries_of(shape, 1000), 0, 1000);
  range.result_memory = 1000 * 12 * 2 - 1;
  auto task = run<AnnoySearchWork>(1, process(), AnnoyFile::open(opening(shape, path.path())), range, 2u, u64{0});
  CHECK_THROWS(task->result(), Error, CHECK(error.code() == ErrorCode::Memory));
}

TEST(an_empty_range_finds_nothing) {
  const IndexShape shape = {.items = 50};
  const IndexPath path(Index(shape).bytes);
  auto task = run<AnnoySearchWork>(1, process(), AnnoyFile::open(opening(shape, path.path())),
                                   asking(queries_of(shape, 9), 4, 4), 2u, u64{0});
  CHECK_EQ(static_cast<AnnoySearchWork&>(task->result()).ids.size(), 0u);
}

TEST(a_file_cut_under_a_search_is_an_error) {
  const IndexShape shape = {.items = 3000};
  const Index index(shape);
  const IndexPath path(index.bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  File(path.path(), File::Mode::ReadWrite).truncate(5000);
  auto search = run<AnnoySearchWork>(2, process(), file, asking(queries_of(shape, 9), 0, 9), 2u, u64{0});
  CHECK_THROWS(search->result(), Error, CHECK(error.code() == ErrorCode::Changed));
  auto check = run<AnnoyCheckWork>(2, file, 2u);
  CHECK_THROWS(check->result(), Error, CHECK(error.code() == ErrorCode::Changed));
  std::vector<f64> row(shape.dimension);
  CHECK_THROWS(AnnoyItems(file).read(0, 1, row.data()), Error, CHECK(error.code() == ErrorCode::Changed));
}

// All candidates of many trees for one query are no short part.
TEST(a_long_query_ends_soon_when_it_is_cancelled) {
  const IndexShape shape = {.dimension = 2, .items = 2000, .trees = 40};
  Index index(shape);
  // The copies of roots again and again: as many trees to go through.
  std::vector<u8> roots(index.bytes.end() - std::ptrdiff_t{40} * index.layout().node_bytes, index.bytes.end());
  for (u32 i = 0; i < 500; ++i) index.bytes.insert(index.bytes.end(), roots.begin(), roots.end());
  const IndexPath path(index.bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  auto work = std::make_unique<AnnoySearchWork>(process(), file, asking(queries_of(shape, 1), 0, 1), 2u, u64{1} << 50);
  auto task = ParallelTask::start(process(), std::move(work), 1, {});
  ::usleep(5000);
  const u64 from = now_nanos();
  task->cancel();
  task->wait();
  CHECK(now_nanos() - from < 500'000'000);
  CHECK_THROWS(task->result(), Error, CHECK(error.code() == ErrorCode::Cancelled));
}

TEST(whole_files_are_found_whole) {
  for (const AnnoyMetric metric : kMetrics) {
    for (const u32 hole_every : {0u, 4u, 1u}) {
      for (const u32 items : {1u, 5u, 2000u}) {
        const IndexShape shape = {.metric = metric, .items = items, .trees = 5, .hole_every = hole_every};
        const Index index(shape);
        const IndexPath path(index.bytes);
        AnnoyOpenOptions options = opening(shape, path.path());
        options.block_sums = sums_of(index.bytes);
        auto task = run<AnnoyCheckWork>(3, AnnoyFile::open(options), 3u);
        const AnnoyFindings& found = static_cast<AnnoyCheckWork&>(task->result()).findings;
        CHECK_EQ(found.count, 0u);
        for (const std::string& problem : found.problems) CHECK_EQ(problem, std::string());
        u32 holes = 0;
        for (u32 id = 0; id < items; ++id) holes += index.is_hole(id);
        CHECK_EQ(found.holes, holes);
        if (items == 2000 && hole_every != 1) {
          CHECK(found.splits > 5 * 50 && found.buckets > 5 * 50);
          CHECK(found.deepest > 5);
        }
      }
    }
  }
}

// The same in every number of threads, and no more than a hundred sentences.
TEST(damage_is_told_in_sentences) {
  const IndexShape shape = {.dimension = 12, .items = 1500, .trees = 5};
  const Index whole(shape);
  const AnnoyLayout& layout = whole.layout();
  CHECK(whole.get<u32>(whole.nodes() - 7, 0) > layout.capacity);
  const auto problems_of = [&](auto change, bool sums = false) {
    Index index = whole;
    change(index);
    const IndexPath path(index.bytes);
    AnnoyOpenOptions options = opening(shape, path.path());
    if (sums) options.block_sums = sums_of(whole.bytes);
    std::string first;
    for (const u32 threads : {1u, 3u}) {
      auto task = run<AnnoyCheckWork>(threads, AnnoyFile::open(options), threads);
      const AnnoyFindings& found = static_cast<AnnoyCheckWork&>(task->result()).findings;
      CHECK(found.problems.size() == std::min<u64>(found.count, AnnoyFindings::kMostProblems));
      std::string all;
      for (const std::string& problem : found.problems) all += problem + "\n";
      if (threads == 1) first = all;
      CHECK_EQ(all, first);
    }
    return first;
  };
  const auto expect = [&](const std::string& told, const std::string& part) {
    if (told.find(part) == std::string::npos) CHECK_EQ(told, part);
  };
  const u32 root = whole.nodes() - 1, below = root - 6;  // of the last tree: a split
  const u32 bucket = shape.items;                        // the first node of all trees
  expect(problems_of([&](Index& index) { index.set<u32>(bucket, 0, 1); }), "items below it, and has ");
  expect(problems_of([&](Index& index) { index.set<u32>(bucket, layout.children_at, 1500); }),
         "node 1500 holds item 1500 of 1500");
  expect(problems_of([&](Index& index) {
           index.set<u32>(bucket, layout.children_at, index.get<u32>(bucket, layout.children_at + 4));
         }),
         "which its tree holds elsewhere too");
  expect(problems_of([&](Index& index) {
           index.set<u32>(bucket, layout.children_at, index.get<u32>(bucket, layout.children_at + 4));
         }),
         "is the root of a tree without 1 of 1500 items");
  expect(problems_of([&](Index& index) { index.set<u32>(below, 0, 1501); }), "claims to have 1501 items below it");
  expect(problems_of([&](Index& index) { index.set<u32>(below, layout.children_at, below); }), "does not come before");
  expect(problems_of([&](Index& index) { index.set<f32>(7, layout.vector_at + 8, std::nanf("")); }),
         "coordinate 2 of item 7 is not finite");
  expect(problems_of([&](Index& index) { index.set<u32>(7, 0, 3); }),
         "node 7 is an item, and claims to have 3 items below it");
  expect(problems_of([&](Index& index) { index.set<f32>(below, layout.vector_at, std::nanf("")); }),
         "splits along a plane that is not finite");
  expect(problems_of([&](Index& index) { index.set<f32>(7, layout.vector_at, 99); }, true),
         "bytes 0 to 65536 are not what was written there");
  const std::string many = problems_of([&](Index& index) {
    for (u32 id = 0; id < 1200; ++id) index.set<u32>(id, 0, 5);
  });
  CHECK_EQ(std::count(many.begin(), many.end(), '\n'), 100);
}

}  // namespace
}  // namespace spillway
