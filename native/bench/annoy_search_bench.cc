// What searches in an Annoy file cost: CPU time of a thread that searches, and of each of the pool's.
//
//   npm run bench:native -- annoy_search FILE DIMENSION METRIC QUERIES [ANSWERS]
//
// QUERIES: floats, row after row. ANSWERS: a prefix of files of ten ids per query, PREFIX.SEARCHK.ids, to be compared
// with.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "annoy/search_task.h"
#include "engine/condition.h"
#include "neighbors/memory_points.h"

namespace spillway {
namespace {

constexpr u32 kNearest = 10;

f64 cpu_seconds(clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  timespec now;
  ::clock_gettime(clock, &now);
  return static_cast<f64>(now.tv_sec) + static_cast<f64>(now.tv_nsec) / 1e9;
}

template <class T>
std::vector<T> read_values(const std::string& path) {
  File file(path, File::Mode::Read);
  std::vector<T> values(file.size() / sizeof(T));
  file.read(0, values.data(), values.size() * sizeof(T));
  return values;
}

AnnoyMetric metric_of(const char* name) {
  for (u32 metric = 0; metric < 5; ++metric) {
    if (std::strcmp(name, annoy_metric_name(static_cast<AnnoyMetric>(metric))) == 0)
      return static_cast<AnnoyMetric>(metric);
  }
  throw Error(ErrorCode::Argument, std::string("no metric ") + name);
}

void compare(const std::string& path, const std::vector<u32>& ids) {
  const std::vector<u32> others = read_values<u32>(path);
  u64 same = 0, all = std::min(others.size(), ids.size());
  for (u64 q = 0; q + kNearest <= all; q += kNearest) {
    for (u32 i = 0; i < kNearest; ++i) {
      same += static_cast<u64>(std::count(&others[q], &others[q] + kNearest, ids[q + i]) != 0);
    }
  }
  std::printf("  %.4f %% of the ids are theirs too\n", 100.0 * static_cast<f64>(same) / static_cast<f64>(all));
}

// Seconds of each thread.
f64 on_the_pool(const std::shared_ptr<const AnnoyFile>& file, const std::shared_ptr<const Points>& queries, u32 threads,
                u64 search_k) {
  f64 least = 1e9;
  for (u32 run = 0; run < 5; ++run) {
    QueryRange range;
    range.queries = queries;
    range.end = queries->rows();
    range.threads = threads;
    const f64 begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    auto work = std::make_unique<AnnoySearchWork>(process(), file, range, kNearest, search_k);
    auto task = ParallelTask::start(process(), std::move(work), threads, {});
    task->wait();
    task->result();
    least = std::min(least, (cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin) / threads);
  }
  return least;
}

void measure(char** given, const char* answers) {
  AnnoyOpenOptions options;
  options.path = given[1];
  options.dimension = static_cast<u32>(std::atoi(given[2]));
  options.metric = metric_of(given[3]);
  const u64 from = now_nanos();
  const auto file = AnnoyFile::open(options);
  std::printf("opened %.1f MB, %u items, %zu roots in %.3f ms\n", static_cast<f64>(file->bytes()) / 1e6, file->items(),
              file->roots().size(), static_cast<f64>(now_nanos() - from) / 1e6);
  const std::vector<f32> floats = read_values<f32>(given[4]);
  const std::vector<f64> rows(floats.begin(), floats.end());
  const u32 queries = static_cast<u32>(rows.size() / options.dimension);
  std::vector<u32> ids(std::size_t{queries} * kNearest), counts(queries);
  std::vector<f64> distances(ids.size());
  auto points = std::make_shared<MemoryPoints>(queries, options.dimension, true);
  std::copy(floats.begin(), floats.end(), points->float_values());
  for (const u64 search_k : {u64{1000}, u64{5000}, u64{20000}}) {
    AnnoySearcher searcher(file, kNearest, search_k);
    f64 least = 1e9, alone = 1e9;
    for (u32 run = 0; run < 5; ++run) {
      f64 begin = cpu_seconds();
      searcher.search(rows.data(), queries, nullptr, ids.data(), distances.data(), counts.data());
      least = std::min(least, cpu_seconds() - begin);
      begin = cpu_seconds();
      for (u32 q = 0; q < queries; ++q) {
        searcher.search(rows.data() + std::size_t{q} * options.dimension, 1, nullptr, &ids[q * kNearest],
                        &distances[q * kNearest], &counts[q]);
      }
      alone = std::min(alone, cpu_seconds() - begin);
    }
    for (const u32 threads : {1u, 2u}) {
      std::printf("searchK %5llu: on the pool, %u threads: %.0f queries/s\n", static_cast<unsigned long long>(search_k),
                  threads, queries / on_the_pool(file, points, threads, search_k));
    }
    const AnnoyCounts& work = searcher.counts();
    const f64 searches = 10.0 * queries;
    std::printf(
        "searchK %5llu: %.0f queries/s, one by one %.0f; a query: %.0f nodes, %.0f candidates, %.0f distances\n",
        static_cast<unsigned long long>(search_k), queries / least, queries / alone,
        static_cast<f64>(work.nodes) / searches, static_cast<f64>(work.candidates) / searches,
        static_cast<f64>(work.distances) / searches);
    if (answers != nullptr) compare(std::string(answers) + "." + std::to_string(search_k) + ".ids", ids);
  }
}

}  // namespace
}  // namespace spillway

int main(int count, char** given) {
  if (count < 5) {
    std::fprintf(stderr, "annoy_search FILE DIMENSION METRIC QUERIES [ANSWERS]\n");
    return 2;
  }
  try {
    spillway::measure(given, count > 5 ? given[5] : nullptr);
  } catch (const spillway::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
