// One thread's first pass over rows whose keys are many: a small table that is emptied into partitions when full, or,
// where it hardly reduces the rows, the rows themselves into partitions.
#pragma once

#include "engine/aggregate_shape.h"

namespace spillway {

class GroupBuilder {
 public:
  GroupBuilder(const AggregateShape& shape, QueryContext& context);

  void begin_morsel(u64 sequence);
  // Rows of one vector; the keys' hashes are computed here.
  void add(KeyBatch& keys, const ArgumentBatch& arguments, const u64* positions);
  // A state from elsewhere (rows laid out as the shape says, `n` of them, adjacent).
  void add_rows(const u8* rows, u32 n);
  // Empties the table into the partitions, for good.
  void flush();

  PartitionedRows& raw() { return raw_; }
  PartitionedRows& states() { return states_; }
  const GroupIndex& table() const { return table_; }

 private:
  bool table_has_room(u32 rows);
  void empty_table();

  const AggregateShape& shape_;
  QueryContext& context_;
  GroupIndex table_;
  StateUpdater updater_;
  RecordBatch batch_;
  PartitionedRows raw_, states_;
  u64 rows_in_table_ = 0;        // rows that the table's groups came from
  u64 table_rows_;               // groups the table may have
  bool partition_rows_ = false;  // the table does not pay
};

}  // namespace spillway
