// Searches split by queries: each part reads its queries, asks the index, and writes its own stretch of the results.
#include <algorithm>
#include <limits>

#include "neighbors/query_rows.h"
#include "neighbors/reference.h"

namespace spillway {
namespace {

constexpr u32 kQueriesPerPart = 256;

u32 parts_of(const QueryRange& range, u32 per_part) {
  return static_cast<u32>((range.end - range.first + per_part - 1) / per_part);
}

f64 share(u64 done, const QueryRange& range) {
  return range.end == range.first ? 1 : static_cast<f64>(done) / static_cast<f64>(range.end - range.first);
}

}  // namespace

NearestWork::NearestWork(std::shared_ptr<const Reference> reference, QueryRange range, u32 k)
    : reference_(std::move(reference)), range_(std::move(range)), k_(k) {}

f64 NearestWork::fraction() const { return share(done_.load(), range_); }

u32 NearestWork::begin_step(u32 step) {
  if (step != 0) return 0;
  std::size_t cells = (range_.end - range_.first) * k_;
  rows = Buffer(cells * sizeof(u32));
  distances = Buffer(cells * sizeof(f64));
  per_part_ = kQueriesPerPart;
  return parts_of(range_, per_part_);
}

void NearestWork::run_part(u32, u32 part) {
  u64 first = range_.first + u64{part} * per_part_;
  u32 count = static_cast<u32>(std::min<u64>(per_part_, range_.end - first));
  LoadedQueries queries(*reference_, range_, first, count);
  const SearchIndex& index = reference_->index();
  NearestLists found(queries.rows().count, k_);
  index.nearest(queries.rows(), {0, reference_->rows()}, found, *index.make_scratch());
  std::size_t base = (first - range_.first) * k_;
  std::fill_n(rows.as<u32>() + base, std::size_t{count} * k_, kNone);
  std::fill_n(distances.as<f64>() + base, std::size_t{count} * k_, std::numeric_limits<f64>::quiet_NaN());
  for (u32 i = 0; i < queries.rows().count; ++i) {
    std::size_t at = base + std::size_t{queries.place(i)} * k_;
    found.take(i, rows.as<u32>() + at, distances.as<f64>() + at);
  }
  done_ += count;
}

WithinWork::WithinWork(std::shared_ptr<const Reference> reference, QueryRange range, f64 radius, bool count_only)
    : reference_(std::move(reference)), range_(std::move(range)), radius_(radius), count_only_(count_only) {}

f64 WithinWork::fraction() const { return share(done_.load(), range_); }

u32 WithinWork::begin_step(u32 step) {
  if (step == 0) {
    counts = Buffer((range_.end - range_.first) * sizeof(u64));
    per_part_ = kQueriesPerPart;
    found_.resize(parts_of(range_, per_part_));
    return static_cast<u32>(found_.size());
  }
  if (step != 1 || count_only_) return 0;
  for (u64 i = 0; i < range_.end - range_.first; ++i) matches += counts.as<u64>()[i];
  rows = Buffer(matches * sizeof(u32));
  distances = Buffer(matches * sizeof(f64));
  return static_cast<u32>(found_.size());
}

void WithinWork::run_part(u32 step, u32 part) {
  u64 first = range_.first + u64{part} * per_part_;
  u32 count = static_cast<u32>(std::min<u64>(per_part_, range_.end - first));
  u64* counted = counts.as<u64>() + (first - range_.first);
  if (step == 0) {
    LoadedQueries queries(*reference_, range_, first, count);
    const SearchIndex& index = reference_->index();
    auto lists = std::make_unique<WithinLists>(count, count_only_);
    auto kept = std::make_unique<WithinLists>(queries.rows().count, count_only_);
    index.within(queries.rows(), {0, reference_->rows()}, radius_, *kept, *index.make_scratch());
    std::fill_n(counted, count, u64{0});
    for (u32 i = 0; i < queries.rows().count; ++i) {
      u32 place = queries.place(i);
      counted[place] = kept->count(i);
      if (count_only_) continue;
      for (const WithinLists::Match& match : kept->sorted(i)) lists->add(place, match.distance, match.row);
    }
    found_[part] = std::move(lists);
    done_ += count;
    return;
  }
  u64 at = 0;
  for (u64 i = 0; i < first - range_.first; ++i) at += counts.as<u64>()[i];
  for (u32 i = 0; i < count; ++i) {
    for (const WithinLists::Match& match : found_[part]->sorted(i)) {
      rows.as<u32>()[at] = match.row;
      distances.as<f64>()[at] = match.distance;
      at += 1;
    }
  }
  found_[part].reset();
}

}  // namespace spillway
