// A source joined with the nearest rows of a target: morsels of its rows become rows of neighbours as they are read.
#pragma once

#include <atomic>
#include <memory>

#include "engine/description.h"
#include "engine/source.h"
#include "neighbors/join_target.h"

namespace spillway {

// Where rows are counted as they are read; nullptr: nowhere.
struct JoinCounts {
  std::atomic<u64>* read = nullptr;
  std::atomic<u64>* scanned = nullptr;
};

// Columns: what the join's program carries, then rank, distance, the neighbour's row if the target tells it, and the
// reference's columns asked for. Rows come in the order of (row of `input`, rank); rows without neighbours are left
// out.
std::shared_ptr<Source> join_neighbors(std::shared_ptr<Source> input, const NeighborJoinDescription& join,
                                       std::shared_ptr<const JoinTarget> target, JoinCounts counts);

}  // namespace spillway
