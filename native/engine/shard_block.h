// A stretch of the input brought into the order of its shards: the rows of a shard lie together, in input order.
#pragma once

#include <memory>
#include <vector>

#include "engine/vtr_rows.h"

namespace spillway {

struct ShardBlock {
  struct Stretch {
    u32 shard = 0;
    u32 from = 0;  // first row; the next stretch's first row ends it
  };
  std::shared_ptr<VtrBlock> rows;
  std::vector<Stretch> stretches;  // by shard, ascending

  u32 end(std::size_t stretch) const {
    return stretch + 1 < stretches.size() ? stretches[stretch + 1].from : rows->rows();
  }
  std::size_t bytes() const { return rows->bytes() + stretches.capacity() * sizeof(Stretch); }
};

// Rows of one thread as they come, until they are ordered. The last column of `inputs` is the shard's number.
class ShardStage {
 public:
  ShardStage(const std::vector<VtrInput>& inputs, u32 capacity);

  u32 rows() const { return block_.rows(); }
  u32 room() const { return block_.room(); }
  std::size_t bytes() const { return block_.bytes() + std::size_t{block_.capacity()} * 16; }

  // Selected rows [from, from + count) of the chunk; hashes[i] is of the i-th selected one.
  void append(const Chunk& chunk, u32 from, u32 count, const u64* hashes);
  // Everything into `into`, which is empty and large enough; every shard is below `shards`. `sums`: of the hashes of
  // each stretch. Leaves the stage empty.
  ShardBlock cluster(std::shared_ptr<VtrBlock> into, u32 shards, std::vector<u64>& sums);

 private:
  void sort(u32 shards);

  const std::vector<VtrInput>& inputs_;
  VtrBlock block_;
  std::vector<u64> hashes_;
  std::vector<u32> order_, spare_;
};

}  // namespace spillway
