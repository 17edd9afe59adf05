// Values that must be held until all are known: one thread's store of (group, value), and what becomes of them.
#pragma once

#include <mutex>

#include "engine/aggregate_shape.h"

namespace spillway {

// Groups so few that distinct values are spread by themselves, not by group.
inline constexpr u64 kFewValueGroups = 64;

class ValueStore {
 public:
  // `domain`: groups are below it; 0: unknown, and everything goes into one partition.
  ValueStore(const AggregateShape& shape, u32 stream, QueryContext& context, MemoryBudget& budget, u64 domain);

  // Values of the batch's rows that have one.
  void add(const ArgumentBatch& batch, const u32* groups);
  PartitionedRows& rows() { return rows_; }
  // Bits of distinct values instead, bit_values for each group; null where there are none.
  const u64* bits() const { return bits_.as<u64>(); }

 private:
  void set_bits(const ArgumentColumn& column, const u32* groups);

  const AggregateShape& shape_;
  const u32 stream_;
  const u64 domain_;
  PartitionedRows rows_;
  KeyBatch keys_;
  std::vector<u64> hashes_;
  Reservation bits_held_;
  Buffer bits_;
};

// Whether every partition of the store has groups of its own; else several partitions have values of one group.
bool partitions_own_groups(const ValueStream& stream, u64 domain);

// The states whose parts a stream feeds.
struct ValueTarget {
  u8* states = nullptr;
  u64 stride = 0;
  u64 groups = 0;
  std::mutex* shared = nullptr;  // set where other partitions may have values of the same groups
};

// Takes one partition's values of all stores and adds what they come to to the states; gives up the stores' memory.
void finish_values(const AggregateShape& shape, u32 stream, const std::vector<PartitionedRows*>& stores, u32 partition,
                   const ValueTarget& target, QueryContext& context, MemoryBudget& budget);

// Counts the distinct values in one stretch of the stores' bits (kBitStretch of them), adding to counts atomically.
inline constexpr u64 kBitStretch = u64{1} << 20;
void count_bits(const AggregateShape& shape, u32 stream, const std::vector<const u64*>& stores, u32 stretch,
                const ValueTarget& target);

// The part of it that chooses quantiles; `stores` hold order words instead of values.
void select_quantiles(const AggregateShape& shape, u32 stream, const std::vector<PartitionedRows*>& stores,
                      u32 partition, const ValueTarget& target, QueryContext& context, MemoryBudget& budget);

}  // namespace spillway
