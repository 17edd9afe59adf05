// What building an Annoy index costs over clustered rows, by number of threads: processor time and time on the clock.
//
//   npm run bench:native -- annoy_build [rows columns trees [metric [ROWS]]]
//
// ROWS: a file that the rows are written to, as floats, for others to build over.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "annoy/build_work.h"
#include "engine/machine.h"
#include "neighbors/memory_points.h"

namespace spillway {
namespace {

constexpr u32 kClusters = 500;
constexpr u32 kRepeats = 3;

f64 seconds(clockid_t clock) {
  timespec now;
  ::clock_gettime(clock, &now);
  return static_cast<f64>(now.tv_sec) + static_cast<f64>(now.tv_nsec) / 1e9;
}

u64 state = 1;

f32 gaussian() {
  f32 sum = -6;
  for (u32 i = 0; i < 12; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    sum += static_cast<f32>(state >> 40) * 0x1p-24f;
  }
  return sum;
}

std::shared_ptr<MemoryPoints> clustered(u32 rows, u32 columns) {
  auto points = std::make_shared<MemoryPoints>(rows, columns, true);
  std::vector<f32> centres(std::size_t{kClusters} * columns);
  for (f32& value : centres) value = 4 * gaussian();
  for (u32 row = 0; row < rows; ++row) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const f32* centre = centres.data() + (state >> 33) % kClusters * columns;
    f32* into = points->float_values() + std::size_t{row} * columns;
    for (u32 j = 0; j < columns; ++j) into[j] = centre[j] + gaussian();
  }
  return points;
}

void measure(const std::shared_ptr<MemoryPoints>& points, AnnoyBuildOptions options) {
  f64 wall = 1e9, cpu = 1e9;
  u64 bytes = 0;
  for (u32 repeat = 0; repeat < kRepeats; ++repeat) {
    const f64 clock = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
    auto task = ParallelTask::start(process(), std::make_unique<AnnoyBuildWork>(process(), points, options),
                                    options.threads, {});
    task->wait();
    bytes = static_cast<AnnoyBuildWork&>(task->result()).bytes();
    wall = std::min(wall, seconds(CLOCK_MONOTONIC) - clock);
    cpu = std::min(cpu, seconds(CLOCK_PROCESS_CPUTIME_ID) - used);
    try_remove_file(options.path);
  }
  std::printf("  %u thread%s: %.3f s on the clock, %.3f s of processors; %.1f MB%s\n", options.threads,
              options.threads == 1 ? "" : "s", wall, cpu, static_cast<f64>(bytes) / 1e6,
              options.on_disk ? ", over the file" : "");
  std::fflush(stdout);
}

int bench(int count, char** given) {
  const u32 rows = count > 1 ? static_cast<u32>(std::atoi(given[1])) : 200'000;
  const u32 columns = count > 2 ? static_cast<u32>(std::atoi(given[2])) : 64;
  AnnoyBuildOptions options;
  options.trees = count > 3 ? std::atoi(given[3]) : 50;
  options.metric = static_cast<AnnoyMetric>(count > 4 ? std::atoi(given[4]) : 0);
  options.path = default_temp_folder() + "/annoy-build-bench-" + std::to_string(seconds(CLOCK_REALTIME)) + ".ann";
  auto points = clustered(rows, columns);
  if (count > 5) {
    File file(given[5], File::Mode::Create);
    file.write(0, points->floats(), std::size_t{rows} * columns * sizeof(f32));
  }
  std::printf("%u rows of %u, %lld trees; the best of %u\n", rows, columns, static_cast<long long>(options.trees),
              kRepeats);
  for (u32 threads = 1; threads <= process().pool.size(); ++threads) {
    options.threads = threads;
    measure(points, options);
  }
  options.threads = 1;
  options.on_disk = true;
  measure(points, options);
  return 0;
}

}  // namespace
}  // namespace spillway

int main(int count, char** given) {
  try {
    return spillway::bench(count, given);
  } catch (const spillway::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
