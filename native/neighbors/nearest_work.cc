// Lists by group of queries; or, when the whole reference is asked against itself, a join that sees each pair once.
#include "neighbors/nearest_work.h"

#include <algorithm>
#include <limits>

namespace spillway {
namespace {

constexpr u32 kResultsPerPart = 4096;

}  // namespace

NearestWork::NearestWork(std::shared_ptr<const Reference> reference, QueryRange range, u32 k)
    : SearchWork(std::move(reference), std::move(range), k), held_(result_budget()) {}

std::size_t NearestWork::list_bytes() const { return std::size_t{k()} * 16 + 8; }

void NearestWork::begin() {
  const std::size_t cells = range().count() * k();
  reserve_results(held_, cells * (sizeof(u32) + sizeof(f64)));
  rows = Buffer(cells * sizeof(u32));
  distances = Buffer(cells * sizeof(f64));
}

void NearestWork::begin_groups(u32 groups, u32) { lists_ = std::vector<GroupLists<NearestLists>>(groups); }

void NearestWork::search(u32 group, const LoadedQueries& queries, const SearchIndex& index, PlaceRange range,
                         SearchScratch& scratch) {
  std::unique_ptr<NearestLists> lists =
      lists_[group].take([&] { return std::make_unique<NearestLists>(queries.rows().count, k()); });
  index.nearest(queries.rows(), range, *lists, scratch);
  lists_[group].give(std::move(lists), many_groups() ? 1 : threads());
}

void NearestWork::leave_empty(u64 first, u64 count) {
  std::fill_n(rows.as<u32>() + first * k(), count * k(), kNone);
  std::fill_n(distances.as<f64>() + first * k(), count * k(), std::numeric_limits<f64>::quiet_NaN());
}

void NearestWork::finish(u32 group, u64 first, const LoadedQueries& queries) {
  leave_empty(first, queries.asked());
  std::unique_ptr<NearestLists> lists = lists_[group].finish();
  if (lists == nullptr) return;
  for (u32 i = 0; i < queries.rows().count; ++i) {
    const std::size_t at = (first + queries.place(i)) * k();
    lists->take(i, rows.as<u32>() + at, distances.as<f64>() + at);
  }
}

u32 NearestWork::begin_symmetric() {
  const Reference& asked = reference();
  if (range().queries != nullptr || range().count() != asked.rows() || !asked.is_resident()) return 0;
  const ReferenceRows& resident = asked.resident();
  if (resident.skipped != nullptr && !range().skip_missing) return 0;  // asking row by row names the first
  Reservation lists(result_budget());
  if (!lists.try_grow(std::size_t{asked.rows()} * list_bytes())) return 0;
  join_ = asked.index().self_join(k(), range().exclude_self, threads());
  if (join_ == nullptr) return 0;
  joined_ = std::move(lists);
  return join_->parts();
}

u32 NearestWork::begin_symmetric_results() {
  return static_cast<u32>((range().count() + kResultsPerPart - 1) / kResultsPerPart);
}

void NearestWork::symmetric_result(u32 part) {
  const u32 first = part * kResultsPerPart;
  const u32 count = std::min(kResultsPerPart, reference().rows() - first);
  leave_empty(first, count);
  for (u32 row = first; row < first + count; ++row) {
    const std::size_t at = std::size_t{row} * k();
    join_->take(row, rows.as<u32>() + at, distances.as<f64>() + at);
  }
}

}  // namespace spillway
