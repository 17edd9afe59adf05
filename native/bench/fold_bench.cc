// Nanoseconds of processor time (of the busiest thread) per row of native folds over columns in memory, without
// decoding: npm run bench:native -- fold [millions of rows] [fold]
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "engine/fold_state.h"

namespace spillway {
namespace {

// Aligned as the engine's own columns are.
struct alignas(64) Line {
  f64 values[8];
};

struct Column {
  explicit Column(u64 rows) : lines((rows + 7) / 8) {}
  f64* data() { return lines.data()->values; }
  const f64* data() const { return lines.data()->values; }
  u64 size() const { return lines.size() * 8; }
  std::vector<Line> lines;
};

using Columns = std::vector<Column>;

u64 mix(u64 x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

f64 seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<f64>(time.tv_sec) + static_cast<f64>(time.tv_nsec) * 1e-9;
}

struct Task {
  const char* name;
  u32 columns;
  std::vector<f64> parameters;
};

std::unique_ptr<FoldState> make(const Task& task) {
  FoldDescription fold;
  fold.name = task.name;
  fold.parameters = task.parameters;
  std::vector<ColumnFacts> facts;
  for (u32 c = 0; c < task.columns; ++c) {
    fold.arguments.push_back(c);
    facts.push_back({Type::F64, false, false, 0, 0, nullptr});
  }
  return make_fold(fold, facts);
}

// Rows first … end of a run over the columns again and again.
void feed(FoldState& state, const Task& task, const Columns& columns, u64 first, u64 end) {
  const u64 held = columns[0].size();
  std::vector<Vector> vectors(task.columns);
  for (u64 r = first; r < end; r += kVectorRows) {
    Chunk chunk;
    chunk.rows = chunk.selected = static_cast<u32>(std::min<u64>(kVectorRows, end - r));
    chunk.column_count = task.columns;
    chunk.columns = vectors.data();
    chunk.first_row = r;
    for (u32 c = 0; c < task.columns; ++c) {
      vectors[c].type = Type::F64;
      vectors[c].data = columns[c].data() + r % held;
    }
    state.update(chunk, vectors.data());
  }
}

f64 run(const Task& task, const Columns& columns, u64 rows, u32 threads) {
  f64 best = 1e9;
  for (u32 repeat = 0; repeat < 3; ++repeat) {
    std::vector<std::unique_ptr<FoldState>> states;
    for (u32 t = 0; t < threads; ++t) states.push_back(make(task));
    std::vector<f64> taken(threads);
    std::vector<std::thread> workers;
    for (u32 t = 0; t < threads; ++t) {
      const u64 first = rows / kVectorRows * t / threads * kVectorRows;
      const u64 end = t + 1 == threads ? rows : rows / kVectorRows * (t + 1) / threads * kVectorRows;
      workers.emplace_back([&, first, end, t] {
        const f64 begin = seconds();
        feed(*states[t], task, columns, first, end);
        taken[t] = seconds() - begin;
      });
    }
    for (std::thread& worker : workers) worker.join();
    best = std::min(best, *std::max_element(taken.begin(), taken.end()));
  }
  return best * 1e9 / static_cast<f64>(rows);
}

}  // namespace
}  // namespace spillway

int main(int count, char** arguments) {
  using namespace spillway;
  const f64 millions = count > 1 ? std::atof(arguments[1]) : 2;
  const std::string only = count > 2 ? arguments[2] : "";
  const u64 rows = std::max<u64>(4, static_cast<u64>(millions * 1e6) / kVectorRows) * kVectorRows;
  Columns columns(11, Column(rows)), few(11, Column(4 * kVectorRows));
  for (u32 c = 0; c < columns.size(); ++c) {
    for (u64 r = 0; r < rows; ++r) {
      columns[c].data()[r] = static_cast<f64>(static_cast<i64>(mix(r * 16 + c)) >> 11) * 0x1p-52 * (c + 1);
    }
  }
  f64* weights = columns.back().data();
  for (u64 r = 0; r < rows; ++r) weights[r] = std::fabs(weights[r]);
  for (u32 c = 0; c < columns.size(); ++c) std::copy_n(columns[c].data(), few[c].size(), few[c].data());
  const Task tasks[] = {
      {"crossprod", 10, {1, 0}},
      {"crossprod", 4, {1, 0}},
      {"crossprod", 11, {1, 1}},
  };
  std::printf("%-12s %8s %12s %12s %12s\n", "fold", "columns", "in cache", "1 thread", "2 threads");
  for (const Task& task : tasks) {
    if (!only.empty() && only != task.name) continue;
    const f64 cached = run(task, few, rows, 1);
    const f64 one = run(task, columns, rows, 1), two = run(task, columns, rows, 2);
    std::printf("%-12s %8u %9.2f ns %9.2f ns %9.2f ns\n", task.name, task.columns, cached, one, two);
  }
}
