// How long the sort takes by itself: rows from arrays in memory, the result read column by column and thrown away.
//
//   sort_bench [million rows] [memory MiB] [threads] [key: f64 | two | id | dict | top | group]
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/sinks.h"

namespace spillway {
namespace {

using Clock = std::chrono::steady_clock;

struct Data {
  std::size_t rows;
  std::vector<i64> id;
  std::vector<i32> k, p;
  std::vector<f64> a, b, c;

  explicit Data(std::size_t count) : rows(count), id(count), k(count), p(count), a(count), b(count), c(count) {
    u64 state = 88172645463325252u;
    auto random = [&] {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      return state;
    };
    for (std::size_t i = 0; i < count; ++i) {
      id[i] = static_cast<i64>(i);
      k[i] = static_cast<i32>(random() % 100 + 1);
      p[i] = static_cast<i32>(random() % 100000 + 1);
      a[i] = static_cast<f64>(random() % 100000000) / 1e6;
      b[i] = static_cast<f64>(random() >> 11) * 0x1p-53;
      c[i] = static_cast<f64>(random() >> 11) * 0x1p-53 * 100;
    }
  }

  std::vector<ColumnFacts> facts() const {
    auto fact = [](Type type, i64 min, i64 max) {
      ColumnFacts facts;
      facts.type = type;
      facts.may_be_null = false;
      facts.has_range = max >= min;
      facts.min = min;
      facts.max = max;
      return facts;
    };
    return {fact(Type::I64, 0, static_cast<i64>(rows)),
            fact(Type::I32, 1, 100),
            fact(Type::I32, 1, 100000),
            fact(Type::F64, 1, 0),
            fact(Type::F64, 1, 0),
            fact(Type::F64, 1, 0)};
  }

  void vectors(std::size_t at, Vector* out) const {
    const void* values[] = {&id[at], &k[at], &p[at], &a[at], &b[at], &c[at]};
    Type types[] = {Type::I64, Type::I32, Type::I32, Type::F64, Type::F64, Type::F64};
    for (int i = 0; i < 6; ++i) {
      out[i] = Vector();
      out[i].type = types[i];
      out[i].data = values[i];
    }
  }
};

SinkDescription sort_for(const std::string& name) {
  SinkDescription sort;
  sort.kind = SinkDescription::Kind::Sort;
  if (name == "two") {
    sort.sort_keys = {{1, false, false}, {3, false, false}};
  } else if (name == "id") {
    sort.sort_keys = {{0, true, false}};
  } else if (name == "k") {
    sort.sort_keys = {{1, false, false}};
  } else if (name == "group") {
    sort.sort_keys = {{2, false, false}, {4, true, false}};
    sort.group_columns = 1;
    sort.group_limit = 2;
  } else {
    sort.sort_keys = {{4, false, false}};
    if (name == "top") sort.limit = 10;
  }
  return sort;
}

// Time of all threads together: what counts when others use the machine, too.
f64 cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<f64>(now.tv_sec) + static_cast<f64>(now.tv_nsec) * 1e-9;
}

f64 peak_mib() {
  f64 peak = 0;
  if (FILE* file = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr) {
      long kib = 0;
      if (std::sscanf(line, "VmHWM: %ld", &kib) == 1) peak = static_cast<f64>(kib) / 1024;
    }
    std::fclose(file);
  }
  return peak;
}

void on_threads(u32 threads, const std::function<void()>& work) {
  std::vector<std::thread> all;
  for (u32 i = 0; i < threads; ++i) all.emplace_back(work);
  for (std::thread& thread : all) thread.join();
}

void run(const Data& data, const std::string& name, std::size_t memory, u32 threads) {
  f64 before = peak_mib();
  MemoryPool pool(memory);
  QueryOptions options;
  options.threads = threads;
  options.memory = memory;
  options.temp_directory = "/tmp";
  QueryContext context(pool, options);
  std::unique_ptr<Sink> sink = make_sort_sink(sort_for(name));
  auto begin = Clock::now();
  f64 begin_cpu = cpu_seconds();
  auto lap = [&, last = begin, last_cpu = begin_cpu](const char* what) mutable {
    auto now = Clock::now();
    f64 cpu = cpu_seconds();
    std::printf("  %-10s %7.1f ms, processor %7.1f ms\n", what,
                std::chrono::duration<f64, std::milli>(now - last).count(), (cpu - last_cpu) * 1e3);
    last = now;
    last_cpu = cpu;
  };
  sink->start(context, data.facts());
  std::atomic<u64> next{0};
  std::mutex mutex;
  std::vector<std::unique_ptr<Sink::Local>> locals;
  on_threads(threads, [&] {
    std::unique_ptr<Sink::Local> made = sink->make_local();
    Sink::Local& local = *made;
    {
      std::lock_guard<std::mutex> lock(mutex);
      locals.push_back(std::move(made));
    }
    Vector vectors[6];
    for (u64 morsel = next++; morsel * kRowGroupRows < data.rows; morsel = next++) {
      sink->begin_morsel(local, morsel);
      std::size_t end = std::min<std::size_t>(data.rows, (morsel + 1) * kRowGroupRows);
      for (std::size_t row = morsel * kRowGroupRows; row < end; row += kVectorRows) {
        data.vectors(row, vectors);
        Chunk chunk;
        chunk.rows = chunk.selected = static_cast<u32>(std::min<std::size_t>(kVectorRows, end - row));
        chunk.column_count = 6;
        chunk.columns = vectors;
        sink->consume(local, chunk);
      }
      sink->end_morsel(local, morsel);
    }
  });
  lap("consume");
  for (u32 phase = 0;; ++phase) {
    u32 tasks = sink->begin_phase(phase);
    if (tasks == 0) break;
    std::atomic<u32> task{0};
    on_threads(threads, [&] {
      for (u32 i = task++; i < tasks; i = task++) sink->run_task(phase, i);
    });
    lap(("phase " + std::to_string(phase)).c_str());
  }
  std::shared_ptr<Source> source = sink->result();
  source->start(context);
  std::atomic<u64> rows{0};
  std::atomic<u64> sum{0};
  on_threads(threads, [&] {
    std::unique_ptr<MorselReader> reader = source->make_reader();
    u64 own = 0;
    u64 own_sum = 0;
    for (;;) {
      Morsel morsel;
      {
        std::lock_guard<std::mutex> lock(mutex);
        if (source->next_morsel(morsel) != Source::Next::Ready) break;
      }
      reader->open(morsel);
      while (u32 count = reader->next()) {
        own += count;
        for (u32 c = 0; c < 6; ++c) own_sum += static_cast<u64>(reader->column(c).values<u8>()[0]);
      }
    }
    rows += own;
    sum += own_sum;
  });
  lap("read");
  f64 total = std::chrono::duration<f64>(Clock::now() - begin).count();
  std::printf("%s: %.3f s, processor %.3f s, %llu rows, spilled %.0f MB, reserved %.0f MiB, peak +%.0f MiB (%llu)\n",
              name.c_str(), total, cpu_seconds() - begin_cpu, static_cast<unsigned long long>(rows.load()),
              static_cast<f64>(context.spill.bytes_written()) / 1e6, static_cast<f64>(context.memory.peak()) / 1048576,
              peak_mib() - before, static_cast<unsigned long long>(sum.load() & 1));
}

}  // namespace
}  // namespace spillway

int main(int count, char** words) {
  using namespace spillway;
  std::size_t rows = static_cast<std::size_t>(count > 1 ? std::atof(words[1]) * 1e6 : 1e7);
  std::size_t memory = static_cast<std::size_t>(count > 2 ? std::atoll(words[2]) : 8192) << 20;
  u32 threads = count > 3 ? static_cast<u32>(std::atoi(words[3])) : 2;
  std::string key = count > 4 ? words[4] : "f64";
  Data data(rows);
  for (int i = 0; i < 3; ++i) run(data, key, memory, threads);
  return 0;
}
