// The neighbours of a few rows that a join asks for at once: searched group by group, read query by query.
#pragma once

#include <memory>
#include <vector>

#include "engine/context.h"
#include "neighbors/join_reference.h"

namespace spillway {

// One task's; owns its scratch.
class JoinSearch {
 public:
  JoinSearch(QueryContext& context, const JoinReference& reference);

  // The queries to come.
  void clear();
  // Room for the coordinates of one more, which is to be filled; `self`: as in QueryRows.
  f64* add(u32 group, u32 self);
  u32 queries() const { return static_cast<u32>(groups_.size()); }

  // Queries [first, first + result), as many as it pays to search at once.
  u32 run(u32 first);
  // Of what was run last, query `first + q`:
  u32 count(u32 q) const { return starts_[q + 1] - starts_[q]; }
  const u32* places(u32 q) const { return places_.data() + starts_[q]; }
  const f64* distances(u32 q) const { return distances_.data() + starts_[q]; }

 private:
  u32 batch(u32 first) const;
  void search(const u32* queries, u32 count);
  void nearest(const JoinReference::Group& group, const QueryRows& rows);
  void within(const JoinReference::Group& group, const QueryRows& rows);
  template <class Search>
  void in_slices(const JoinReference::Group& group, u32 queries, Search search);
  SearchScratch& scratch_for(const SearchIndex& index);

  QueryContext& context_;
  const JoinReference& reference_;
  const u32 columns_;
  std::vector<f64> coordinates_;
  std::vector<u32> groups_, selves_;

  std::vector<u32> order_;  // of a batch, by group
  std::vector<f64> sorted_;
  std::vector<u32> sorted_selves_;
  // Matches in the order searched, and then by query.
  std::vector<u32> found_counts_, found_places_;
  std::vector<f64> found_distances_;
  std::vector<u32> starts_, places_;
  std::vector<f64> distances_;
  Reservation reserved_;
  f64 usual_matches_ = 1 << 15;  // of one query within the radius; more than is likely, until it is known
  const SearchIndex* scratch_of_ = nullptr;
  std::unique_ptr<SearchScratch> scratch_;
};

}  // namespace spillway
