// Merging runs: the order is cut into ranges that threads merge apart, each range from the blocks that overlap it.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/context.h"
#include "engine/sort_run.h"

namespace spillway {

// Rows from `from` to before `to`.
struct MergeRange {
  SortPoint from;
  SortPoint to;
  bool last = false;   // no upper end
  u64 skip = 0;        // of the merged rows, those left out first …
  u64 take = ~u64{0};  // … and those then taken
};

// Runs in the order of their numbers and the ranges that cover them. A block's place on disk is given back when the
// last range that overlaps it has read it.
class MergePlan {
 public:
  // Ranges of about range_rows rows; cuts fall only where the bits of `mask` change in the first word.
  MergePlan(std::vector<SortRun> runs, u64 range_rows, u64 mask);

  // Only these ranges will be read.
  void keep(std::vector<MergeRange> ranges);

  const std::vector<SortRun>& runs() const { return runs_; }
  const std::vector<MergeRange>& ranges() const { return ranges_; }
  u64 rows() const { return rows_; }
  // Blocks of a run that may hold rows of the range: first … second − 1.
  std::pair<std::size_t, std::size_t> blocks(std::size_t run, const MergeRange& range) const;
  void done_with(std::size_t run, std::size_t block);
  // Rows before `point` in all runs, exactly; reads at most one block of each.
  u64 rows_before(const SortPoint& point, const RowLayout& layout, const RowKey& key) const;

 private:
  void count_users();

  std::vector<SortRun> runs_;
  std::vector<MergeRange> ranges_;
  u64 rows_ = 0;
  std::vector<std::unique_ptr<std::atomic<u32>[]>> users_;  // per run and block: ranges still to read it
};

// How many of `count` rows, `stride` apart and in order, come before `point`.
u32 rows_before(const SortRun& run, const u8* rows, u32 count, const SortPoint& point, const RowLayout& layout,
                const RowKey& key);

}  // namespace spillway
