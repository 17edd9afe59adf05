// Each way to search, on one thread: seconds to build, microseconds per query; every answer compared with the first
// way's.
//
//   npm run bench:native -- tree table [k]
//   npm run bench:native -- tree [rows columns queries k at-once [way …]]     a k of 0: a radius with about 20 matches
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "neighbors/search_index.h"

namespace spillway {
namespace {

f64 seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<f64>(now.tv_sec) + 1e-9 * static_cast<f64>(now.tv_nsec);
}

u64 state = 1;
f64 gaussian() {
  f64 sum = 0;
  for (u32 i = 0; i < 12; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    sum += static_cast<f64>(state >> 11) * 0x1p-53;
  }
  return sum - 6;
}

struct Answers {
  std::vector<u32> rows;
  std::vector<f64> distances;
};

u32 part_queries = 1024;

struct Timing {
  f64 built = 1e9, searched = 1e9;  // seconds; the best of the repeats
};

Timing measure(const SearchMethod& method, const ReferenceRows& rows, const std::vector<f64>& queries, u32 k,
               f64 radius, u32 repeats, Answers& answers) {
  const MetricSpec metric;
  const u32 count = static_cast<u32>(queries.size() / rows.columns);
  Timing best;
  for (u32 repeat = 0; repeat < repeats; ++repeat) {
    f64 start = seconds();
    auto build = method.build(metric, rows, 1);
    for (u32 part = 0; part < build->parts(); ++part) build->part(part);
    auto index = build->finish();
    best.built = std::min(best.built, seconds() - start);
    start = seconds();
    auto scratch = index->make_scratch();
    answers = {};
    for (u32 q = 0; q < count; q += part_queries) {
      QueryRows some;
      some.rows = queries.data() + std::size_t{q} * rows.columns;
      some.count = std::min(part_queries, count - q);
      if (k > 0) {
        NearestLists found(some.count, k);
        index->nearest(some, {0, rows.count}, found, *scratch);
        const std::size_t at = answers.rows.size();
        answers.rows.resize(at + std::size_t{some.count} * k);
        answers.distances.resize(at + std::size_t{some.count} * k);
        for (u32 i = 0; i < some.count; ++i) {
          const std::size_t into = at + std::size_t{i} * k;
          found.take(i, answers.rows.data() + into, answers.distances.data() + into);
        }
      } else {
        WithinLists found(some.count, false);
        index->within(some, {0, rows.count}, radius, found, *scratch);
        for (u32 i = 0; i < some.count; ++i) {
          for (const WithinLists::Match& match : found.sorted(i)) {
            answers.rows.push_back(match.row);
            answers.distances.push_back(match.distance);
          }
        }
      }
    }
    best.searched = std::min(best.searched, seconds() - start);
  }
  return best;
}

void run(const SearchMethod& method, const ReferenceRows& rows, const std::vector<f64>& queries, u32 k, f64 radius,
         Answers& first) {
  const f64 count = static_cast<f64>(queries.size() / rows.columns);
  Answers answers;
  const Timing best = measure(method, rows, queries, k, radius, 11, answers);
  const bool differs = !first.rows.empty() && (first.rows != answers.rows || first.distances != answers.distances);
  std::printf("%-8s build %9.3f ms   query %9.3f us   matches/query %.1f%s\n", method.name, best.built * 1e3,
              best.searched * 1e6 / count, static_cast<f64>(answers.rows.size()) / count, differs ? "   DIFFERS" : "");
  if (first.rows.empty()) first = std::move(answers);
}

// Microseconds of one thread per query beside what the cost functions expect, for every shape.
int table(u32 k) {
  for (u32 columns : {1u, 2u, 3u, 4u, 5u, 6u, 8u, 10u, 12u, 16u, 32u}) {
    for (u32 n : {1000u, 10000u, 100000u, 1000000u}) {
      const u32 count = n == 1000000 ? 256 : 512;
      std::vector<f32> values(std::size_t{n} * columns);
      std::vector<f64> queries(std::size_t{count} * columns);
      for (f32& value : values) value = static_cast<f32>(gaussian());
      for (f64& value : queries) value = static_cast<f32>(gaussian());
      ReferenceRows rows;
      rows.floats = values.data();
      rows.count = n;
      rows.columns = columns;
      std::printf("%2u columns %7u rows", columns, n);
      for (const SearchMethod& method : search_methods()) {
        SearchShape shape;
        shape.rows = n;
        shape.columns = columns;
        shape.queries = count;
        shape.k = k;
        const bool slow = std::strcmp(method.name, "direct") == 0 && n > 10000;
        if (slow || !method.takes({}, shape)) continue;
        Answers answers;
        const Timing best = measure(method, rows, queries, k, 0, n == 1000000 ? 2 : 4, answers);
        std::printf("  %s %.3f (%.3f) us, build %.2f (%.2f) ns/row", method.name, best.searched * 1e6 / count,
                    method.search_cost({}, shape) * 1e6 / count, best.built * 1e9 / n,
                    method.build_cost({}, shape) * 1e9 / n);
      }
      std::printf("\n");
      std::fflush(stdout);
    }
  }
  return 0;
}

int bench(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "table") == 0)
    return table(argc > 2 ? static_cast<u32>(std::atoi(argv[2])) : 10);
  const u32 n = argc > 1 ? static_cast<u32>(std::atoi(argv[1])) : 100000;
  const u32 columns = argc > 2 ? static_cast<u32>(std::atoi(argv[2])) : 3;
  const u32 count = argc > 3 ? static_cast<u32>(std::atoi(argv[3])) : 10000;
  const u32 k = argc > 4 ? static_cast<u32>(std::atoi(argv[4])) : 10;
  if (argc > 5) part_queries = static_cast<u32>(std::atoi(argv[5]));
  std::vector<f32> values(std::size_t{n} * columns);
  std::vector<f64> queries(std::size_t{count} * columns);
  for (f32& value : values) value = static_cast<f32>(gaussian());
  for (f64& value : queries) value = static_cast<f32>(gaussian());
  ReferenceRows rows;
  rows.floats = values.data();
  rows.count = n;
  rows.columns = columns;
  std::printf("%u rows x %u columns, %u queries, k %u\n", n, columns, count, k);
  f64 radius = 0;
  if (k == 0) {
    // The median distance to the 20th.
    auto build = tree_method().build({}, rows, 1);
    for (u32 part = 0; part < build->parts(); ++part) build->part(part);
    auto index = build->finish();
    QueryRows some;
    some.rows = queries.data();
    some.count = std::min(count, 100u);
    NearestLists found(some.count, 20);
    index->nearest(some, {0, n}, found, *index->make_scratch());
    std::vector<f64> all;
    for (u32 i = 0; i < some.count; ++i) all.push_back(found.worst(i));
    std::nth_element(all.begin(), all.begin() + all.size() / 2, all.end());
    radius = all[all.size() / 2];
  }
  Answers first;
  for (const SearchMethod& method : search_methods()) {
    bool wanted = argc <= 6;
    for (int i = 6; i < argc; ++i) wanted = wanted || std::strcmp(argv[i], method.name) == 0;
    SearchShape shape;
    shape.rows = n;
    shape.columns = columns;
    shape.queries = count;
    shape.k = k;
    if (wanted && method.takes({}, shape)) run(method, rows, queries, k, radius, first);
  }
  return 0;
}

}  // namespace
}  // namespace spillway

int main(int argc, char** argv) { return spillway::bench(argc, argv); }
