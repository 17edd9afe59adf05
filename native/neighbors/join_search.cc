// Batches are as large as their answers stay small and their time short.
#include "neighbors/join_search.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr u32 kBatch = 2048;
constexpr u32 kAnswers = 1 << 18;    // that a batch should have at most
constexpr f64 kSliceSeconds = 0.02;  // after which it is asked whether the query was cancelled
constexpr u32 kSliceRows = 16384;

}  // namespace

JoinSearch::JoinSearch(QueryContext& context, const JoinReference& reference)
    : context_(context),
      reference_(reference),
      columns_(reference.description().coordinates),
      reserved_(context.memory) {}

void JoinSearch::clear() {
  coordinates_.clear();
  groups_.clear();
  selves_.clear();
}

f64* JoinSearch::add(const Vector* keys, u32 row, u64 number) {
  u32 group = 0;
  if (reference_.description().keys != 0) {
    if (!reference_.keys().has_group(keys, row)) return nullptr;
    reference_.keys().encode(keys, row, key_);
    group = reference_.keys().find(key_);
    if (group == JoinKeys::kNone) return nullptr;
  }
  groups_.push_back(group);
  selves_.push_back(reference_.description().exclude_self ? reference_.place_of(number) : QueryRows::kNone);
  coordinates_.resize(coordinates_.size() + columns_);
  return coordinates_.data() + coordinates_.size() - columns_;
}

u32 JoinSearch::batch(u32 first) const {
  const NeighborDescription& description = reference_.description();
  const f64 each = description.k != 0 ? std::min(description.k, reference_.rows()) : usual_matches_;
  const u32 most = static_cast<u32>(std::clamp(kAnswers / std::max(each, 1.0), 1.0, f64{kBatch}));
  return std::min(most, queries() - first);
}

u32 JoinSearch::run(u32 first) {
  const u32 count = batch(first);
  order_.resize(count);
  for (u32 i = 0; i < count; ++i) order_[i] = first + i;
  const bool grouped = reference_.description().keys != 0;
  if (grouped) {
    std::stable_sort(order_.begin(), order_.end(), [&](u32 a, u32 b) { return groups_[a] < groups_[b]; });
  }
  found_counts_.clear();
  found_places_.clear();
  found_distances_.clear();
  for (u32 i = 0; i < count;) {
    u32 end = i + 1;
    while (end < count && groups_[order_[end]] == groups_[order_[i]]) ++end;
    search(order_.data() + i, end - i);
    i = end;
  }
  // What was searched last may be many rows: what is held for them counts, if only after the fact.
  const std::size_t held = (found_places_.capacity() + places_.capacity()) * (sizeof(u32) + sizeof(f64));
  if (held > (std::size_t{1} << 22) && held > reserved_.bytes()) {
    reserved_.grow(held - reserved_.bytes(), "the neighbours of a few rows");
  }
  starts_.assign(count + 1, 0);
  for (u32 i = 0; i < count; ++i) starts_[order_[i] - first + 1] = found_counts_[i];
  for (u32 i = 0; i < count; ++i) starts_[i + 1] += starts_[i];
  if (!grouped) {
    places_.swap(found_places_);
    distances_.swap(found_distances_);
  } else {
    places_.resize(found_places_.size());
    distances_.resize(found_distances_.size());
    std::size_t from = 0;
    for (u32 i = 0; i < count; ++i) {
      const std::size_t to = starts_[order_[i] - first];
      std::copy_n(found_places_.begin() + from, found_counts_[i], places_.begin() + to);
      std::copy_n(found_distances_.begin() + from, found_counts_[i], distances_.begin() + to);
      from += found_counts_[i];
    }
  }
  const f64 matches = static_cast<f64>(places_.size()) / count;
  usual_matches_ = std::max(matches, usual_matches_ / 8);
  return count;
}

void JoinSearch::search(const u32* queries, u32 count) {
  const u32 number = groups_[queries[0]];
  if (reference_.rows() == 0) {
    found_counts_.insert(found_counts_.end(), count, 0);
    return;
  }
  sorted_.resize(std::size_t{count} * columns_);
  sorted_selves_.resize(count);
  for (u32 i = 0; i < count; ++i) {
    std::copy_n(coordinates_.begin() + std::size_t{queries[i]} * columns_, columns_,
                sorted_.begin() + std::size_t{i} * columns_);
    sorted_selves_[i] = selves_[queries[i]];
  }
  QueryRows rows;
  rows.rows = sorted_.data();
  rows.count = count;
  rows.self = reference_.description().exclude_self ? sorted_selves_.data() : nullptr;
  const JoinReference::Group& group = reference_.groups()[number];
  if (reference_.description().k != 0) {
    nearest(group, rows);
  } else {
    within(group, rows);
  }
}

// A group is searched at once when that is quick.
template <class Search>
void JoinSearch::in_slices(const JoinReference::Group& group, u32 queries, Search search) {
  const f64 slices =
      std::min(group.query_seconds * queries / kSliceSeconds, static_cast<f64>(group.count) / kSliceRows);
  const u32 parts = group.ranged && slices > 1 ? static_cast<u32>(std::ceil(slices)) : 1;
  const u32 step = (group.count + parts - 1) / parts;
  const u32 begin = group.first - group.origin, end = begin + group.count;
  for (u32 first = begin; first < end; first += std::min(step, end - first)) {
    context_.check_cancelled();
    search(PlaceRange{first, first + std::min(step, end - first)});
  }
}

void JoinSearch::nearest(const JoinReference::Group& group, const QueryRows& rows) {
  const f64 radius = reference_.description().radius;
  NearestLists lists(rows.count, std::min(reference_.description().k, group.count));
  SearchScratch& scratch = scratch_for(*group.index);
  in_slices(group, rows.count, [&](PlaceRange range) { group.index->nearest(rows, range, lists, scratch); });
  for (u32 q = 0; q < rows.count; ++q) {
    const std::size_t at = found_places_.size();
    const u32 count = lists.count(q);
    found_places_.resize(at + count);
    found_distances_.resize(at + count);
    lists.take(q, found_places_.data() + at, found_distances_.data() + at);
    u32 kept = count;
    while (kept > 0 && found_distances_[at + kept - 1] > radius) --kept;
    found_places_.resize(at + kept);
    found_distances_.resize(at + kept);
    found_counts_.push_back(kept);
  }
}

void JoinSearch::within(const JoinReference::Group& group, const QueryRows& rows) {
  WithinLists lists(rows.count, false);
  SearchScratch& scratch = scratch_for(*group.index);
  in_slices(group, rows.count, [&](PlaceRange range) {
    group.index->within(rows, range, reference_.description().radius, lists, scratch);
  });
  for (u32 q = 0; q < rows.count; ++q) {
    for (const WithinLists::Match& match : lists.sorted(q)) {
      found_places_.push_back(match.row);
      found_distances_.push_back(match.distance);
    }
    found_counts_.push_back(static_cast<u32>(lists.count(q)));
  }
}

SearchScratch& JoinSearch::scratch_for(const SearchIndex& index) {
  if (scratch_of_ != &index) {
    scratch_ = index.make_scratch();
    scratch_of_ = &index;
  }
  return *scratch_;
}

}  // namespace spillway
