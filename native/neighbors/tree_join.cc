// A leaf's points begin their search in it, while the leaves around are in the cache from the points before.
#include "neighbors/tree_join.h"

#include <algorithm>
#include <limits>

namespace spillway {
namespace {

constexpr u32 kLeavesPerPart = 64;

}  // namespace

TreeJoin::TreeJoin(const ReferenceRows& rows, const TreeStorage& tree, u32 k, bool exclude_self)
    : rows_(rows),
      tree_(tree),
      k_(std::min(k, tree.view.points)),
      exclude_self_(exclude_self),
      counts_(rows.count),
      found_(std::size_t{rows.count} * k_),
      distances_(std::size_t{rows.count} * k_) {}

u32 TreeJoin::parts() const { return (tree_.leaf_count() + kLeavesPerPart - 1) / kLeavesPerPart; }

void TreeJoin::part(u32 index) {
  const LeafTable& kernels = leaf_kernels();
  const u32 columns = tree_.geometry.given;
  std::vector<f64> row(columns), x(tree_.geometry.columns);
  const u32 end = std::min(tree_.leaf_count(), (index + 1) * kLeavesPerPart);
  TreeQuery query;
  query.x = x.data();
  query.limit = std::numeric_limits<f64>::infinity();
  query.first = 0;
  query.end = kTreeNone;
  u64 looked = 0;
  query.looked = &looked;
  for (u32 leaf = index * kLeavesPerPart; leaf < end; ++leaf) {
    query.start = leaf;
    const u32* places = tree_.view.places + std::size_t{leaf} * kLeafPoints;
    for (u32 i = 0; i < kLeafPoints && places[i] != kTreeNone; ++i) {
      const std::size_t from = std::size_t{places[i]} * columns, into = std::size_t{places[i]} * k_;
      if (rows_.floats != nullptr) {
        std::copy_n(rows_.floats + from, columns, row.data());
      } else {
        std::copy_n(rows_.doubles + from, columns, row.data());
      }
      tree_coordinates(tree_.geometry, row.data(), x.data());
      query.self = exclude_self_ ? places[i] : kTreeNone;
      counts_[places[i]] = kernels.nearest(tree_.view, query, k_, distances_.data() + into, found_.data() + into);
    }
  }
}

u32 TreeJoin::take(u32 place, u32* rows, f64* distances) {
  const u32 count = counts_[place];
  const std::size_t from = std::size_t{place} * k_;
  for (u32 i = 0; i < count; ++i) rows[i] = static_cast<u32>(rows_.first + found_[from + i]);
  std::copy_n(distances_.data() + from, count, distances);
  return count;
}

}  // namespace spillway
