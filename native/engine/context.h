// What every part of one running query may use: budget, spill, cancellation, settings, counters.
#pragma once

#include <atomic>
#include <string>

#include "engine/memory.h"
#include "engine/spill.h"

namespace spillway {

struct QueryOptions {
  u32 threads = 1;         // cap inside the pool
  std::size_t memory = 0;  // cap inside the process's pool
  u64 max_spill = ~u64{0};
  std::string temp_directory;
  u32 batch_rows = 65536;  // rows of a batch delivered to JavaScript (upper bound)
  // Settings of the tests. Results never depend on them.
  bool force_spill = false;   // every operator that can spill does so as early as it can
  bool equal_hashes = false;  // every key hashes to the same value
  u32 morsel_pages = 0;       // pages per morsel; 0: chosen by size
};

struct QueryCounters {
  std::atomic<u64> rows_scanned{0}, bytes_read{0}, rows_delivered{0};
  std::atomic<u64> pages_pruned{0}, groups_pruned{0};
  std::atomic<u64> morsels{0}, parked{0};  // tasks run; times a query had nothing runnable though unfinished
  std::atomic<u64> busy_nanos{0};          // summed over threads
};

class QueryContext {
 public:
  QueryContext(MemoryPool& pool, QueryOptions options);
  const QueryOptions options;
  MemoryBudget memory;
  SpillStore spill;
  QueryCounters counters;

  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  const std::atomic<bool>& cancel_flag() const { return cancelled_; }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  // Long loops call this every few thousand rows; throws Error Cancelled.
  void check_cancelled() const {
    if (cancelled()) throw Error(ErrorCode::Cancelled, "the query was cancelled");
  }

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace spillway
