// Cutting a merge into ranges by the first rows of the runs' blocks.
#include "engine/sort_merge.h"

#include <algorithm>

namespace spillway {
namespace {

std::size_t first_not_before(const SortRun& run, const SortPoint& point) {
  auto at = std::lower_bound(run.blocks.begin(), run.blocks.end(), point,
                             [](const RunBlock& block, const SortPoint& p) { return block.first < p; });
  return static_cast<std::size_t>(at - run.blocks.begin());
}

}  // namespace

u32 rows_before(const SortRun& run, const u8* rows, u32 count, const SortPoint& point, const RowLayout& layout,
                const RowKey& key) {
  u32 low = 0;
  u32 high = count;
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    const u8* row = rows + std::size_t{middle} * run.stride;
    if (point_of(key, row, run.sequence(row, layout.width())) < point) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

MergePlan::MergePlan(std::vector<SortRun> runs, u64 range_rows, u64 mask) : runs_(std::move(runs)) {
  struct Cut {
    SortPoint point;
    u32 rows;
  };
  std::vector<Cut> cuts;
  for (const SortRun& run : runs_) {
    rows_ += run.rows;
    for (const RunBlock& block : run.blocks) {
      SortPoint point = block.first;
      if (mask != ~u64{0}) point = {point.word & mask, 0};
      cuts.push_back({point, block.rows});
    }
  }
  std::sort(cuts.begin(), cuts.end(), [](const Cut& a, const Cut& b) { return a.point < b.point; });
  MergeRange range;
  u64 rows = 0;
  for (const Cut& cut : cuts) {
    // A block's rows lie behind its first one: it is counted when passed.
    if (rows >= range_rows && range.from < cut.point) {
      range.to = cut.point;
      ranges_.push_back(range);
      range.from = cut.point;
      rows = 0;
    }
    rows += cut.rows;
  }
  range.last = true;
  if (rows_ != 0) ranges_.push_back(range);
  count_users();
}

void MergePlan::keep(std::vector<MergeRange> ranges) {
  ranges_ = std::move(ranges);
  count_users();
}

void MergePlan::count_users() {
  users_.clear();
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    std::size_t count = runs_[run].blocks.size();
    auto users = std::make_unique<std::atomic<u32>[]>(count);
    for (std::size_t block = 0; block < count; ++block) users[block].store(0, std::memory_order_relaxed);
    for (const MergeRange& range : ranges_) {
      auto [from, to] = blocks(run, range);
      for (; from < to; ++from) users[from].fetch_add(1, std::memory_order_relaxed);
    }
    users_.push_back(std::move(users));
  }
}

std::pair<std::size_t, std::size_t> MergePlan::blocks(std::size_t index, const MergeRange& range) const {
  const SortRun& run = runs_[index];
  std::size_t from = first_not_before(run, range.from);
  if (from != 0) --from;  // its later rows may belong to the range
  std::size_t to = range.last ? run.blocks.size() : first_not_before(run, range.to);
  return {from, std::max(from, to)};
}

void MergePlan::done_with(std::size_t run, std::size_t block) {
  if (users_[run][block].fetch_sub(1, std::memory_order_acq_rel) == 1) {
    runs_[run].file->discard(runs_[run].blocks[block].extent);
  }
}

u64 MergePlan::rows_before(const SortPoint& point, const RowLayout& layout, const RowKey& key) const {
  u64 rows = 0;
  std::vector<u8> scratch;
  for (const SortRun& run : runs_) {
    std::size_t at = first_not_before(run, point);
    if (at == 0) continue;
    const RunBlock& block = run.blocks[at - 1];
    scratch.resize(block.extent.bytes + kSortSlack);
    read_block(run, layout, at - 1, scratch.data());
    rows += block.row + spillway::rows_before(run, scratch.data(), block.rows, point, layout, key);
  }
  return rows;
}

}  // namespace spillway
