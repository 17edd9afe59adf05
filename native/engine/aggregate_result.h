// The finished groups as rows for the next pipeline: keys, then aggregates.
#pragma once

#include <deque>

#include "engine/direct_groups.h"
#include "engine/group_builder.h"
#include "engine/partition_groups.h"
#include "engine/source.h"

namespace spillway {

// What finishing leaves behind; outlives the sink and its locals.
struct AggregateGroups {
  AggregateShape shape;
  // Either an array of states in the order of `direct_order` …
  std::unique_ptr<DirectGroups> direct;
  std::vector<u32> direct_order;
  std::vector<std::unique_ptr<DirectGroups>> merged;  // whose texts the states point to
  // … or blocks of groups, by partition; a partition not built yet has none.
  std::vector<std::unique_ptr<GroupBuilder>> builders;  // whose partitions are still to be read
  struct Partition {
    std::vector<std::unique_ptr<GroupBlock>> blocks;
    std::unique_ptr<PartitionGroups> later;
  };
  std::deque<Partition> partitions;
  std::vector<std::pair<const GroupBlock*, u32>> small;  // all groups in order, where they are few
  bool is_small = false;
  Reservation kept;  // memory set aside for building later
};

std::shared_ptr<Source> make_aggregate_source(std::shared_ptr<AggregateGroups> groups);

}  // namespace spillway
