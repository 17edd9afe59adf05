// Many blocks made one: exact-size columns, filled by tasks that may run in parallel.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/block.h"

namespace spillway {

// Made from blocks in row order. Steps: `flatten_tasks` tasks, then `plan`, then `copy_tasks` tasks, then `take`.
// Tasks of one step may run on any threads at once.
class BlockAssembly {
 public:
  BlockAssembly(const std::vector<Type>& types, std::vector<Block> blocks);

  // Codes of text columns whose blocks have no dictionary in common become text.
  u32 flatten_tasks() const { return static_cast<u32>(flattens_.size()); }
  void flatten(u32 task);

  // Throws Error Limit when a column's text is beyond what one column can hold.
  void plan();
  u32 copy_tasks() const { return static_cast<u32>(copies_.size()); }
  void copy(u32 task);

  Block take();

 private:
  struct Flatten {
    u32 block, column;
  };
  struct Copy {
    u32 column;
    bool bits;        // validity, and the values of bool: blocks share bytes, so one task does them all
    u32 first, last;  // blocks
  };

  bool keeps_codes(u32 column) const;
  void copy_column_bits(u32 column);
  void copy_values(u32 column, u32 block);

  std::vector<Block> blocks_;
  std::vector<u64> row_start_;                        // per block
  std::vector<std::vector<std::size_t>> text_start_;  // per column, per block; plain text only
  std::vector<Flatten> flattens_;
  std::vector<Copy> copies_;
  std::unique_ptr<std::atomic<u32>[]> left_;  // per column: copies to do before the parts can go
  Block result_;
};

}  // namespace spillway
