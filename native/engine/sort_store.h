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
  // Blocks begin small and grow with what is held, up to most_block_bytes: few rows cost little, many rows few blocks.
  SortStore(const RowLayout& layout, std::size_t most_block_bytes);

  void begin(u64 sequence) { sequence_ = sequence; }
  // Rows that fit without another block.
  u32 room() const;
  void add_block();
  // What the next block takes, and what all blocks take; with `extra` bytes for each row they have room for.
  std::size_t next_block_bytes(std::size_t extra) const;
  std::size_t held_bytes(std::size_t extra) const { return block_bytes_ + room_rows_ * extra; }
  // At most room() rows; chosen as in RowLayout::pack.
  void append(const Vector* columns, const u16* selection, u32 first, u32 count);
  // A row of the same layout; its long text is copied.
  void append_row(const u8* row, u64 sequence);

  u64 rows() const { return rows_; }
  std::size_t text_bytes() const { return heap_.bytes(); }
  // The rows in input order; pieces of one morsel follow each other as they came.
  std::vector<SortPiece> pieces() const;
  std::size_t piece_count() const { return pieces_.size(); }
  // Forgets the rows and keeps the blocks.
  void clear();

 private:
  struct Block {
    Buffer bytes;
    u32 rows;
  };

  std::size_t next_bytes() const;
  u8* place(u32 count, u64 sequence);

  const RowLayout& layout_;
  std::size_t most_block_bytes_;
  std::vector<Block> blocks_;
  std::size_t block_bytes_ = 0;  // of all blocks
  u64 room_rows_ = 0;            // that all blocks have room for
  u32 block_ = 0;                // the block being filled
  u32 used_ = 0;                 // rows in it
  std::vector<SortPiece> pieces_;
  Arena heap_;
  u64 rows_ = 0;
  u64 sequence_ = 0;
};

}  // namespace spillway
