// What all threads of one sort share: keys, layout, shares of memory, the threshold of a limit, the runs written so
// far.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/context.h"
#include "engine/description.h"
#include "engine/sort_run.h"

namespace spillway {

class SortState {
 public:
  SortState(QueryContext& context, const SinkDescription& description, const std::vector<ColumnFacts>& inputs);

  QueryContext& context;
  std::vector<ColumnFacts> facts;
  std::shared_ptr<const RowLayout> layout;
  // Made by `prepare`: text sorts better once a few rows have shown how texts begin.
  std::shared_ptr<const RowKey> key;
  void prepare(const Chunk* first);
  u32 threads;
  i64 group_limit;  // −1: none
  u64 offset;
  u64 limit;           // ~0: none
  u64 keep = ~u64{0};  // rows that can matter at all: offset + limit when a thread may hold so many

  std::size_t share;        // bytes one thread may hold while rows come
  std::size_t block_bytes;  // of rows in memory
  std::size_t spill_block;  // of rows on disk
  std::size_t merge_bytes;  // bytes one thread may hold while merging
  u32 fan_in;               // runs merged together at most

  // For a look at the keys alone, before a row is copied; only where a bound can exclude rows.
  std::unique_ptr<const RowLayout> probe_layout;
  std::unique_ptr<const RowKey> probe_key;
  // A row whose first word is greater is not among the first `keep` …
  std::atomic<u64> bound{~u64{0}};
  // … or not among the first group_limit of its group; the word's top bits, from group_shift, number the groups.
  std::unique_ptr<std::atomic<u64>[]> group_bounds;
  u32 group_shift = 0;
  static void lower(std::atomic<u64>& bound, u64 word);

  std::atomic<u64> runs_begun{0};
  void add_run(SortRun run);
  SpillFile& add_file();
  std::vector<SortRun> take_runs();  // by number
  bool spilled();

 private:
  void make_key(const std::vector<std::string>& beginnings);

  std::vector<SortKey> keys_;
  u32 group_columns_;
  std::atomic<bool> prepared_{false};
  std::mutex mutex_;
  std::vector<SortRun> runs_;
  std::vector<std::unique_ptr<SpillFile>> files_;
};

}  // namespace spillway
