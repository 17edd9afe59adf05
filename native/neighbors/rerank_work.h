// The nearest among candidate rows given for each query: exact distances for what a guess came up with.
#pragma once

#include <atomic>

#include "neighbors/query_rows.h"
#include "neighbors/search_work.h"

namespace spillway {

// `candidates`: u32, queries × per_query; kNone is no candidate, and a row given twice counts once. Results as
// NearestWork's.
class RerankWork final : public ParallelWork {
 public:
  static constexpr u32 kNone = ~u32{0};
  RerankWork(std::shared_ptr<const Reference> reference, QueryRange range, Buffer candidates, u32 per_query, u32 k);
  u32 begin_step(u32 step) override;
  // Throws Error Data, naming query and rank, for a candidate that is no row of the reference.
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  Buffer rows;       // u32, queries × k
  Buffer distances;  // f64, queries × k

 private:
  // Candidates in ascending order, each once.
  std::vector<u32> candidates_of(u64 query) const;
  void read(const std::vector<u32>& wanted, std::vector<f64>& into) const;

  std::shared_ptr<const Reference> reference_;
  QueryRange range_;
  Buffer candidates_;
  u32 per_query_, k_, per_part_ = 1;
  MemoryBudget budget_;
  Reservation held_;
  std::atomic<u64> done_{0};
};

}  // namespace spillway
