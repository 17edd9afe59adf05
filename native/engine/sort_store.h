// Rows that one thread has taken in, in blocks, with the stretches of input they came from.
#pragma once

#include <vector>

#include "engine/memory.h"
#include "engine/sort_row.h"

namespace spillway {

// Consecutive rows of one morsel in one block.
struct SortPiece {
  const u8* rows = nullptr;
  u32 count = 0;
  u64 sequence = 0;
};

class SortStore {
 public:
  SortStore(const RowLayout& layout, std::size_t block_bytes);

  void begin(u64 sequence) { sequence_ = sequence; }
  // Rows that fit without another block.
  u32 room() const;
  void add_block();
  std::size_t block_bytes() const { return block_bytes_; }
  // At most room() rows; chosen as in RowLayout::pack.
  void append(const Vector* columns, const u16* selection, u32 first, u32 count);
  // A row of the same layout; its long text is copied.
  void append_row(const u8* row, u64 sequence);

  u64 rows() const { return rows_; }
  std::size_t blocks() const { return blocks_.size(); }
  u32 block_rows() const { return block_rows_; }
  std::size_t text_bytes() const { return heap_.bytes(); }
  // The rows in input order; pieces of one morsel follow each other as they came.
  std::vector<SortPiece> pieces() const;
  std::size_t piece_count() const { return pieces_.size(); }
  u64 greatest_sequence() const { return greatest_; }
  // Forgets the rows and keeps the blocks.
  void clear();
  // Gives blocks that hold no rows back.
  void trim();

 private:
  u8* place(u32 count, u64 sequence);

  const RowLayout& layout_;
  std::size_t block_bytes_;
  u32 block_rows_;
  std::vector<Buffer> blocks_;
  u32 block_ = 0;  // the block being filled
  u32 used_ = 0;   // rows in it
  std::vector<SortPiece> pieces_;
  Arena heap_;
  u64 rows_ = 0;
  u64 sequence_ = 0;
  u64 greatest_ = 0;
};

}  // namespace spillway
