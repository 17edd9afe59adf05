// What a query has done so far, for progress, explain and tests.
#include "engine/query.h"

namespace spillway {

QueryStatistics Query::statistics() const {
  std::lock_guard<std::mutex> lock(mutex_);
  if (final_statistics_) return *final_statistics_;
  QueryStatistics all;
  const QueryCounters& counters = context_->counters;
  all.rows_scanned = counters.rows_scanned.load(std::memory_order_relaxed);
  all.bytes_read = counters.bytes_read.load(std::memory_order_relaxed);
  all.rows_delivered = counters.rows_delivered.load(std::memory_order_relaxed);
  all.pages_pruned = counters.pages_pruned.load(std::memory_order_relaxed);
  all.groups_pruned = counters.groups_pruned.load(std::memory_order_relaxed);
  all.parked = counters.parked.load(std::memory_order_relaxed);
  all.busy_nanos = counters.busy_nanos.load(std::memory_order_relaxed);
  all.lock_waits = lock_waits_.load(std::memory_order_relaxed);
  all.peak_memory = context_->memory.peak();
  all.spill_bytes = context_->spill.bytes_written();
  for (const auto& pipeline : pipelines_) {
    const PipelineCounters& run = pipeline->counters();
    PipelineStatistics one;
    one.rows_in = run.rows_in.load(std::memory_order_relaxed);
    one.rows_out = run.rows_out.load(std::memory_order_relaxed);
    one.morsels = run.morsels.load(std::memory_order_relaxed);
    one.tasks = run.tasks.load(std::memory_order_relaxed);
    one.busy_nanos = run.busy_nanos.load(std::memory_order_relaxed);
    u64 began = run.began.load(std::memory_order_relaxed);
    u64 ended = run.ended.load(std::memory_order_relaxed);
    if (began != 0) one.nanos = (ended == 0 ? now_nanos() : ended) - began;
    if (ended != 0) {
      one.bytes_read = run.bytes_read.load(std::memory_order_relaxed);
      one.spilled = run.spilled.load(std::memory_order_relaxed);
    }
    all.morsels += one.morsels;
    all.pipelines.push_back(one);
  }
  return all;
}

QueryProgress Query::progress() const {
  std::lock_guard<std::mutex> lock(mutex_);
  QueryProgress progress;
  if (final_statistics_) {
    progress.rows = final_statistics_->rows_scanned;
    progress.bytes = final_statistics_->bytes_read;
    progress.fraction = 1;
    return progress;
  }
  progress.rows = context_->counters.rows_scanned.load(std::memory_order_relaxed);
  progress.bytes = context_->counters.bytes_read.load(std::memory_order_relaxed);
  // What a sink does after its last row counts as nothing: the share of the next pipeline begins where this one's ends.
  double part = exhausted_ ? 1 : 0;
  if (stage_ == Stage::Consume) part = pipelines_[current_]->source().fraction();
  if (part >= 0) progress.fraction = (static_cast<double>(current_) + part) / static_cast<double>(pipelines_.size());
  return progress;
}

}  // namespace spillway
