// A sort whose rows all stayed in memory, as a source.
#pragma once

#include <memory>
#include <vector>

#include "engine/sort_partition.h"
#include "engine/source.h"

namespace spillway {

// What a resident result keeps alive, and the part of its rows that is wanted.
struct ResidentRows {
  std::shared_ptr<const RowLayout> layout;
  std::shared_ptr<const RowKey> key;
  std::vector<ColumnFacts> facts;
  std::vector<std::unique_ptr<SortStore>> stores;
  std::vector<Reservation> reservations;
  std::unique_ptr<PartitionSort> order;
  u64 offset = 0;
  u64 limit = ~u64{0};
};

// Morsels are stretches of the sorted rows; `first` and `last` count rows from the offset.
std::shared_ptr<Source> make_resident_source(std::shared_ptr<ResidentRows> rows);

}  // namespace spillway
