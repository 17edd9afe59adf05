// Cutting of row groups: the stretches of some shards are sorted by counting, those of one shard stay in input order.
#include "engine/shard_run.h"

#include <algorithm>

namespace spillway {
namespace {

// Rows after which a row group ends with a shard: few enough that a shard is read without many rows of others, enough
// that pages are worth their statistics.
constexpr u32 kEnoughRows = kPageRows / 2;

}  // namespace

u64 ShardRun::groups_at_most(u64 rows) { return rows / kEnoughRows + 1; }

void ShardRun::add(ShardBlock block) {
  rows_ += block.rows->rows();
  bytes_ += block.bytes();
  blocks_.push_back(std::move(block));
}

void ShardRun::count_rows() {
  next_stretch_.assign(blocks_.size(), 0);
  u32 shards = 0;
  for (const ShardBlock& block : blocks_) shards = std::max(shards, block.stretches.back().shard + 1);
  shard_rows_.assign(shards, 0);
  for (const ShardBlock& block : blocks_) {
    for (std::size_t s = 0; s < block.stretches.size(); ++s) {
      shard_rows_[block.stretches[s].shard] += block.end(s) - block.stretches[s].from;
    }
  }
}

// Appends the slices of the next shards to `open_`, until there are enough rows.
void ShardRun::gather_shards() {
  open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(open_from_));
  open_from_ = 0;
  const u32 first = next_shard_;
  while (next_shard_ < shard_rows_.size() && open_rows_ < kEnoughRows) open_rows_ += shard_rows_[next_shard_++];
  std::vector<u32> places(next_shard_ - first + 1);
  const std::vector<u32> from = next_stretch_;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const std::vector<ShardBlock::Stretch>& stretches = blocks_[b].stretches;
    u32& next = next_stretch_[b];
    for (; next < stretches.size() && stretches[next].shard < next_shard_; ++next) {
      ++places[stretches[next].shard - first + 1];
    }
  }
  places[0] = static_cast<u32>(open_.size());
  for (std::size_t i = 1; i < places.size(); ++i) places[i] += places[i - 1];
  open_.resize(places.back());
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const ShardBlock& block = blocks_[b];
    for (u32 s = from[b]; s < next_stretch_[b]; ++s) {
      const ShardBlock::Stretch& stretch = block.stretches[s];
      open_[places[stretch.shard - first]++] = {block.rows.get(), stretch.from, block.end(s) - stretch.from};
    }
  }
}

bool ShardRun::next_group(u32 most, std::vector<VtrSlice>& slices, u32& rows) {
  if (next_stretch_.empty()) {
    if (blocks_.empty()) return false;
    count_rows();
  }
  if (open_rows_ < kEnoughRows) gather_shards();
  if (open_rows_ == 0) return false;
  slices.clear();
  rows = 0;
  while (open_from_ < open_.size() && rows < most) {
    VtrSlice& slice = open_[open_from_];
    const u32 take = std::min(slice.rows, most - rows);
    slices.push_back({slice.block, slice.from, take});
    rows += take;
    slice.from += take;
    slice.rows -= take;
    if (slice.rows == 0) ++open_from_;
  }
  open_rows_ -= rows;
  return true;
}

}  // namespace spillway
