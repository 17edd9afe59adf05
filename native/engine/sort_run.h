// A sorted run in a spill file: blocks of rows, each followed by the long text of its rows, and an index of them.
#pragma once

#include <vector>

#include "engine/row_key.h"
#include "engine/sort_order.h"
#include "engine/spill.h"

namespace spillway {

// Where a row stands in a sort, as far as two words tell: its first word, and the second or, when there is none, its
// place in the input. Rows in order have points that do not descend.
struct SortPoint {
  u64 word = 0;
  u64 next = 0;
  friend bool operator<(const SortPoint& a, const SortPoint& b) {
    return a.word != b.word ? a.word < b.word : a.next < b.next;
  }
};

SortPoint point_of(const RowKey& key, const u8* row, u64 sequence);

struct RunBlock {
  SortPoint first;  // of its first row
  u64 row = 0;      // number of its first row in the run
  u32 rows = 0;
  SpillExtent extent;
};

// Rows are `stride` bytes apart: the layout's row, then the morsel it came from, counted from base_sequence.
struct SortRun {
  SpillFile* file = nullptr;
  u64 number = 0;  // of rows from one morsel, those in the run with the lower number came first
  u64 rows = 0;
  u64 base_sequence = 0;
  u64 last_sequence = 0;
  u32 order_bytes = 0;  // 0, 1, 2, 4 or 8
  u32 stride = 0;
  std::vector<RunBlock> blocks;

  u64 sequence(const u8* row, u32 width) const {
    u64 order = 0;
    std::memcpy(&order, row + width, order_bytes);
    return base_sequence + order;
  }
};

class RunWriter {
 public:
  // The run's rows come from morsels first_sequence … last_sequence. A block closes when it reaches block_bytes.
  RunWriter(const RowLayout& layout, const RowKey& key, SpillFile& file, u64 number, u64 first_sequence,
            u64 last_sequence, std::size_t block_bytes);
  // Rows in sorted order.
  void add(const SortEntry* entries, std::size_t count, const InputOrder& input);
  SortRun finish();

 private:
  void take_text(u8* row);
  void flush();

  const RowLayout& layout_;
  const RowKey& key_;
  SortRun run_;
  u32 block_rows_;
  std::size_t block_bytes_;
  Buffer rows_;
  std::vector<u8> heap_;
  u32 count_ = 0;
};

// Reads block `index` to `into`, which has room for its extent and kSortSlack more; text then points into it.
void read_block(const SortRun& run, const RowLayout& layout, std::size_t index, u8* into);

}  // namespace spillway
