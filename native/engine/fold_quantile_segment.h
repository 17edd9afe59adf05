// Rows that follow each other in a source, with nothing between them: a forest of the nodes that only they have part
// in.
#pragma once

#include "engine/fold_quantile_node.h"

namespace spillway {

// Between the first row and the last no other row will come, so that the nodes of the fixed tree that lie between them
// are joined as far as they go, in the same way however rows came. What the block of the first row and the block of the
// last one hold is kept as it is, for the rows of their neighbours.
struct QuantileSegment {
  u64 first = 0;  // places of the first row and the last; meaningless when there are no nodes
  u64 last = 0;
  u64 from_morsel = 0;  // morsels whose rows these are: [from, end); none when not told
  u64 end_morsel = 0;
  std::vector<QuantileNode> nodes;  // in the order of their rows
  std::size_t settled = 0;          // nodes after the last settle

  bool empty() const { return nodes.empty(); }
  bool told() const { return from_morsel != end_morsel; }

  // The words of rows with ascending places, all after `last`.
  void append(const u64* places, const u64* words, u32 count, u64 limit);
  // All rows of `next` come after these, with nothing between.
  void glue(QuantileSegment& next, u64 limit);
  // Sorts, and joins what can be.
  void settle(u64 limit);

  void save(format::Bytes& out) const;
  void load(format::ByteReader& in, u64 limit);
  std::size_t bytes() const;
};

}  // namespace spillway
