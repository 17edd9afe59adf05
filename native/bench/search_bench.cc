// What searches by the pool cost: few queries against many rows, as a share of what memory can be read at.
//
//   npm run bench:native -- search [rows] [columns]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

#include "engine/condition.h"
#include "neighbors/memory_points.h"
#include "neighbors/nearest_work.h"

namespace spillway {
namespace {

f64 cpu_seconds() {
  timespec now;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<f64>(now.tv_sec) + static_cast<f64>(now.tv_nsec) / 1e9;
}

// Of each of `threads` threads, whatever else runs on the machine.
template <class Call>
f64 seconds(u32 threads, Call call) {
  f64 least = 1e9;
  for (u32 i = 0; i < 12; ++i) {
    const f64 from = cpu_seconds();
    call();
    least = std::min(least, (cpu_seconds() - from) / threads);
  }
  return least;
}

typedef u64 Words __attribute__((vector_size(64)));

// Reads a stretch with nothing else to do.
u64 read_all(const u8* from, std::size_t bytes) {
  Words sum[4] = {};
  for (std::size_t i = 0; i + 256 <= bytes; i += 256) {
    for (u32 k = 0; k < 4; ++k) {
      Words word;
      std::memcpy(&word, from + i + 64 * k, 64);
      sum[k] ^= word;
    }
  }
  const Words all = sum[0] ^ sum[1] ^ sum[2] ^ sum[3];
  return all[0] ^ all[7];
}

f64 read_seconds(const u8* data, std::size_t bytes, u32 threads) {
  return seconds(threads, [&] {
    std::vector<std::thread> running;
    for (u32 t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        volatile u64 sink = read_all(data + bytes / threads * t, bytes / threads);
        (void)sink;
      });
    }
    for (std::thread& thread : running) thread.join();
  });
}

void measure(u32 rows, u32 columns, bool single) {
  auto points = std::make_shared<MemoryPoints>(rows, columns, single);
  u64 state = 1;
  for (u64 i = 0; i < u64{rows} * columns; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const f64 value = static_cast<f64>(state >> 40) * 0x1p-24;
    if (single) {
      points->float_values()[i] = static_cast<f32>(value);
    } else {
      points->double_values()[i] = value;
    }
  }
  const std::size_t bytes = std::size_t{rows} * columns * (single ? 4 : 8);
  const u8* data =
      single ? reinterpret_cast<const u8*>(points->floats()) : reinterpret_cast<const u8*>(points->doubles());
  ReferenceOptions options;
  options.method = "direct";
  const u64 from = now_nanos();
  auto preparing = ParallelTask::start(process(), std::make_unique<PrepareWork>(process(), points, options), 0, {});
  preparing->wait();
  auto reference = static_cast<PrepareWork&>(preparing->result()).reference;
  std::printf("%u x %u %s: checked in %.2f ms\n", rows, columns, single ? "float" : "double",
              static_cast<f64>(now_nanos() - from) / 1e6);
  for (u32 threads : {1u, 2u}) {
    const f64 reading = read_seconds(data, bytes, threads);
    for (u32 queries : {1u, 2u, 4u, 8u}) {
      const f64 searching = seconds(threads, [&] {
        QueryRange range;
        range.end = queries;
        range.threads = threads;
        auto task = ParallelTask::start(process(), std::make_unique<NearestWork>(reference, range, 10), threads, {});
        task->wait();
        task->result();
      });
      std::printf("  %u threads, %u queries: %.2f ms; reading alone %.2f ms (%.1f GB/s): %.0f %%\n", threads, queries,
                  searching * 1e3, reading * 1e3, static_cast<f64>(bytes) / reading / 1e9, reading / searching * 100);
    }
  }
}

}  // namespace
}  // namespace spillway

int main(int count, char** given) {
  const spillway::u32 rows = count > 1 ? static_cast<spillway::u32>(std::atoi(given[1])) : 1'000'000;
  const spillway::u32 columns = count > 2 ? static_cast<spillway::u32>(std::atoi(given[2])) : 128;
  spillway::measure(rows, columns, true);
  spillway::measure(rows, columns, false);
}
