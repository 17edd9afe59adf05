// What the tile index costs on one thread, by thread CPU time, minimum of several runs, as a share of the processor's
// multiply-add peak.
//
//   tile_bench [rows queries columns k]
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "neighbors/search_index.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace spillway {
namespace {

constexpr u32 kQueriesAtOnce = 256;

f64 thread_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<f64>(now.tv_sec) + static_cast<f64>(now.tv_nsec) * 1e-9;
}

template <class Work>
f64 least_seconds(u32 repeats, Work work) {
  f64 least = 1e300;
  for (u32 i = 0; i < repeats; ++i) {
    const f64 begin = thread_seconds();
    work();
    least = std::min(least, thread_seconds() - begin);
  }
  return least;
}

volatile f32 sink;

#if defined(__x86_64__)
__attribute__((target("avx512f"))) void multiply_add(u32 steps) {
  __m512 sums[16];
  for (u32 c = 0; c < 16; ++c) sums[c] = _mm512_set1_ps(static_cast<f32>(c));
  const __m512 factor = _mm512_set1_ps(0.999f), addend = _mm512_set1_ps(0.001f);
  for (u32 i = 0; i < steps; ++i)
    for (auto& sum : sums) sum = _mm512_fmadd_ps(sum, factor, addend);
  f32 total = 0;
  for (const auto& sum : sums) total += reinterpret_cast<const f32&>(sum);
  sink = total;
}
f64 peak() {
  return 512e6 / least_seconds(12, [] { multiply_add(1'000'000); });
}
#else
f64 peak() { return 0; }
#endif

struct Shape {
  u32 rows, queries, columns, k;
};

void measure(const Shape& shape, f64 peak_rate, bool single) {
  std::mt19937 random(5);
  std::normal_distribution<f32> normal;
  std::vector<f32> floats(std::size_t{shape.rows} * shape.columns);
  for (f32& value : floats) value = normal(random);
  std::vector<f64> doubles(single ? 0 : floats.size()), asked(std::size_t{shape.queries} * shape.columns);
  if (!single) doubles.assign(floats.begin(), floats.end());
  for (f64& value : asked) value = static_cast<f64>(normal(random));

  ReferenceRows rows;
  rows.floats = single ? floats.data() : nullptr;
  rows.doubles = single ? nullptr : doubles.data();
  rows.count = shape.rows;
  rows.columns = shape.columns;
  SearchShape search;
  search.rows = shape.rows;
  search.columns = shape.columns;
  const SearchMethod& method = choose_method({}, search, "tile");
  std::unique_ptr<SearchIndex> index;
  const f64 build = least_seconds(3, [&] {
    auto made = method.build({}, rows, 1);
    for (u32 i = 0; i < made->parts(); ++i) made->part(i);
    index = made->finish();
  });
  const f64 work = 2.0 * shape.rows * shape.queries * shape.columns;
  const u32 repeats = work > 5e10 ? 3 : 10;
  auto scratch = index->make_scratch();
  f64 radius = 0;
  const f64 nearest = least_seconds(repeats, [&] {
    for (u32 first = 0; first < shape.queries; first += kQueriesAtOnce) {
      const u32 count = std::min(kQueriesAtOnce, shape.queries - first);
      NearestLists found(count, shape.k);
      index->nearest({asked.data() + std::size_t{first} * shape.columns, count, nullptr}, {0, shape.rows}, found,
                     *scratch);
      radius = found.worst(0);
    }
  });
  const f64 candidates = static_cast<f64>(scratch->candidates) / repeats / shape.queries;
  u64 matches = 0;
  const f64 within = least_seconds(repeats, [&] {
    matches = 0;
    for (u32 first = 0; first < shape.queries; first += kQueriesAtOnce) {
      const u32 count = std::min(kQueriesAtOnce, shape.queries - first);
      WithinLists found(count, false);
      index->within({asked.data() + std::size_t{first} * shape.columns, count, nullptr}, {0, shape.rows}, radius, found,
                    *scratch);
      for (u32 q = 0; q < count; ++q) matches += found.count(q);
    }
  });
  const f64 pairs = 1.0 * shape.rows * shape.rows * shape.columns;
  f64 joined = 0, asked_all = 0;
  if (pairs < 1e11 && getenv("JOIN")) {
    joined = least_seconds(3, [&] {
      auto join = index->self_join(shape.k, true, 1);
      for (u32 i = 0; join != nullptr && i < join->parts(); ++i) join->part(i);
    });
    std::vector<f64> all(floats.begin(), floats.end());
    std::vector<u32> self(shape.rows);
    for (u32 r = 0; r < shape.rows; ++r) self[r] = r;
    asked_all = least_seconds(3, [&] {
      for (u32 first = 0; first < shape.rows; first += kQueriesAtOnce) {
        const u32 count = std::min(kQueriesAtOnce, shape.rows - first);
        NearestLists found(count, shape.k);
        index->nearest({all.data() + std::size_t{first} * shape.columns, count, self.data() + first}, {0, shape.rows},
                       found, *scratch);
      }
    });
  }
  std::printf(
      "%9u x %6u x %4u k %3u %s: build %7.4f s, nearest %8.4f s %6.1f GFLOP/s %3.0f %% of peak, %6.1f ps/pair, %.0f "
      "candidates each; within "
      "(%.0f per query) %8.4f s; all rows %.3f s, joined %.3f s\n",
      shape.rows, shape.queries, shape.columns, shape.k, single ? "f32" : "f64", build, nearest, work / nearest * 1e-9,
      peak_rate == 0 ? 0 : 100 * work / nearest / peak_rate, nearest / shape.rows / shape.queries * 1e12, candidates,
      static_cast<f64>(matches) / shape.queries, within, asked_all, joined);
}

}  // namespace
}  // namespace spillway

int main(int count, char** words) {
  using namespace spillway;
  const f64 rate = peak();
  std::printf("multiply-add peak %.1f GFLOP/s on one thread\n", rate * 1e-9);
  if (count >= 5) {
    const auto number = [&](int i) { return static_cast<u32>(std::strtoul(words[i], nullptr, 10)); };
    for (bool single : {true, false}) measure({number(1), number(2), number(3), number(4)}, rate, single);
    return 0;
  }
  const Shape shapes[] = {{100'000, 1'000, 3, 10},  {100'000, 1'000, 8, 10},   {50'000, 1'000, 16, 10},
                          {100'000, 1'000, 32, 10}, {100'000, 1'000, 128, 10}, {100'000, 1'000, 128, 100},
                          {50'000, 250, 768, 10}};
  for (const Shape& shape : shapes) measure(shape, rate, true);
  measure(shapes[3], rate, false);
  return 0;
}
