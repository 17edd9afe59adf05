// How fast .vtr files are written and scanned, column by column: the group-by recipe of ten million rows, and shapes
// that show each encoding.
//
//   vtr_bench [million rows] [threads] [compression: 0 none, 1 fast, 2 small]
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/vtr_source.h"
#include "engine/vtr_writer.h"

namespace spillway {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Words final : Dictionary {
  std::vector<std::string> words;
  std::vector<StringView> views;
  u32 size() const override { return static_cast<u32>(views.size()); }
  const StringView* entries() const override { return views.data(); }
};

struct Column {
  const char* name;
  Type type;
  std::vector<u8> values;
  Words words;
};

u64 random_state = 88172645463325252u;
u64 random_number() {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

template <class T, class Make>
Column numbers(const char* name, Type type, u64 rows, Make&& make) {
  Column column{name, type, {}, {}};
  column.values.resize(rows * sizeof(T));
  for (u64 i = 0; i < rows; ++i) {
    const T value = static_cast<T>(make(i));
    std::memcpy(column.values.data() + i * sizeof(T), &value, sizeof(T));
  }
  return column;
}

Column ids(const char* name, u64 rows, u32 distinct, const char* form) {
  Column column = numbers<u32>(name, Type::Utf8, rows, [&](u64) { return random_number() % distinct; });
  for (u32 i = 1; i <= distinct; ++i) {
    char text[32];
    std::snprintf(text, sizeof text, form, i);
    column.words.words.emplace_back(text);
  }
  for (const std::string& word : column.words.words) column.words.views.emplace_back(word);
  return column;
}

std::vector<Column> make_columns(u64 rows) {
  const u32 many = static_cast<u32>(rows / 100);
  std::vector<Column> columns;
  columns.push_back(ids("id1 text", rows, 100, "id%03u"));
  columns.push_back(ids("id2 text", rows, 100, "id%03u"));
  columns.push_back(ids("id3 text", rows, many, "id%010u"));
  columns.push_back(numbers<i32>("id4 i32", Type::I32, rows, [](u64) { return random_number() % 100 + 1; }));
  columns.push_back(numbers<i32>("id5 i32", Type::I32, rows, [](u64) { return random_number() % 100 + 1; }));
  columns.push_back(numbers<i32>("id6 i32", Type::I32, rows, [&](u64) { return random_number() % many + 1; }));
  columns.push_back(numbers<i32>("v1 i32", Type::I32, rows, [](u64) { return random_number() % 5 + 1; }));
  columns.push_back(numbers<i32>("v2 i32", Type::I32, rows, [](u64) { return random_number() % 15 + 1; }));
  columns.push_back(
      numbers<f64>("v3 f64", Type::F64, rows, [](u64) { return static_cast<f64>(random_number() % 100000000) / 1e6; }));
  columns.push_back(numbers<i64>("sorted i64", Type::I64, rows, [](u64 i) { return i * 3 + random_number() % 3; }));
  columns.push_back(numbers<i64>("runs i64", Type::I64, rows, [](u64 i) { return i / 50 * 1001; }));
  columns.push_back(numbers<f64>("random f64", Type::F64, rows,
                                 [](u64) { return static_cast<f64>(random_number() >> 11) * 0x1p-53; }));
  columns.push_back(
      numbers<f32>("cents f32", Type::F32, rows, [](u64) { return static_cast<f32>(random_number() % 100000) / 100; }));
  columns.push_back(numbers<u8>("bool", Type::Bool, rows, [](u64) { return random_number() & 1; }));
  return columns;
}

void feed(Sink& sink, Sink::Local& local, const std::vector<const Column*>& columns, u64 from, u64 to) {
  std::vector<Vector> vectors(columns.size());
  for (u64 first = from; first < to; first += kVectorRows) {
    Chunk chunk;
    chunk.rows = chunk.selected = static_cast<u32>(std::min<u64>(kVectorRows, to - first));
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool text = columns[c]->type == Type::Utf8;
      vectors[c].type = columns[c]->type;
      vectors[c].data = columns[c]->values.data() + first * (text ? 4 : width_of(columns[c]->type));
      vectors[c].dictionary = text ? &columns[c]->words : nullptr;
    }
    chunk.column_count = static_cast<u32>(columns.size());
    chunk.columns = vectors.data();
    sink.consume(local, chunk);
  }
}

template <class Work>
void on_threads(u32 count, Work&& work) {
  std::vector<std::thread> threads;
  for (u32 t = 0; t < count; ++t) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

constexpr format::FileId kId = {42};

VtrDescription write(const std::string& path, const std::vector<const Column*>& columns, u64 rows, u32 threads,
                     u32 compression, QueryContext& context) {
  ::unlink(path.c_str());
  File file(path, File::Mode::Create);
  std::vector<u8> header(format::kHeaderBytes);
  std::memcpy(header.data() + 16, kId.data(), 16);
  file.write(0, header.data(), header.size());
  VtrWriterOptions options;
  options.path = path;
  options.id = kId;
  options.compression = static_cast<format::Compression>(compression);
  std::vector<ColumnFacts> facts;
  for (const Column* column : columns) {
    options.types.push_back(column->type);
    ColumnFacts fact;
    fact.type = column->type;
    fact.dictionary = column->type == Type::Utf8 ? &column->words : nullptr;
    facts.push_back(fact);
  }
  VtrWriter writer(options);
  std::unique_ptr<Sink> sink = writer.open_sink(context, SinkDescription());
  sink->on_ready([] {});
  sink->start(context, facts);
  std::mutex mutex;
  u64 next = 0, left = (rows + kRowGroupRows - 1) / kRowGroupRows;
  on_threads(threads, [&] {
    std::unique_ptr<Sink::Local> local = sink->make_local();
    for (;;) {
      std::function<void()> task;
      u64 first = ~u64{0};
      {
        std::lock_guard<std::mutex> lock(mutex);
        task = sink->take_task();
        if (!task && left == 0 && next >= rows) return;
        if (!task && next < rows && sink->admits(next / kRowGroupRows)) {
          first = next;
          next += kRowGroupRows;
        }
      }
      if (task) {
        task();
      } else if (first != ~u64{0}) {
        sink->begin_morsel(*local, first / kRowGroupRows);
        feed(*sink, *local, columns, first, std::min<u64>(rows, first + kRowGroupRows));
        sink->end_morsel(*local, first / kRowGroupRows);
        std::lock_guard<std::mutex> lock(mutex);
        --left;
      } else {
        std::this_thread::yield();
      }
    }
  });
  for (u32 phase = 0; u32 tasks = sink->begin_phase(phase); ++phase) {
    for (u32 task = 0; task < tasks; ++task) sink->run_task(phase, task);
  }
  const auto written = writer.written();
  return {path, kId, options.types, {written->segment}, VtrVerify::Always};
}

double scan(const std::shared_ptr<VtrFile>& file, const std::vector<u32>& columns, u32 threads, QueryContext& context) {
  VtrSource source(file, columns, {});
  source.start(context);
  std::mutex mutex;
  const Clock::time_point begin = Clock::now();
  on_threads(threads, [&] {
    std::unique_ptr<MorselReader> reader = source.make_reader();
    Morsel morsel;
    for (;;) {
      {
        std::lock_guard<std::mutex> lock(mutex);
        if (source.next_morsel(morsel) != Source::Next::Ready) return;
      }
      reader->open(morsel);
      while (reader->next() != 0) {
        for (u32 c = 0; c < columns.size(); ++c) reader->column(c);
      }
    }
  });
  return seconds_since(begin);
}

double best_scan(const std::shared_ptr<VtrFile>& file, const std::vector<u32>& columns, u32 threads,
                 QueryContext& context) {
  double best = 1e9;
  for (u32 round = 0; round < 7; ++round) best = std::min(best, scan(file, columns, threads, context));
  return best;
}

void run(u64 rows, u32 threads, u32 compression) {
  const std::vector<Column> columns = make_columns(rows);
  const std::string path = "/tmp/spillway-bench-" + std::to_string(::getpid()) + ".vtr";
  MemoryPool pool(std::size_t{8} << 30);
  QueryOptions options;
  options.threads = threads;
  options.memory = std::size_t{4} << 30;
  options.temp_directory = "/tmp";
  QueryContext context(pool, options);
  std::vector<const Column*> recipe;
  for (u32 c = 0; c < 9; ++c) recipe.push_back(&columns[c]);
  for (u32 round = 0; round < 3; ++round) {
    const Clock::time_point begin = Clock::now();
    const std::clock_t worked = std::clock();
    write(path, recipe, rows, threads, compression, context);
    std::printf("write of 9 columns, %u threads: %.3f s (%.3f s of work), %.1f MB\n", threads, seconds_since(begin),
                static_cast<double>(std::clock() - worked) / CLOCKS_PER_SEC,
                static_cast<double>(File(path, File::Mode::Read).size()) / 1e6);
  }
  for (VtrVerify verify : {VtrVerify::Always, VtrVerify::Never}) {
    std::printf("scan, 1 thread, %s\n", verify == VtrVerify::Always ? "verified" : "not verified");
    for (const Column& column : columns) {
      VtrDescription description = write(path, {&column}, rows, threads, compression, context);
      description.verify = verify;
      const auto file = std::make_shared<VtrFile>(description);
      const double time = best_scan(file, {0}, 1, context);
      std::printf("  %-12s %6.3f ns/value  %6.2f bits/value  %6.2f GB/s out\n", column.name,
                  time * 1e9 / static_cast<double>(rows),
                  static_cast<double>(File(path, File::Mode::Read).size()) * 8 / static_cast<double>(rows),
                  static_cast<double>(rows) * (column.type == Type::Utf8 ? 4 : width_of(column.type)) / time / 1e9);
    }
  }
  const auto file = std::make_shared<VtrFile>(write(path, recipe, rows, threads, compression, context));
  for (u32 t : {1u, threads}) {
    std::printf("%u threads: id1 + id2 + v1 %.2f ms, all 9 columns %.2f ms\n", t,
                best_scan(file, {0, 1, 6}, t, context) * 1e3,
                best_scan(file, {0, 1, 2, 3, 4, 5, 6, 7, 8}, t, context) * 1e3);
  }
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace spillway

int main(int count, char** arguments) {
  const auto argument = [&](int index, unsigned fallback) {
    return count > index ? static_cast<unsigned>(std::strtoul(arguments[index], nullptr, 10)) : fallback;
  };
  spillway::run(spillway::u64{argument(1, 10)} * 1000000, argument(2, 2), argument(3, 1));
  return 0;
}
