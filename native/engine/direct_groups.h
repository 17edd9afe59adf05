// Groups whose keys are small numbers: a thread's array of states, indexed by the key.
#pragma once

#include "engine/aggregate_values.h"

namespace spillway {

class DirectGroups {
 public:
  DirectGroups(const AggregateShape& shape, QueryContext& context);

  // Takes the arrays' memory; false when the budget refuses.
  bool open();
  void close();

  // Brings each group's states together in one; before any state is read.
  void settle();

  void begin_morsel(u64 sequence);
  // Throws Error Format when a key is not below the domain (a file's statistics lied).
  void add(const KeyBatch& keys, const ArgumentBatch& arguments, const u64* positions);
  bool needs_positions() const { return shape_.plan.needs_positions || !complete_; }

  u8* state(u64 group) { return states_.data() + group * shape_.plan.state_bytes; }
  // Position of the group's first row + 1; 0: no such group.
  u64 first(u64 group) const { return first_.as<u64>()[group]; }
  void set_first(u64 group, u64 position) { first_.as<u64>()[group] = position; }
  Arena& texts() { return texts_; }
  ValueStore& values(u32 stream) { return *values_[stream]; }
  bool settle_texts();

 private:
  const AggregateShape& shape_;
  QueryContext& context_;
  Reservation held_;
  Buffer states_, first_;
  StateUpdater updater_;
  Arena texts_;
  u64 texts_reserved_ = 0;
  u64 seen_ = 0;           // groups seen
  u64 latest_ = 0;         // greatest sequence number so far
  bool complete_ = false;  // every group was seen in rows before this morsel
  u32 copies_ = 1;         // states of a group, rows taking turns
  std::vector<u32> groups_, spread_;
  std::vector<std::unique_ptr<ValueStore>> values_;  // of each value stream
};

}  // namespace spillway
