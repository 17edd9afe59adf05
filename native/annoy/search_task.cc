// Parts of the first kind read queries and find their places; those of the second search them in the order of places
// and write their cells of the results. Queries that cannot be asked have no place.
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
constexpr u64 kMostQueries = 256;                              // of a part
constexpr std::size_t kWindowBytes = std::size_t{4} << 20;
constexpr u64 kMostWindow = 16384;
constexpr u64 kNowhere = ~u64{0};

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
  if (step == 0) {
    began_ = now_nanos();
    const u64 cells = range_.count() * k_;
    reserve_results(held_, cells * (sizeof(u32) + sizeof(f64)));
    ids = Buffer(cells * sizeof(u32));
    distances = Buffer(cells * sizeof(f64));
    per_part_ = queries_per_part();
  } else if (loading_) {
    loading_ = false;
    const u32 parts = begin_search();
    if (parts != 0) return parts;
  }
  window_first_ += window_;
  const u32 parts = begin_window();
  if (parts != 0) return parts;
  free_.clear();
  nanos = now_nanos() - began_;
  return 0;
}

u32 AnnoySearchWork::begin_window() {
  const u64 row = std::size_t{file_->layout().dimension} * sizeof(f64);
  const u64 most = std::clamp<u64>(kWindowBytes / row, kMostQueries, kMostWindow);
  window_ = static_cast<u32>(std::min(most, range_.count() - window_first_));
  if (window_ == 0) return 0;
  loading_ = true;
  rows_.resize(std::size_t{window_} * file_->layout().dimension);
  order_.assign(window_, kNowhere);
  return static_cast<u32>((window_ + kMostQueries - 1) / kMostQueries);
}

u32 AnnoySearchWork::begin_search() {
  std::sort(order_.begin(), order_.end());
  while (!order_.empty() && order_.back() == kNowhere) order_.pop_back();
  done_ += window_ - order_.size();
  return static_cast<u32>((order_.size() + per_part_ - 1) / per_part_);
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

void AnnoySearchWork::run_part(u32, u32 part) {
  file_->unchanged([&] { return loading_ ? load(part) : search(part); });
}

void AnnoySearchWork::load(u32 part) {
  const u32 columns = file_->layout().dimension;
  const u32 begin = part * static_cast<u32>(kMostQueries);
  const u32 count = std::min(window_ - begin, static_cast<u32>(kMostQueries));
  const u64 cell = (window_first_ + begin) * k_;
  std::fill_n(ids.as<u32>() + cell, std::size_t{count} * k_, kNone);
  std::fill_n(distances.as<f64>() + cell, std::size_t{count} * k_, std::numeric_limits<f64>::quiet_NaN());
  const bool own = range_.queries == nullptr;
  const u64 first = range_.first + window_first_ + begin;
  f64* rows = rows_.data() + std::size_t{begin} * columns;
  if (own) {
    AnnoyItems(file_).read(first, count, rows);
  } else {
    range_.queries->read(first, count, rows);
  }
  std::unique_ptr<Bench> bench = take();
  for (u32 i = 0; i < count; ++i) {
    const f64* row = rows + std::size_t{i} * columns;
    const Row found = look_at(row, columns);
    if (found != Row::Fine) {
      if (range_.skip_missing || (own && is_hole(row, columns))) continue;
      throw bad_query(own ? "reference" : "query", first + i, found);
    }
    u32 place;
    bench->searcher->places(row, 1, &place);
    order_[begin + i] = u64{place} << 32 | (begin + i);
  }
  give(std::move(bench));
}

void AnnoySearchWork::search(u32 part) {
  const u32 columns = file_->layout().dimension;
  const u64* order = order_.data() + part * per_part_;
  const u32 count = static_cast<u32>(std::min<u64>(per_part_, order_.size() - part * per_part_));
  std::unique_ptr<Bench> bench = take();
  bench->rows.resize(std::size_t{count} * columns);
  bench->self.resize(count);
  bench->ids.resize(std::size_t{count} * k_);
  bench->distances.resize(std::size_t{count} * k_);
  bench->counts.resize(count);
  for (u32 i = 0; i < count; ++i) {
    const u32 query = static_cast<u32>(order[i]);
    std::copy_n(rows_.data() + std::size_t{query} * columns, columns, bench->rows.data() + std::size_t{i} * columns);
    bench->self[i] = static_cast<u32>(range_.first + window_first_ + query);
  }
  const bool exclude = range_.queries == nullptr && range_.exclude_self;
  const AnnoyCounts before = bench->searcher->counts();
  bench->searcher->search(bench->rows.data(), count, exclude ? bench->self.data() : nullptr, bench->ids.data(),
                          bench->distances.data(), bench->counts.data(), &cancelled());
  if (cancelled()) return;  // what was found means nothing
  const AnnoyCounts& after = bench->searcher->counts();
  for (u32 i = 0; i < count; ++i) {
    const std::size_t at = (window_first_ + static_cast<u32>(order[i])) * k_, own = std::size_t{i} * k_;
    std::copy_n(bench->ids.data() + own, bench->counts[i], ids.as<u32>() + at);
    std::copy_n(bench->distances.data() + own, bench->counts[i], distances.as<f64>() + at);
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
