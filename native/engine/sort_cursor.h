// Merges one range of the runs: as many blocks at a time as fit, sorted together up to the point all runs have reached.
#pragma once

#include <memory>
#include <tuple>
#include <vector>

#include "engine/sort_merge.h"

namespace spillway {

// Owned by one thread at a time; opened for range after range. Runs being sorted already, one radix sort of what has
// been loaded beats a comparison per row and run; ranges too large for the memory proceed in steps.
class MergeCursor {
 public:
  // `capacity`: bytes of blocks to hold at once; more only when a single block per run needs it.
  MergeCursor(std::shared_ptr<MergePlan> plan, const RowLayout& layout, const RowKey& key, std::size_t capacity,
              i64 group_limit);

  void open(const MergeRange& range);
  // The next rows in order, valid until the next call; 0 at the end.
  std::size_t fill(const QueryContext& context);
  const SortEntry* entries() const { return entries_.as<SortEntry>(); }
  u64 sequence(u64 ref) const {
    const SortRun& run = plan_->runs()[tag_of(ref)];
    return run.sequence(row_of(ref), layout_.width());
  }

 private:
  struct Piece {
    const u8* rows = nullptr;
    u32 count = 0;
    std::size_t block = 0;
  };
  struct Lane {
    std::size_t next = 0;  // blocks still to load: next … end − 1
    std::size_t end = 0;
    std::size_t place = 0;  // bytes of the arena that are this run's
    std::size_t room = 0;
    std::vector<Piece> pieces;  // loaded, not yet merged rows
    std::size_t loaded = 0;     // first block that still occupies the arena
  };

  void lay_out();
  void load(u32 lane);
  u64 take(u32 lane, const u8* bound, u32 bound_lane);
  bool comes_before(const u8* row, u32 lane, const u8* bound, u32 bound_lane) const;
  void release(u32 lane, std::size_t before);

  std::shared_ptr<MergePlan> plan_;
  const RowLayout& layout_;
  const RowKey& key_;
  std::size_t capacity_;
  i64 group_limit_;
  GroupCut groups_;
  InputOrder input_;
  MergeRange range_;
  std::vector<Lane> lanes_;
  Buffer arena_;
  Buffer entries_;
  Buffer scratch_;
  std::size_t count_ = 0;
};

}  // namespace spillway
