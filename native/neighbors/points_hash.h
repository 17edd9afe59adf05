// A hash of points: the same for the same shape and values, wherever and in whatever type they lie.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "neighbors/parallel_task.h"
#include "neighbors/points.h"

namespace spillway {

// Values are hashed as doubles, row-major, in blocks whose size follows from the columns alone; NaNs are all the same.
class PointsHashWork final : public ParallelWork {
 public:
  explicit PointsHashWork(std::shared_ptr<const Points> points);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  std::array<u64, 2> hash{};

 private:
  std::shared_ptr<const Points> points_;
  u64 rows_per_block_;
  std::vector<std::array<u64, 2>> blocks_;
  std::atomic<u64> done_{0};
};

}  // namespace spillway
