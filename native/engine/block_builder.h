// Builds blocks of bounded size out of chunks, or out of parts of other blocks.
#pragma once

#include <vector>

#include "engine/block.h"
#include "engine/column_builder.h"

namespace spillway {

class BlockBuilder {
 public:
  BlockBuilder(const std::vector<Type>& types, u32 max_rows);

  // Appends the first `count` selected rows after `skip`; blocks that are full go to `full`, in order.
  void append(const Chunk& chunk, u32 skip, u32 count, std::vector<Block>& full);
  // The same for rows of a block; the caller keeps rows() + count within max_rows.
  void append(const Block& block, u32 from, u32 count);

  u32 rows() const { return rows_; }
  std::size_t bytes() const;
  Block finish();

 private:
  u32 fitting(const Chunk& chunk, u32 skip, u32 count) const;

  std::vector<ColumnBuilder> columns_;
  bool has_text_ = false;
  u32 max_rows_;
  u32 rows_ = 0;
  u32 usual_rows_ = 0;  // of earlier blocks: what the next one makes room for at once
};

// Rows `from` … `from + count` of a block, as a block of its own.
Block slice_block(const Block& block, u32 from, u32 count);

}  // namespace spillway
