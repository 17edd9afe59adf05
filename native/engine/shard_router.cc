// Routing by key and by hash; by bounds is in shard_bounds.cc.
#include "engine/shard_router.h"

#include <algorithm>

namespace spillway {
namespace {

u32 bucket_of(u64 hash, u32 buckets) { return static_cast<u32>(hash % buckets); }

class LevelRouter final : public ShardRouter {
 public:
  LevelRouter(std::vector<ColumnFacts> keys, bool equal_hashes) : keys_(std::move(keys), equal_hashes) {}
  void route(const Chunk& chunk, u32* shards) override { keys_.find(chunk, shards); }
  u32 shards() const override { return keys_.size(); }
  std::size_t bytes() const override { return keys_.bytes(); }
  const ShardKeys* keys() const override { return &keys_; }

 private:
  ShardKeys keys_;
};

class HashRouter final : public ShardRouter {
 public:
  HashRouter(const std::vector<ColumnFacts>& keys, u32 buckets)
      : columns_(static_cast<u32>(keys.size())), hasher_(keys, true), buckets_(buckets) {}

  void route(const Chunk& chunk, u32* shards) override {
    u64 hashes[kVectorRows];
    hasher_.hash(chunk, 0, hashes);
    for (u32 i = 0; i < chunk.selected; ++i) shards[i] = bucket_of(hashes[i], buckets_);
    for (u32 c = 0; c < columns_; ++c) {
      if (chunk.columns[c].validity == nullptr) return;
    }
    for (u32 i = 0; i < chunk.selected; ++i) {
      const u32 row = chunk.row_at(i);
      u32 nulls = 0;
      while (nulls < columns_ && !chunk.columns[nulls].valid(row)) ++nulls;
      if (nulls == columns_) shards[i] = buckets_;
    }
  }
  u32 shards() const override { return buckets_ + 1; }
  std::size_t bytes() const override { return hasher_.bytes(); }

 private:
  const u32 columns_;
  const RowHasher hasher_;
  const u32 buckets_;
};

}  // namespace

u32 hash_shard(const std::vector<Constant>& keys, u32 buckets) {
  if (std::all_of(keys.begin(), keys.end(), [](const Constant& key) { return key.null; })) return buckets;
  u64 hash = kRowHashStart;
  for (const Constant& key : keys) hash = mix_word(hash, key_word(key));
  return bucket_of(hash, buckets);
}

std::unique_ptr<ShardRouter> make_shard_router(const QueryContext& context, const ShardDescription& description,
                                               const std::vector<ColumnFacts>& keys) {
  if (keys.empty()) throw Error(ErrorCode::Internal, "rows go to shards by a key; none was given");
  switch (description.method) {
    case ShardDescription::Method::Level: return std::make_unique<LevelRouter>(keys, context.options.equal_hashes);
    case ShardDescription::Method::Bounds:
      if (keys.size() != 1) throw Error(ErrorCode::Internal, "shards by bounds have one key");
      return make_bounds_router(description, keys[0]);
    case ShardDescription::Method::Hash:
      if (description.buckets == 0 || description.buckets == ~u32{0}) {
        throw Error(ErrorCode::Internal, "shards by hash need a number of buckets");
      }
      return std::make_unique<HashRouter>(keys, description.buckets);
  }
  throw Error(ErrorCode::Internal, "an unknown way to shards");
}

}  // namespace spillway
