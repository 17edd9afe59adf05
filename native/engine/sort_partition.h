// Orders the rows of many pieces: a stable distribution into parts by sampled splitters, then each part by itself.
#pragma once

#include <vector>

#include "engine/context.h"
#include "engine/sort_order.h"
#include "engine/sort_split.h"
#include "engine/sort_store.h"

namespace spillway {

// The steps, in this order: count every chunk, place, scatter every chunk, sort every task. Calls of one step may run
// on many threads. No step but `place`, whose work is parts × chunks, is serial.
class PartitionSort {
 public:
  struct Options {
    u32 threads = 1;
    bool tag_pieces = false;  // refs say which piece a row is from (fewer than kRefTags pieces)
    i64 group_limit = -1;
  };

  // `pieces` in input order.
  PartitionSort(const RowKey& key, const RowLayout& layout, std::vector<SortPiece> pieces, const Options& options);

  // Bytes held per row beside the rows themselves.
  static constexpr u32 kBytesPerRow = sizeof(SortEntry) + sizeof(u16);

  u64 rows() const { return rows_; }
  u32 chunks() const { return static_cast<u32>(chunks_.size()); }
  void count(u32 chunk, const QueryContext& context);
  void place();
  void scatter(u32 chunk, const QueryContext& context);
  u32 tasks() const { return static_cast<u32>(tasks_.size()); }
  void sort(u32 task, const QueryContext& context);
  void run_all(const QueryContext& context);

  // The ordered entries, as stretches to be read one after another (parts shorten under a group limit).
  struct Stretch {
    const SortEntry* entries = nullptr;
    u64 count = 0;
  };
  std::vector<Stretch> stretches() const;
  const std::vector<SortPiece>& pieces() const { return pieces_; }

 private:
  struct Chunk {
    u32 first_piece = 0;
    u32 last_piece = 0;  // exclusive
    u64 first_row = 0;
    u64 rows = 0;
    std::vector<u64> at;  // per part: rows of this chunk, then where the next one goes
  };
  struct Task {
    u32 first = 0;
    u32 last = 0;  // parts, exclusive
  };

  void make_chunks(u32 threads);
  void choose_splitters();

  const RowKey& key_;
  const RowLayout& layout_;
  std::vector<SortPiece> pieces_;
  Options options_;
  u64 rows_ = 0;
  u32 parts_ = 1;
  SortSplitters splitters_;
  std::vector<Chunk> chunks_;
  std::vector<Task> tasks_;
  std::vector<u64> begins_;  // parts_ + 1 positions among the entries
  std::vector<u64> kept_;    // rows of each part that remain
  Buffer ids_;               // u16 per row: its part
  Buffer entries_;
};

}  // namespace spillway
