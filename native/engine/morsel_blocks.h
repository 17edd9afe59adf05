// The blocks that one thread makes of one morsel: what the sinks that keep rows have in common.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/block_builder.h"
#include "engine/sink.h"

namespace spillway {

class MorselBlocks final : public Sink::Local {
 public:
  // No morsel needs to give more rows than all are to give.
  MorselBlocks(const std::vector<Type>& types, u32 block_rows, u64 offset, u64 limit)
      : builder_(types, block_rows), wanted_(limit > ~u64{0} - offset ? ~u64{0} : offset + limit) {}

  void begin() {
    blocks_.clear();
    left_ = wanted_;
  }

  void append(const Chunk& chunk) {
    u32 count = static_cast<u32>(std::min<u64>(chunk.selected, left_));
    builder_.append(chunk, 0, count, blocks_);
    left_ -= count;
  }

  std::vector<Block> finish() {
    if (builder_.rows() != 0) blocks_.push_back(builder_.finish());
    return std::move(blocks_);
  }

 private:
  BlockBuilder builder_;
  std::vector<Block> blocks_;
  u64 wanted_;
  u64 left_ = 0;
};

}  // namespace spillway
