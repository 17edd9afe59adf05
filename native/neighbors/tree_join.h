// Every row of a tree asked for its nearest, leaf after leaf.
#pragma once

#include <vector>

#include "neighbors/tree_storage.h"

namespace spillway {

// The tree and the rows must outlive it.
class TreeJoin final : public SelfJoin {
 public:
  TreeJoin(const ReferenceRows& rows, const TreeStorage& tree, u32 k, bool exclude_self);

  u32 parts() const override;
  void part(u32 index) override;
  u32 take(u32 place, u32* rows, f64* distances) override;

 private:
  const ReferenceRows& rows_;
  const TreeStorage& tree_;
  u32 k_;
  bool exclude_self_;
  std::vector<u32> counts_, found_;  // by place
  std::vector<f64> distances_;
};

}  // namespace spillway
