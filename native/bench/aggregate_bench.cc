// Nanoseconds of processor time per row of the aggregate sink over the group-by tasks that peers are measured by,
// without decoding: npm run bench:native -- aggregate [millions of rows] [threads] [task]
#include <time.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "engine/sinks.h"

namespace spillway {
namespace {

struct Codes final : Dictionary {
  explicit Codes(u32 count) {
    for (u32 i = 0; i < count; ++i) {
      texts.push_back("id" + std::to_string(i));
    }
    for (const std::string& text : texts) views.emplace_back(std::string_view(text));
  }
  u32 size() const override { return static_cast<u32>(views.size()); }
  const StringView* entries() const override { return views.data(); }
  std::vector<std::string> texts;
  std::vector<StringView> views;
};

struct BenchColumn {
  Type type;
  ColumnFacts facts;
  std::vector<u32> narrow;
  std::vector<u64> wide;
  const void* data() const { return narrow.empty() ? static_cast<const void*>(wide.data()) : narrow.data(); }
  std::size_t width() const { return narrow.empty() ? 8 : 4; }
};

struct Task {
  const char* name;
  std::vector<u32> columns;
  u32 keys;
  std::vector<AggregateDescription> aggregates;
};

u64 mix(u64 x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

f64 seconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<f64>(now.tv_sec) + static_cast<f64>(now.tv_nsec) * 1e-9;
}

BenchColumn whole(u64 rows, u64 seed, u32 values, const Dictionary* dictionary) {
  BenchColumn column;
  column.type = dictionary == nullptr ? Type::I32 : Type::Utf8;
  column.facts = {column.type, false, dictionary == nullptr, 1, static_cast<i64>(values), dictionary};
  for (u64 i = 0; i < rows; ++i)
    column.narrow.push_back(static_cast<u32>(mix(i * 16 + seed) % values) + (dictionary == nullptr ? 1 : 0));
  return column;
}

AggregateDescription of(const char* name, std::vector<u32> arguments, Type result) {
  AggregateDescription description;
  description.name = name;
  description.arguments = std::move(arguments);
  description.result = result;
  return description;
}

void run(const Task& task, const std::vector<BenchColumn>& all, u64 rows, u32 threads) {
  f64 best = 1e9, best_work = 0, best_wall = 0;
  u64 groups = 0;
  std::size_t peak = 0;
  for (u32 repeat = 0; repeat < 3; ++repeat) {
    MemoryPool pool(std::size_t{12} << 30);
    QueryOptions options;
    options.threads = threads;
    options.memory = std::size_t{12} << 30;
    options.temp_directory = "/tmp";
    QueryContext context(pool, options);
    SinkDescription description;
    description.kind = SinkDescription::Kind::Aggregate;
    description.key_count = task.keys;
    description.aggregates = task.aggregates;
    const f64 begin = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    const auto sink = make_aggregate_sink(description);
    std::vector<ColumnFacts> facts;
    for (const u32 c : task.columns) facts.push_back(all[c].facts);
    sink->start(context, facts);
    std::vector<std::unique_ptr<Sink::Local>> locals;
    for (u32 t = 0; t < threads; ++t) locals.push_back(sink->make_local());
    const auto parallel = [&](u64 tasks, const std::function<void(u32, u64)>& work) {
      std::atomic<u64> next{0};
      std::vector<std::thread> workers;
      const auto loop = [&](u32 thread) {
        for (u64 i = next++; i < tasks; i = next++) work(thread, i);
      };
      for (u32 t = 1; t < threads; ++t) workers.emplace_back(loop, t);
      loop(0);
      for (std::thread& worker : workers) worker.join();
    };
    parallel((rows + kRowGroupRows - 1) / kRowGroupRows, [&](u32 thread, u64 morsel) {
      sink->begin_morsel(*locals[thread], morsel);
      const u64 end = std::min(rows, (morsel + 1) * kRowGroupRows);
      for (u64 at = morsel * kRowGroupRows; at < end; at += kVectorRows) {
        std::vector<Vector> vectors;
        for (const u32 c : task.columns) {
          Vector vector;
          vector.type = all[c].type;
          vector.dictionary = all[c].facts.dictionary;
          vector.data = static_cast<const u8*>(all[c].data()) + at * all[c].width();
          vectors.push_back(vector);
        }
        Chunk chunk;
        chunk.rows = chunk.selected = static_cast<u32>(std::min<u64>(kVectorRows, end - at));
        chunk.column_count = static_cast<u32>(vectors.size());
        chunk.columns = vectors.data();
        sink->consume(*locals[thread], chunk);
      }
      sink->end_morsel(*locals[thread], morsel);
    });
    const f64 consumed = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (u32 phase = 0;; ++phase) {
      const u32 tasks = sink->begin_phase(phase);
      if (tasks == 0) break;
      parallel(tasks, [&](u32, u64 i) { sink->run_task(phase, static_cast<u32>(i)); });
    }
    const auto source = sink->result();
    source->start(context);
    groups = 0;
    const auto reader = source->make_reader();
    for (Morsel morsel; source->next_morsel(morsel) == Source::Next::Ready;) {
      reader->open(morsel);
      for (u32 n = reader->next(); n != 0; n = reader->next()) {
        groups += n;
        for (u32 c = 0; c < source->column_count(); ++c) reader->column(c);
      }
    }
    const f64 used = seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
    if (used < best) {
      best = used;
      best_work = consumed - begin;
      best_wall = seconds(CLOCK_MONOTONIC) - wall;
      peak = context.memory.peak();
    }
  }
  const f64 per = 1e9 / static_cast<f64>(rows);
  std::printf("%-34s %9llu groups %7.2f ns/row (rows %6.2f, finish %6.2f) wall %.3f s, %zu MiB\n", task.name,
              static_cast<unsigned long long>(groups), best * per, best_work * per, (best - best_work) * per, best_wall,
              peak >> 20);
}

int main_of(int count, char** arguments) {
  const u64 rows = (count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 10) * 1000000;
  const u32 threads = count > 2 ? static_cast<u32>(std::atoi(arguments[2])) : 1;
  const std::string only = count > 3 ? arguments[3] : "";
  const Codes few(100), many(100000);
  std::vector<BenchColumn> all;
  all.push_back(whole(rows, 1, 100, &few));        // id1
  all.push_back(whole(rows, 2, 100, &few));        // id2
  all.push_back(whole(rows, 3, 100000, &many));    // id3
  all.push_back(whole(rows, 4, 100, nullptr));     // id4
  all.push_back(whole(rows, 5, 100, nullptr));     // id5
  all.push_back(whole(rows, 6, 100000, nullptr));  // id6
  all.push_back(whole(rows, 7, 5, nullptr));       // v1
  all.push_back(whole(rows, 8, 15, nullptr));      // v2
  BenchColumn real;
  real.type = Type::F64;
  real.facts.type = Type::F64;
  real.facts.may_be_null = false;
  for (u64 i = 0; i < rows; ++i) {
    const f64 value = static_cast<f64>(mix(i) % 100000000) / 1e6;
    u64 bits;
    std::memcpy(&bits, &value, 8);
    real.wide.push_back(bits);
  }
  all.push_back(real);  // v3
  BenchColumn id;
  id.type = Type::I64;
  id.facts = {Type::I64, false, true, 0, static_cast<i64>(rows), nullptr};
  for (u64 i = 0; i < rows; ++i) id.wide.push_back(i);
  all.push_back(id);                          // id
  all.push_back(whole(rows, 9, 2, nullptr));  // flag
  const Type I = Type::I64, F = Type::F64;
  const std::vector<Task> tasks = {
      {"q1 sum v1 by id1", {0, 6}, 1, {of("sum", {1}, I)}},
      {"q2 sum v1 by id1 id2", {0, 1, 6}, 2, {of("sum", {2}, I)}},
      {"q3 sum v1 mean v3 by id3", {2, 6, 8}, 1, {of("sum", {1}, I), of("mean", {2}, F)}},
      {"q4 mean v1 v2 v3 by id4", {3, 6, 7, 8}, 1, {of("mean", {1}, F), of("mean", {2}, F), of("mean", {3}, F)}},
      {"q5 sum v1 v2 v3 by id6", {5, 6, 7, 8}, 1, {of("sum", {1}, I), of("sum", {2}, I), of("sum", {3}, F)}},
      {"q6 median sd v3 by id4 id5", {3, 4, 8}, 2, {of("median", {2}, F), of("sd", {2}, F)}},
      {"q7 max v1 min v2 by id3", {2, 6, 7}, 1, {of("max", {1}, Type::I32), of("min", {2}, Type::I32)}},
      {"q9 corr v1 v2 by id2 id4", {1, 3, 6, 7}, 2, {of("corr", {2, 3}, F)}},
      {"q10 sum v3 count by six", {0, 1, 2, 3, 4, 5, 8}, 6, {of("sum", {6}, F), of("countAll", {}, I)}},
      {"sum v1 v3 by one bit", {10, 6, 8}, 1, {of("sum", {1}, I), of("sum", {2}, F)}},
      {"sum v3", {8}, 0, {of("sum", {0}, F)}},
      {"median v3", {8}, 0, {of("median", {0}, F)}},
      {"nDistinct id id4 v3",
       {9, 3, 8},
       0,
       {of("nDistinct", {0}, I), of("nDistinct", {1}, I), of("nDistinct", {2}, I)}},
  };
  for (const Task& task : tasks) {
    if (only.empty() || std::string(task.name).rfind(only, 0) == 0) run(task, all, rows, threads);
  }
  return 0;
}

}  // namespace
}  // namespace spillway

int main(int count, char** arguments) { return spillway::main_of(count, arguments); }
