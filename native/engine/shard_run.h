// As much of the input as memory lets gather, written shard by shard: which rows go into which row group.
#pragma once

#include <atomic>
#include <vector>

#include "engine/shard_block.h"

namespace spillway {

class ShardRun {
 public:
  // Blocks come in input order.
  void add(ShardBlock block);
  u64 rows() const { return rows_; }
  std::size_t bytes() const { return bytes_; }
  std::vector<ShardBlock>& blocks() { return blocks_; }

  // Row groups of at most `most` rows, shards ascending: a new one begins with a shard once the last has enough rows.
  // False: there are no more. After the last add; one thread at a time.
  bool next_group(u32 most, std::vector<VtrSlice>& slices, u32& rows);
  // Never more than this many come.
  static u64 groups_at_most(u64 rows);

  // Counts those who use the blocks: row groups, and whoever cuts them. True when the last one lets go.
  void hold() { holders_.fetch_add(1, std::memory_order_relaxed); }
  bool let_go() { return holders_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

 private:
  void count_rows();
  void gather_shards();

  std::vector<ShardBlock> blocks_;
  u64 rows_ = 0;
  std::size_t bytes_ = 0;
  std::atomic<u32> holders_{0};

  // While row groups are cut.
  std::vector<u32> shard_rows_;    // by shard
  std::vector<u32> next_stretch_;  // by block
  u32 next_shard_ = 0;
  std::vector<VtrSlice> open_;  // in order, the first `open_from_` of them given away
  std::size_t open_from_ = 0;
  u64 open_rows_ = 0;
};

}  // namespace spillway
