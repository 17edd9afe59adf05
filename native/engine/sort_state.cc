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
constexpr u32 kTellingTexts = 64;
constexpr u32 kGroupBits = 20;  // up to here every group has a bound of its own
constexpr std::size_t kMostMerge = std::size_t{24} << 20;

std::vector<u32> key_columns(const std::vector<SortKey>& keys) {
  std::vector<u32> columns;
  for (const SortKey& key : keys) {
    if (std::find(columns.begin(), columns.end(), key.column) == columns.end()) columns.push_back(key.column);
  }
  return columns;
}

// What the texts of a column begin with, as far as all of a chunk's do; nothing when there are too few to tell.
std::string common_beginning(const Vector& column, const Chunk& chunk) {
  std::string_view common;
  u32 seen = 0;
  for (u32 i = 0; i < chunk.selected; ++i) {
    u32 row = chunk.row_at(i);
    if (!column.valid(row)) continue;
    u32 at = column.constant ? 0 : row;
    const StringView& view = column.dictionary != nullptr ? column.dictionary->entries()[column.values<u32>()[at]]
                                                          : column.values<StringView>()[at];
    std::string_view text = view.text();
    if (seen++ == 0) common = text;
    std::size_t length = std::min(common.size(), text.size());
    std::size_t same = 0;
    while (same < length && common[same] == text[same]) ++same;
    common = common.substr(0, same);
  }
  if (seen < kTellingTexts) return {};
  // Numbers at its end may only say that the input is in order.
  while (!common.empty() && common.back() >= '0' && common.back() <= '9') common.remove_suffix(1);
  return std::string(common);
}

}  // namespace

SortState::SortState(QueryContext& query, const SinkDescription& description, const std::vector<ColumnFacts>& inputs)
    : context(query),
      facts(inputs),
      layout(std::make_shared<RowLayout>(inputs)),
      threads(std::max<u32>(query.options.threads, 1)),
      group_limit(description.group_limit),
      offset(description.offset < 0 ? 0 : static_cast<u64>(description.offset)),
      limit(description.limit < 0 ? ~u64{0} : static_cast<u64>(description.limit)),
      keys_(description.sort_keys),
      group_columns_(description.group_columns) {
  // A quarter is left to whoever works at the same time: the writer or the batches that follow.
  share = context.memory.cap() / 4 * 3 / threads;
  block_bytes = std::clamp(share / 16, kLeastBlock, kMostBlock);
  merge_bytes = std::clamp(context.memory.cap() / 4 / threads, kLeastMerge, kMostMerge);
  spill_block = std::clamp(merge_bytes / (4 * kFanIn), kLeastSpillBlock, kMostSpillBlock);
  fan_in = static_cast<u32>(std::clamp<std::size_t>(merge_bytes / (2 * spill_block), 2, kFanIn));
  bool cuts = description.limit >= 0 && limit < ~u64{0} - offset && group_limit < 0;
  std::size_t row_bytes = layout->width() + sizeof(SortEntry) + sizeof(u16);
  if (cuts && limit + offset <= share / 8 / row_bytes) keep = limit + offset;
  if (group_limit == 0) keep = 0;
}

void SortState::prepare(const Chunk* first) {
  if (prepared_.load(std::memory_order_acquire)) return;
  std::lock_guard<std::mutex> lock(mutex_);
  if (prepared_.load(std::memory_order_relaxed)) return;
  std::vector<std::string> beginnings(keys_.size());
  for (std::size_t i = 0; i < keys_.size() && first != nullptr; ++i) {
    if (layout->slot(keys_[i].column).is_text()) {
      beginnings[i] = common_beginning(first->columns[keys_[i].column], *first);
    }
  }
  make_key(beginnings);
  prepared_.store(true, std::memory_order_release);
}

void SortState::make_key(const std::vector<std::string>& beginnings) {
  key = std::make_shared<RowKey>(*layout, keys_, group_columns_, beginnings);
  u32 group_bits = static_cast<u32>(std::popcount(key->group_mask()));
  if (group_limit > 0 && key->group_in_word() && group_bits <= kGroupBits) {
    group_shift = 64 - group_bits;
    std::size_t groups = std::size_t{1} << group_bits;
    group_bounds = std::make_unique<std::atomic<u64>[]>(groups);
    for (std::size_t i = 0; i < groups; ++i) group_bounds[i].store(~u64{0}, std::memory_order_relaxed);
  }
  if (keep != ~u64{0} || group_bounds != nullptr) {
    probe_layout = std::make_unique<RowLayout>(facts, key_columns(keys_));
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
