// The groups of one partition, built when asked for; a partition too large for the memory is split and built part by
// part.
#pragma once

#include "engine/aggregate_values.h"

namespace spillway {

// Finished groups in the order they come out.
struct GroupBlock {
  std::unique_ptr<GroupIndex> index;
  std::vector<u32> order;  // empty: as they lie
  Reservation order_held;
  u32 count = 0;

  const u8* row(u32 i) const { return index->row(order.empty() ? i : order[i]); }
};

class PartitionGroups {
 public:
  // Partition `partition` of every store; `level` 1 for the partitions of the first pass.
  PartitionGroups(const AggregateShape& shape, QueryContext& context, std::vector<PartitionedRows*> raw,
                  std::vector<PartitionedRows*> states, u32 partition, u32 level, u64 parent_records = ~u64{0});

  // The next groups, null after the last. Where the partition does not fit the memory it is split into parts on disk;
  // without `parts` null is returned then, and unfinished() stays true.
  std::unique_ptr<GroupBlock> next(MemoryBudget& budget, bool parts);
  bool unfinished() const { return !done_; }
  bool split() const { return part_raw_ != nullptr; }
  // Puts what is in memory onto disk.
  void spill();

 private:
  struct Run {
    u64 sequence;
    u32 store;
    u64 records;
  };

  std::unique_ptr<GroupBlock> build(MemoryBudget& budget);
  std::vector<Run> runs() const;
  void add_raw(const u64* records, u32 n, MemoryBudget& budget);
  void add_states(const u64* records, u32 n, MemoryBudget& budget);
  bool room(u32 n, MemoryBudget& budget);
  bool too_large(MemoryBudget& budget) const;
  void finish_streams(MemoryBudget& budget);
  void split_up(MemoryBudget& budget);
  void pass_on(PartitionedRows& store, const u64* hashes, const u64* records, u32 words, u32 n);
  std::unique_ptr<GroupBlock> finish(std::unique_ptr<GroupIndex> index, MemoryBudget& budget);

  const AggregateShape& shape_;
  QueryContext& context_;
  std::vector<PartitionedRows*> raw_, states_;
  u32 partition_, level_;
  u64 parent_records_;  // of the partition that this one is a part of
  u64 most_ = 0;        // records left when building began: groups are no more
  bool built_ = false, done_ = false;
  std::unique_ptr<GroupIndex> index_;  // while building
  std::unique_ptr<RecordBatch> batch_;
  std::unique_ptr<StateUpdater> updater_;
  std::vector<std::unique_ptr<ValueStore>> values_;
  std::unique_ptr<PartitionedRows> part_raw_, part_states_;  // once split
  u32 part_ = 0;
  std::unique_ptr<PartitionGroups> child_;
};

// The order of groups of one block: by the second byte of their keys' hashes, then by first row; or by first row alone.
void order_block(const AggregateShape& shape, GroupBlock& block, MemoryBudget& budget);

}  // namespace spillway
