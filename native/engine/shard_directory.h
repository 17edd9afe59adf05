// What is known of each shard when all rows are written: its rows, their checksum, its key.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "engine/block_store.h"
#include "engine/shard_block.h"
#include "engine/shard_router.h"

namespace spillway {

class ShardDirectory {
 public:
  // Adds the rows of a block; `sums` as ShardStage::cluster gives them. From any thread.
  void add(const ShardBlock& block, const std::vector<u64>& sums);
  std::size_t bytes() const;

  // After the last add: shards that have rows, as rows for the next pipeline: number (u32), rows (i64), checksum (u64),
  // then the key's columns where a shard is of one key.
  void finish(QueryContext& context, const ShardRouter& router);
  std::shared_ptr<Source> source() { return store_->make_source(); }

 private:
  struct Total {
    u64 rows = 0;
    u64 checksum = 0;
  };
  mutable std::mutex mutex_;
  std::vector<Total> totals_;  // by shard
  std::optional<BlockStore> store_;
};

}  // namespace spillway
