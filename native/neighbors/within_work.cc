// Matches are kept as they come, put in order group by group, and written where the sum of all before them says.
#include "neighbors/within_work.h"

#include <algorithm>
#include <cstring>

namespace spillway {
namespace {

// While results are put together a match is held twice: in its group (before that as it came) and in the results.
constexpr std::size_t kMatchBytes = 2 * (sizeof(u32) + sizeof(f64)) + 4;

}  // namespace

WithinWork::WithinWork(std::shared_ptr<const Reference> reference, QueryRange range, f64 radius, bool count_only)
    : SearchWork(std::move(reference), std::move(range), 0),
      radius_(radius),
      count_only_(count_only),
      held_(result_budget()) {}

void WithinWork::begin() {
  const std::size_t bytes = range().count() * sizeof(u64);
  reserve_results(held_, bytes);
  counts = Buffer(bytes);
  std::fill_n(counts.data(), bytes, u8{0});
}

void WithinWork::begin_groups(u32 groups, u32) {
  first_group_ = found_.size();
  found_.resize(first_group_ + groups);
  lists_ = std::vector<GroupLists<WithinLists>>(groups);
}

void WithinWork::search(u32 group, const LoadedQueries& queries, const SearchIndex& index, PlaceRange range,
                        SearchScratch& scratch) {
  std::unique_ptr<WithinLists> lists =
      lists_[group].take([&] { return std::make_unique<WithinLists>(queries.rows().count, count_only_); });
  const u64 before = lists->matches();
  index.within(queries.rows(), range, radius_, *lists, scratch);
  const u64 more = lists->matches() - before;
  if (more != 0) {
    std::lock_guard<std::mutex> lock(mutex_);
    reserve_results(held_, more * kMatchBytes);
  }
  lists_[group].give(std::move(lists), many_groups() ? 1 : threads());
}

void WithinWork::finish(u32 group, u64 first, const LoadedQueries& queries) {
  std::unique_ptr<WithinLists> lists = lists_[group].finish();
  if (lists == nullptr) return;
  u64* counted = counts.as<u64>() + first;
  for (u32 i = 0; i < queries.rows().count; ++i) counted[queries.place(i)] = lists->count(i);
  if (count_only_) return;
  Found& found = found_[first_group_ + group];
  found.rows = Buffer(lists->matches() * sizeof(u32));
  found.distances = Buffer(lists->matches() * sizeof(f64));
  u64 at = 0;
  for (u32 i = 0; i < queries.rows().count; ++i) {
    for (const WithinLists::Match& match : lists->sorted(i)) {
      found.rows.as<u32>()[at] = match.row;
      found.distances.as<f64>()[at] = match.distance;
      at += 1;
    }
  }
}

u32 WithinWork::begin_writing() {
  if (count_only_) return 0;
  for (Found& found : found_) {
    found.start = matches;
    matches += found.rows.size() / sizeof(u32);
  }
  rows = Buffer(matches * sizeof(u32));
  distances = Buffer(matches * sizeof(f64));
  return static_cast<u32>(found_.size());
}

void WithinWork::write(u32 part) {
  Found& found = found_[part];
  if (found.rows.empty()) return;
  std::memcpy(rows.as<u32>() + found.start, found.rows.data(), found.rows.size());
  std::memcpy(distances.as<f64>() + found.start, found.distances.data(), found.distances.size());
  found.rows = Buffer();
  found.distances = Buffer();
}

}  // namespace spillway
