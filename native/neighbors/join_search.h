// The neighbours of a few rows of an exact join: searched group by group, read query by query.
#pragma once

#include <memory>
#include <vector>

#include "engine/context.h"
#include "neighbors/join_reference.h"
#include "neighbors/join_target.h"

namespace spillway {

class JoinSearch final : public JoinFinder {
 public:
  JoinSearch(QueryContext& context, const JoinReference& reference);

  void clear() override;
  f64* add(const Vector* keys, u32 row, u64 number) override;
  u32 run(u32 first) override;
  JoinMatches matches(u32 q) const override {
    return {places_.data() + starts_[q], distances_.data() + starts_[q], starts_[q + 1] - starts_[q]};
  }

 private:
  u32 queries() const { return static_cast<u32>(groups_.size()); }
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
  std::string key_;

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
