// Each part reads its queries, leaves out those that cannot be asked, and writes its own cells of the results.
#include "annoy/search_task.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "annoy/annoy_items.h"
#include "engine/byte_text.h"
#include "engine/condition.h"

namespace spillway {
namespace {

constexpr f64 kPartSeconds = 3e-3;
constexpr f64 kCandidateSeconds = 5e-8, kQuerySeconds = 2e-5;  // about what one costs
constexpr u64 kMostQueries = 256;

enum class Row : u8 { Fine, Missing, TooLarge };

Row look_at(const f64* row, u32 columns) {
  Row found = Row::Fine;
  for (u32 j = 0; j < columns; ++j) {
    if (!std::isfinite(row[j])) return Row::Missing;
    if (!std::isfinite(static_cast<f32>(row[j]))) found = Row::TooLarge;
  }
  return found;
}

bool is_hole(const f64* row, u32 columns) {
  for (u32 j = 0; j < columns; ++j) {
    if (!std::isnan(row[j])) return false;
  }
  return true;
}

Error bad_query(const char* which, u64 row, Row found) {
  const std::string number = std::to_string(row);
  const char* what = found == Row::Missing ? "has a value that is missing or not finite"
                                           : "has a value that is too large for a float, which is what the index holds";
  return Error(ErrorCode::Data,
               "row " + number + " of the " + which + " " + what + "; leave such rows out, or pass missing: 'skip'",
               {{"row", number}, {"of", which}});
}

}  // namespace

AnnoySearchWork::AnnoySearchWork(Process& process, std::shared_ptr<const AnnoyFile> file, QueryRange range, u32 k,
                                 u64 search_k)
    : file_(std::move(file)),
      range_(std::move(range)),
      k_(k),
      search_k_(search_k != 0 ? search_k : u64{k} * file_->roots().size()),
      threads_(range_.threads == 0 ? process.pool.size() : range_.threads),
      budget_(process.memory, range_.result_memory == 0 ? process.memory.limit() : range_.result_memory),
      held_(budget_) {}

// As many as take a few milliseconds; fewer where threads would have nothing to do.
u64 AnnoySearchWork::queries_per_part() const {
  const f64 all = static_cast<f64>(file_->items()) * static_cast<f64>(file_->roots().size());
  const f64 each = kQuerySeconds + kCandidateSeconds * std::min(static_cast<f64>(search_k_), all);
  const u64 short_enough = static_cast<u64>(std::clamp(kPartSeconds / each, 1.0, static_cast<f64>(kMostQueries)));
  return std::max<u64>(1, std::min(short_enough, (range_.count() + threads_ - 1) / threads_));
}

u32 AnnoySearchWork::begin_step(u32 step) {
  if (step != 0) {
    free_.clear();
    nanos = now_nanos() - began_;
    return 0;
  }
  began_ = now_nanos();
  file_->check_current();
  const u64 cells = range_.count() * k_;
  reserve_results(held_, cells * (sizeof(u32) + sizeof(f64)));
  ids = Buffer(cells * sizeof(u32));
  distances = Buffer(cells * sizeof(f64));
  per_part_ = queries_per_part();
  return static_cast<u32>((range_.count() + per_part_ - 1) / per_part_);
}

f64 AnnoySearchWork::fraction() const {
  return range_.count() == 0 ? 1 : static_cast<f64>(done_.load()) / static_cast<f64>(range_.count());
}

std::unique_ptr<AnnoySearchWork::Bench> AnnoySearchWork::take() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!free_.empty()) {
      std::unique_ptr<Bench> bench = std::move(free_.back());
      free_.pop_back();
      return bench;
    }
  }
  return std::make_unique<Bench>(std::make_unique<AnnoySearcher>(file_, k_, search_k_));
}

void AnnoySearchWork::give(std::unique_ptr<Bench> bench) {
  std::lock_guard<std::mutex> lock(mutex_);
  free_.push_back(std::move(bench));
}

void AnnoySearchWork::load(Bench& bench, u64 first, u32 count) const {
  const u32 columns = file_->layout().dimension;
  const bool own = range_.queries == nullptr;
  bench.rows.resize(std::size_t{count} * columns);
  if (own) {
    AnnoyItems(file_).read(first, count, bench.rows.data());
  } else {
    range_.queries->read(first, count, bench.rows.data());
  }
  bench.kept.clear();
  bench.self.clear();
  for (u32 i = 0; i < count; ++i) {
    const f64* row = bench.rows.data() + std::size_t{i} * columns;
    const Row found = look_at(row, columns);
    if (found != Row::Fine) {
      if (range_.skip_missing || (own && is_hole(row, columns))) continue;
      throw bad_query(own ? "reference" : "query", first + i, found);
    }
    f64* to = bench.rows.data() + bench.kept.size() * columns;
    if (to != row) std::copy_n(row, columns, to);
    bench.kept.push_back(i);
    bench.self.push_back(static_cast<u32>(first + i));
  }
}

void AnnoySearchWork::run_part(u32, u32 part) {
  const u64 from = part * per_part_;
  const u32 count = static_cast<u32>(std::min(per_part_, range_.count() - from));
  file_->check_current();
  std::unique_ptr<Bench> bench = take();
  load(*bench, range_.first + from, count);
  const u32 asked = static_cast<u32>(bench->kept.size());
  bench->ids.resize(std::size_t{asked} * k_);
  bench->distances.resize(std::size_t{asked} * k_);
  bench->counts.resize(asked);
  const bool exclude = range_.queries == nullptr && range_.exclude_self;
  const AnnoyCounts before = bench->searcher->counts();
  bench->searcher->search(bench->rows.data(), asked, exclude ? bench->self.data() : nullptr, bench->ids.data(),
                          bench->distances.data(), bench->counts.data(), &cancelled());
  if (cancelled()) return;  // what was found means nothing
  const AnnoyCounts& after = bench->searcher->counts();
  u32* to = ids.as<u32>() + from * k_;
  f64* far = distances.as<f64>() + from * k_;
  std::fill_n(to, std::size_t{count} * k_, kNone);
  std::fill_n(far, std::size_t{count} * k_, std::numeric_limits<f64>::quiet_NaN());
  for (u32 i = 0; i < asked; ++i) {
    const std::size_t at = std::size_t{bench->kept[i]} * k_, own = std::size_t{i} * k_;
    std::copy_n(bench->ids.data() + own, bench->counts[i], to + at);
    std::copy_n(bench->distances.data() + own, bench->counts[i], far + at);
  }
  done_ += count;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    counts.nodes += after.nodes - before.nodes;
    counts.candidates += after.candidates - before.candidates;
    counts.distances += after.distances - before.distances;
  }
  give(std::move(bench));
}

}  // namespace spillway
