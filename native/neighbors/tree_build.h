// Puts the points of a tree in order: halves of halves, down to leaves.
#pragma once

#include <memory>
#include <vector>

#include "neighbors/tree_storage.h"

namespace spillway {

class TreeBuild {
 public:
  TreeBuild(const MetricSpec& metric, const ResidentRows& rows, u32 threads);

  u32 parts() const { return static_cast<u32>(tasks_.size()); }
  void part(u32 index);
  std::unique_ptr<TreeStorage> finish();

 private:
  struct Leaves {
    u32 first, end;
  };
  u32 position(u32 leaf) const;  // of a leaf's first point
  void halve(Leaves leaves, std::vector<u64>& keys, Leaves (&halves)[2]);
  void order(Leaves leaves, std::vector<u64>& keys);
  void fill(u32 leaf);

  ResidentRows rows_;
  std::unique_ptr<TreeStorage> storage_;
  std::vector<u32> order_;  // places by position
  std::vector<Leaves> tasks_;
};

}  // namespace spillway
