// Which shard each row belongs to: by its key's number, by bounds, by a hash.
#pragma once

#include <memory>
#include <vector>

#include "engine/context.h"
#include "engine/description.h"
#include "engine/shard_keys.h"

namespace spillway {

class ShardRouter {
 public:
  virtual ~ShardRouter() = default;
  // shards[i]: of the chunk's i-th selected row. From any thread.
  virtual void route(const Chunk& chunk, u32* shards) = 0;
  // Every number given so far is below.
  virtual u32 shards() const = 0;
  virtual std::size_t bytes() const { return 0; }
  // The shards' keys, when each shard has one.
  virtual const ShardKeys* keys() const { return nullptr; }
};

// `keys`: facts of the key columns, the first of every chunk. Throws Error Internal for a description that does not
// fit.
std::unique_ptr<ShardRouter> make_shard_router(const QueryContext& context, const ShardDescription& description,
                                               const std::vector<ColumnFacts>& keys);
std::unique_ptr<ShardRouter> make_bounds_router(const ShardDescription& description, const ColumnFacts& key);

// The shard by hash of rows whose keys have these values: hash modulo buckets, or `buckets` when all are null.
u32 hash_shard(const std::vector<Constant>& keys, u32 buckets);

}  // namespace spillway
