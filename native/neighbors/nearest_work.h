// The k nearest rows of each query.
#pragma once

#include "neighbors/search_work.h"

namespace spillway {

// Results by query from 0 (the range's first). What was not found (fewer rows than k) is row kNone at distance NaN.
class NearestWork final : public SearchWork {
 public:
  static constexpr u32 kNone = ~u32{0};
  NearestWork(std::shared_ptr<const Reference> reference, QueryRange range, u32 k);
  Buffer rows;       // u32, queries × k
  Buffer distances;  // f64, queries × k

 private:
  void begin() override;
  void begin_groups(u32 groups, u32 largest) override;
  void search(u32 group, const LoadedQueries& queries, const SearchIndex& index, PlaceRange range,
              SearchScratch& scratch) override;
  void finish(u32 group, u64 first, const LoadedQueries& queries) override;
  std::size_t list_bytes() const override;
  u32 begin_symmetric() override;
  void symmetric_part(u32 part) override { join_->part(part); }
  u32 begin_symmetric_results() override;
  void symmetric_result(u32 part) override;
  void leave_empty(u64 first, u64 count);

  Reservation held_;
  std::vector<GroupLists<NearestLists>> lists_;
  Reservation joined_;
  std::unique_ptr<SelfJoin> join_;
};

}  // namespace spillway
