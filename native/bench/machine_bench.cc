// What this machine can do on one thread and on all: read, copy, pread + checksum, fused multiply-add. Medians of five.
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kBytes = std::size_t{256} << 20;  // far beyond the caches
constexpr int kRepeats = 5;

// Seconds that `threads` threads need for work(thread), started together; the median of the repeats.
double seconds(unsigned threads, const std::function<void(unsigned)>& work) {
  std::vector<double> taken;
  for (int repeat = 0; repeat <= kRepeats; ++repeat) {
    std::atomic<unsigned> ready{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> workers;
    for (unsigned t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] {
        ready.fetch_add(1);
        while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
        work(t);
      });
    }
    while (ready.load() < threads) std::this_thread::yield();
    const auto start = Clock::now();
    go.store(true, std::memory_order_release);
    for (auto& worker : workers) worker.join();
    if (repeat > 0) taken.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::sort(taken.begin(), taken.end());
  return taken[taken.size() / 2];
}

std::atomic<double> sink{0};

__attribute__((target_clones("avx512f", "avx2", "default"))) double sum(const double* values, std::size_t n) {
  double lanes[32] = {0};
  for (std::size_t i = 0; i + 32 <= n; i += 32)
    for (int lane = 0; lane < 32; ++lane) lanes[lane] += values[i + static_cast<std::size_t>(lane)];
  double total = 0;
  for (double lane : lanes) total += lane;
  return total;
}

// Sixteen independent chains hide the latency of each step. One body for every width of register.
#define MULTIPLY_ADD(name, features, Lanes, splat, fma)                              \
  __attribute__((target(features))) float name(std::size_t steps) {                  \
    Lanes chains[16];                                                                \
    for (int c = 0; c < 16; ++c) chains[c] = splat(static_cast<float>(c));           \
    const Lanes factor = splat(0.999f), addend = splat(0.001f);                      \
    for (std::size_t i = 0; i < steps; ++i)                                          \
      for (auto& chain : chains) chain = fma(chain, factor, addend);                 \
    float total = 0;                                                                 \
    for (const auto& chain : chains) total += reinterpret_cast<const float&>(chain); \
    return total;                                                                    \
  }

#if defined(__x86_64__)
MULTIPLY_ADD(multiply_add_512, "avx512f", __m512, _mm512_set1_ps, _mm512_fmadd_ps)
MULTIPLY_ADD(multiply_add_256, "avx2,fma", __m256, _mm256_set1_ps, _mm256_fmadd_ps)

unsigned lanes() { return __builtin_cpu_supports("avx512f") ? 16 : 8; }
float multiply_add(std::size_t steps) { return lanes() == 16 ? multiply_add_512(steps) : multiply_add_256(steps); }
#else
unsigned lanes() { return 1; }
float multiply_add(std::size_t steps) {
  float total = 1;
  for (std::size_t i = 0; i < 16 * steps; ++i) total = __builtin_fmaf(total, 0.999f, 0.001f);
  return total;
}
#endif

void line(const char* what, const char* unit, const std::function<double(unsigned)>& rate) {
  const unsigned most = std::max(1u, std::thread::hardware_concurrency());
  std::printf("%-34s 1 thread %7.1f %s", what, rate(1), unit);
  for (unsigned threads = 2; threads <= most; threads *= 2)
    std::printf("   %u threads %7.1f %s", threads, rate(threads), unit);
  std::printf("\n");
}

void memory_lines() {
  const std::size_t n = kBytes / sizeof(double);
  const unsigned most = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::vector<double>> from(most, std::vector<double>(n, 1.0));
  std::vector<std::vector<double>> to(most, std::vector<double>(n, 2.0));
  const double gigabytes = static_cast<double>(kBytes) / 1e9;
  line("memory read", "GB/s", [&](unsigned threads) {
    return threads * gigabytes / seconds(threads, [&](unsigned t) { sink.store(sum(from[t].data(), n)); });
  });
  line("memory copy (read + written)", "GB/s", [&](unsigned threads) {
    return 2 * threads * gigabytes /
           seconds(threads, [&](unsigned t) { std::memcpy(to[t].data(), from[t].data(), kBytes); });
  });
}

void file_line() {
  char path[] = "/tmp/spillway-machine-XXXXXX";
  const int fd = mkstemp(path);
  if (fd < 0) return;
  unlink(path);
  constexpr std::size_t block = std::size_t{1} << 20;
  std::vector<char> bytes(block, 7);
  for (std::size_t at = 0; at < kBytes; at += block) {
    if (pwrite(fd, bytes.data(), block, static_cast<off_t>(at)) != static_cast<ssize_t>(block)) std::abort();
  }
  const double gigabytes = static_cast<double>(kBytes) / 1e9;
  line("pread of cached file + XXH3-64", "GB/s", [&](unsigned threads) {
    return threads * gigabytes / seconds(threads, [&](unsigned) {
             std::vector<char> page(block / 8);
             for (std::size_t at = 0; at < kBytes; at += page.size()) {
               if (pread(fd, page.data(), page.size(), static_cast<off_t>(at)) < 0) std::abort();
               sink.store(static_cast<double>(XXH3_64bits(page.data(), page.size())));
             }
           });
  });
  close(fd);
}

}  // namespace

int main() {
  memory_lines();
  file_line();
  line("float32 multiply-add", "GFLOP/s", [](unsigned threads) {
    constexpr std::size_t steps = 4'000'000;
    const double flops = 2.0 * 16 * lanes() * static_cast<double>(steps);
    return threads * flops / 1e9 / seconds(threads, [](unsigned) { sink.store(multiply_add(steps)); });
  });
  return 0;
}
