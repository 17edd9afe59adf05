// A stable radix sort of row numbers by shard, then one gather per column.
#include "engine/shard_block.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace spillway {
namespace {

constexpr u32 kDigitBits = 11;

}  // namespace

ShardStage::ShardStage(const std::vector<VtrInput>& inputs, u32 capacity)
    : inputs_(inputs), block_(inputs, capacity), hashes_(capacity), order_(capacity), spare_(capacity) {}

void ShardStage::append(const Chunk& chunk, u32 from, u32 count, const u64* hashes) {
  std::copy_n(hashes + from, count, hashes_.data() + block_.rows());
  block_.append(inputs_, chunk, from, count);
}

void ShardStage::sort(u32 shards) {
  const u32* keys = reinterpret_cast<const u32*>(block_.values(static_cast<u32>(inputs_.size()) - 1));
  const u32 rows = block_.rows();
  std::iota(order_.begin(), order_.begin() + rows, 0u);
  const u32 bits = static_cast<u32>(std::bit_width(shards));
  for (u32 shift = 0; shift < bits; shift += kDigitBits) {
    u32 starts[(1u << kDigitBits) + 1] = {};
    const u32 mask = (1u << kDigitBits) - 1;
    for (u32 i = 0; i < rows; ++i) ++starts[((keys[i] >> shift) & mask) + 1];
    for (u32 digit = 0; digit < mask; ++digit) starts[digit + 1] += starts[digit];
    for (u32 i = 0; i < rows; ++i) spare_[starts[(keys[order_[i]] >> shift) & mask]++] = order_[i];
    order_.swap(spare_);
  }
}

ShardBlock ShardStage::cluster(std::shared_ptr<VtrBlock> into, u32 shards, std::vector<u64>& sums) {
  sort(shards);
  const u32 rows = block_.rows();
  const u32* keys = reinterpret_cast<const u32*>(block_.values(static_cast<u32>(inputs_.size()) - 1));
  ShardBlock result;
  sums.clear();
  for (u32 i = 0; i < rows; ++i) {
    const u32 shard = keys[order_[i]];
    if (result.stretches.empty() || result.stretches.back().shard != shard) {
      result.stretches.push_back({shard, i});
      sums.push_back(0);
    }
    sums.back() += hashes_[order_[i]];
  }
  result.stretches.shrink_to_fit();
  into->take(inputs_, block_, order_.data(), rows);
  block_.clear();
  result.rows = std::move(into);
  return result;
}

}  // namespace spillway
