// The driver alone: what a hand-out costs, and how fast whole results and batches are gathered.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <sys/resource.h>

#include "engine/query.h"

namespace spillway {
namespace {

// Columns that cost nothing to read: every vector is the same memory.
class FreeHandle final : public Handle {
 public:
  FreeHandle(u64 rows, u32 morsel_rows, bool places)
      : rows(rows), morsel_rows(morsel_rows), places(places), values(kVectorRows) {
    for (u32 i = 0; i < kVectorRows; ++i) values[i] = i;
  }
  const char* kind() const override { return "free scan"; }
  std::shared_ptr<Source> open_source(QueryContext&, const SourceDescription& description) override;

  const u64 rows;
  const u32 morsel_rows;
  const bool places;
  std::vector<i64> values;
};

class FreeReader final : public MorselReader {
 public:
  explicit FreeReader(const FreeHandle& handle) {
    vector_.type = Type::I64;
    vector_.data = handle.values.data();
  }
  void open(const Morsel& morsel) override {
    at_ = morsel.first;
    end_ = morsel.last;
    rows_ = 0;
  }
  u32 next() override {
    at_ += rows_;
    rows_ = static_cast<u32>(std::min<u64>(end_ - at_, kVectorRows));
    return rows_;
  }
  const Vector& column(u32) override { return vector_; }
  u64 row() const override { return at_; }

 private:
  Vector vector_;
  u64 at_ = 0, end_ = 0;
  u32 rows_ = 0;
};

class FreeSource final : public Source {
 public:
  FreeSource(const FreeHandle& handle, u32 columns) : handle_(handle), columns_(columns) {}
  u32 column_count() const override { return columns_; }
  ColumnFacts facts(u32) const override {
    ColumnFacts facts;
    facts.type = Type::I64;
    facts.may_be_null = false;
    return facts;
  }
  std::optional<u64> rows_in_place() const override {
    return handle_.places ? std::optional<u64>(handle_.rows) : std::nullopt;
  }
  void start(QueryContext&) override {}
  Next next_morsel(Morsel& morsel) override {
    if (at_ >= handle_.rows) return Next::End;
    morsel.sequence = sequence_++;
    morsel.first = at_;
    morsel.last = at_ = std::min(handle_.rows, at_ + handle_.morsel_rows);
    return Next::Ready;
  }
  std::unique_ptr<MorselReader> make_reader() override { return std::make_unique<FreeReader>(handle_); }

 private:
  const FreeHandle& handle_;
  u32 columns_;
  u64 at_ = 0, sequence_ = 0;
};

std::shared_ptr<Source> FreeHandle::open_source(QueryContext&, const SourceDescription& description) {
  return std::make_shared<FreeSource>(*this, static_cast<u32>(description.columns.size()));
}

double processor_seconds() {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void run(const char* what, SinkDescription::Kind kind, u64 rows, u32 morsel_rows, u32 columns, u32 threads,
         bool places = false) {
  ProcessSettings settings;
  settings.threads = threads;
  settings.memory = std::size_t{4} << 30;
  Process process(settings);
  double best = 1e9, processor = 1e9;
  QueryStatistics statistics;
  for (int round = 0; round < 5; ++round) {
    QueryDescription description;
    PipelineDescription pipeline;
    for (u32 i = 0; i < columns; ++i) {
      pipeline.source.columns.push_back(i);
      pipeline.program.inputs.push_back(Type::I64);
      pipeline.program.outputs.push_back(i);
    }
    pipeline.sink.kind = kind;
    description.pipelines.push_back(pipeline);
    QueryOptions options;
    options.threads = threads;
    double before = processor_seconds();
    u64 begin = now_nanos();
    auto query = Query::start(process, std::move(description),
                              {std::make_shared<FreeHandle>(rows, morsel_rows, places)}, options, {});
    Block block;
    for (Query::Pull pull; (pull = query->pull(block)) != Query::Pull::End; block = Block()) {
      if (pull == Query::Pull::Pending) query->wait_changed(200'000);
    }
    best = std::min(best, static_cast<double>(now_nanos() - begin) * 1e-6);
    processor = std::min(processor, (processor_seconds() - before) * 1e3);
    statistics = query->statistics();
    query->close();
    query->wait_closed();
  }
  PoolCounters pool = process.pool.counters();
  std::printf(
      "%-34s threads %u: %8.2f ms wall %8.2f ms processor, %6.0f ns a morsel; parked %llu, lock waits %llu + %llu, "
      "idle %.1f ms\n",
      what, threads, best, processor, processor * 1e6 / static_cast<double>(std::max<u64>(1, statistics.morsels)),
      static_cast<unsigned long long>(statistics.parked), static_cast<unsigned long long>(statistics.lock_waits),
      static_cast<unsigned long long>(pool.lock_waits), static_cast<double>(pool.idle_nanos) * 1e-6);
}

}  // namespace
}  // namespace spillway

int main() {
  using spillway::run;
  using Kind = spillway::SinkDescription::Kind;
  for (unsigned threads : {1u, 2u}) {
    run("hand-out (empty morsels of a row)", Kind::Collect, 200'000, 1, 0, threads);
    run("collect 2M x 6", Kind::Collect, 2'000'000, 131'072, 6, threads);
    run("collect 2M x 6, places known", Kind::Collect, 2'000'000, 131'072, 6, threads, true);
    run("batches 10M x 6", Kind::Batches, 10'000'000, 131'072, 6, threads);
    run("start and end of an empty query", Kind::Collect, 0, 1, 6, threads);
  }
  return 0;
}
