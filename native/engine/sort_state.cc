// Shares of memory and the list of runs.
#include "engine/sort_state.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

constexpr u32 kFanIn = 64;
constexpr std::size_t kLeastBlock = std::size_t{64} << 10;
constexpr std::size_t kMostBlock = std::size_t{8} << 20;
constexpr std::size_t kLeastSpillBlock = std::size_t{4} << 10;
constexpr std::size_t kMostSpillBlock = std::size_t{32} << 10;
constexpr std::size_t kLeastMerge = std::size_t{512} << 10;
constexpr u32 kGroupBits = 20;  // up to here every group has a bound of its own
constexpr std::size_t kMostMerge = std::size_t{24} << 20;

std::vector<u32> key_columns(const SinkDescription& description) {
  std::vector<u32> columns;
  for (const SortKey& key : description.sort_keys) {
    if (std::find(columns.begin(), columns.end(), key.column) == columns.end()) columns.push_back(key.column);
  }
  return columns;
}

}  // namespace

SortState::SortState(QueryContext& query, const SinkDescription& description, const std::vector<ColumnFacts>& inputs)
    : context(query),
      facts(inputs),
      layout(std::make_shared<RowLayout>(inputs)),
      threads(std::max<u32>(query.options.threads, 1)),
      group_limit(description.group_limit),
      offset(description.offset < 0 ? 0 : static_cast<u64>(description.offset)),
      limit(description.limit < 0 ? ~u64{0} : static_cast<u64>(description.limit)) {
  key = std::make_shared<RowKey>(*layout, description.sort_keys, description.group_columns);
  // A quarter is left to whoever works at the same time: the writer or the batches that follow.
  share = context.memory.cap() / 4 * 3 / threads;
  block_bytes = std::clamp(share / 16, kLeastBlock, kMostBlock);
  merge_bytes = std::clamp(context.memory.cap() / 4 / threads, kLeastMerge, kMostMerge);
  spill_block = std::clamp(merge_bytes / (4 * kFanIn), kLeastSpillBlock, kMostSpillBlock);
  fan_in = static_cast<u32>(std::clamp<std::size_t>(merge_bytes / (2 * spill_block), 2, kFanIn));

  if (group_limit == 0) keep = 0;
  u32 group_bits = static_cast<u32>(std::popcount(key->group_mask()));
  if (group_limit > 0 && key->group_in_word() && group_bits <= kGroupBits) {
    group_shift = 64 - group_bits;
    std::size_t groups = std::size_t{1} << group_bits;
    group_bounds = std::make_unique<std::atomic<u64>[]>(groups);
    for (std::size_t i = 0; i < groups; ++i) group_bounds[i].store(~u64{0}, std::memory_order_relaxed);
  }
  bool cuts = description.limit >= 0 && limit < ~u64{0} - offset && group_limit < 0;
  std::size_t row_bytes = layout->width() + sizeof(SortEntry) + sizeof(u16);
  if (cuts && (limit + offset) <= share / 8 / row_bytes) {
    keep = limit + offset;
  }
  if (keep != ~u64{0} || group_bounds != nullptr) {
    probe_layout = std::make_unique<RowLayout>(inputs, key_columns(description));
    probe_key = std::make_unique<RowKey>(key->over(*probe_layout));
  }
}

void SortState::lower(std::atomic<u64>& bound, u64 word) {
  u64 now = bound.load(std::memory_order_relaxed);
  while (word < now && !bound.compare_exchange_weak(now, word, std::memory_order_relaxed)) {
  }
}

void SortState::add_run(SortRun run) {
  if (run.rows == 0) return;
  std::lock_guard<std::mutex> lock(mutex_);
  runs_.push_back(std::move(run));
}

SpillFile& SortState::add_file() {
  std::unique_ptr<SpillFile> file = context.spill.create();
  std::lock_guard<std::mutex> lock(mutex_);
  files_.push_back(std::move(file));
  return *files_.back();
}

std::vector<SortRun> SortState::take_runs() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<SortRun> runs = std::move(runs_);
  runs_.clear();
  std::sort(runs.begin(), runs.end(), [](const SortRun& a, const SortRun& b) { return a.number < b.number; });
  return runs;
}

bool SortState::spilled() {
  std::lock_guard<std::mutex> lock(mutex_);
  return !runs_.empty();
}

}  // namespace spillway
