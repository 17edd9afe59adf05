// Puts the points of a tree in order: halves of halves, down to leaves.
#pragma once

#include <memory>
#include <vector>

#include "neighbors/tree_storage.h"

namespace spillway {

class TreeBuild {
 public:
  static std::unique_ptr<TreeBuild> make(const MetricSpec& metric, const ReferenceRows& rows, u32 threads);
  virtual ~TreeBuild() = default;

  virtual u32 parts() const = 0;
  virtual void part(u32 index) = 0;
  virtual std::unique_ptr<TreeStorage> finish() = 0;
};

}  // namespace spillway
