// A searcher takes its memory once. What the sanitizers put in the place of operator new is not counted.
#ifndef SPILLWAY_SANITIZE

#include <atomic>
#include <cstdlib>
#include <new>

#include "annoy/annoy_searcher.h"
#include "test/annoy_index_harness.h"
#include "test/check.h"

namespace {
std::atomic<unsigned long long> taken{0};
}

void* operator new(std::size_t bytes) {
  taken.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace spillway {
namespace {

using namespace annoy_test;

TEST(searching_takes_no_memory_per_query) {
  for (const AnnoyMetric metric : kMetrics) {
    const IndexShape shape = {.metric = metric, .dimension = 10, .items = 4000, .trees = 10};
    const Index index(shape);
    const IndexPath path(index.bytes);
    AnnoyOpenOptions options = opening(shape, path.path());
    options.block_sums = sums_of(index.bytes);
    const auto file = AnnoyFile::open(options);
    constexpr u32 queries = 300, k = 8;
    std::vector<f64> rows;
    Draw draw{1};
    for (u32 q = 0; q < queries; ++q) {
      const std::vector<f64> query = some_query(shape, draw);
      rows.insert(rows.end(), query.begin(), query.end());
    }
    std::vector<u32> ids(queries * k), counts(queries);
    std::vector<f64> distances(queries * k);
    for (const u64 search_k : {u64{0}, u64{3000}, u64{1} << 40}) {
      AnnoySearcher searcher(file, k, search_k);
      const auto search = [&](u32 first, u32 count) {
        const unsigned long long before = taken.load();
        searcher.search(rows.data() + std::size_t{first} * shape.dimension, count, nullptr, ids.data(),
                        distances.data(), counts.data());
        return taken.load() - before;
      };
      // Lists of nodes to visit may grow at first; then there is nothing left to take.
      CHECK(search(0, 100) <= 200u);
      CHECK_EQ(search(0, queries), 0u);
    }
  }
  // What counts does count.
  const unsigned long long before = taken.load();
  std::vector<u32> more(1000);
  CHECK_EQ(taken.load() - before, 1u);
  CHECK_EQ(more.size(), 1000u);
}

}  // namespace
}  // namespace spillway

#endif
