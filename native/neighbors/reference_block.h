// A stretch of the reference's rows in memory with an index over it, and how it comes to be there.
#pragma once

#include <memory>

#include "engine/memory.h"
#include "neighbors/search_index.h"

namespace spillway {

class Reference;

struct ReferenceBlock {
  Reservation reserved;                // for all below
  std::shared_ptr<const void> memory;  // owns what the rows lie in, when that is neither `held` nor the points
  Buffer held;                         // the rows, unless they lie in memory already
  Buffer skipped;                      // a bit per row, with skip_missing
  ReferenceRows rows;
  std::unique_ptr<SearchIndex> index;
};

// Reads and checks rows, then builds their index. Parts may run on any threads at once; the calls between them come
// from one thread, alone.
class BlockMaking {
 public:
  // Reserves memory for the rows: throws Error Memory.
  // The index is the reference's own way, or the one given.
  BlockMaking(const Reference& reference, u32 first, u32 count, const SearchMethod* method = nullptr);
  u32 read_parts() const;
  // Throws Error Data, naming the row, for values that no distance is defined for; Format, Io.
  void read_part(u32 part);
  u32 begin_build();  // reserves memory for the index; how many parts building has
  void build_part(u32 part) { build_->part(part); }
  // With an index that was built elsewhere, or the one that was built here.
  std::unique_ptr<ReferenceBlock> finish(std::unique_ptr<SearchIndex> index = nullptr);
  const ReferenceRows& rows() const { return block_->rows; }
  u32 end() const { return first_ + count_; }
  // Of the file, for statistics; 0 when the rows lie in memory.
  u64 bytes_read() const { return block_->held.size(); }

 private:
  const Reference& reference_;
  const SearchMethod* method_;
  u32 first_, count_;
  u32 rows_per_part_;
  std::unique_ptr<ReferenceBlock> block_;
  std::unique_ptr<SearchMethod::Build> build_;
};

}  // namespace spillway
