// All rows within a radius of each query, or how many they are; in one pass.
#pragma once

#include "neighbors/search_work.h"

namespace spillway {

class WithinWork final : public SearchWork {
 public:
  WithinWork(std::shared_ptr<const Reference> reference, QueryRange range, f64 radius, bool count_only);
  Buffer counts;     // u64 per query
  Buffer rows;       // u32, all matches, query by query, each query's in order of (distance, row)
  Buffer distances;  // f64
  u64 matches = 0;

 private:
  // Of one group, in their final order.
  struct Found {
    u64 start = 0;  // in the results
    Buffer rows, distances;
  };

  void begin() override;
  void begin_groups(u32 groups, u32 largest) override;
  void search(u32 group, const LoadedQueries& queries, const SearchIndex& index, PlaceRange range,
              SearchScratch& scratch) override;
  void finish(u32 group, u64 first, const LoadedQueries& queries) override;
  u32 begin_writing() override;
  void write(u32 part) override;
  std::size_t list_bytes() const override { return 32; }

  f64 radius_;
  bool count_only_;
  std::mutex mutex_;  // of held_
  Reservation held_;
  std::vector<GroupLists<WithinLists>> lists_;  // of the groups at work
  std::vector<Found> found_;                    // of all groups
  std::size_t first_group_ = 0;                 // of those at work, among all
};

}  // namespace spillway
