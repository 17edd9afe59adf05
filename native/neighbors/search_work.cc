// The steps of a search: queries are loaded while the first block is read, then block by block the index is built and
// asked, each block while the next is read.
#include "neighbors/search_work.h"

#include <algorithm>
#include <cmath>

#include "engine/byte_text.h"
#include "engine/condition.h"

namespace spillway {
namespace {

constexpr f64 kPartSeconds = 3e-3;
constexpr u32 kMostQueries = 512;  // asked at once, when the rows can be cut
constexpr u32 kLeastQueries = 16;
constexpr std::size_t kMostListBytes = std::size_t{4} << 20;    // of one group: threads that meet in it have lists each
constexpr u32 kLeastPlaces = 2048;                              // a shorter stretch of rows is not worth a part
constexpr u32 kPlacesUnit = 256;                                // stretches begin at multiples
constexpr std::size_t kResidentShare = std::size_t{128} << 20;  // more queries at once gain nothing then

}  // namespace

void reserve_results(Reservation& held, std::size_t bytes) {
  if (held.try_grow(bytes)) return;
  throw Error(ErrorCode::Memory,
              "the results of this search need " + byte_text(held.bytes() + bytes) +
                  ", which is more than memory has room for; write them to matrices with `into`, ask for fewer "
                  "queries at a time, a smaller k or radius, or allow more with `memory`",
              {{"bytes", std::to_string(held.bytes() + bytes)}});
}

SearchWork::SearchWork(std::shared_ptr<const Reference> reference, QueryRange range, u32 k)
    : reference_(std::move(reference)),
      range_(std::move(range)),
      k_(k),
      threads_(range_.threads == 0 ? reference_->process().pool.size() : range_.threads),
      results_(reference_->process().memory,
               range_.result_memory == 0 ? reference_->process().memory.limit() : range_.result_memory),
      held_(reference_->budget()) {}

f64 SearchWork::fraction() const {
  const f64 all = static_cast<f64>(range_.count()) * reference_->rows();
  return all == 0 ? 1 : std::min(1.0, static_cast<f64>(pairs_.load()) / all);
}

u32 SearchWork::begin_step(u32) {
  for (;;) {
    u32 parts = 0;
    switch (stage_) {
      case Stage::Start:
        began_ = now_nanos();
        begin();
        parts = begin_symmetric();
        if (parts != 0) {
          search_parts_ = parts;
          statistics_.symmetric = true;
          statistics_.passes = 1;
          stage_ = Stage::Symmetric;
        } else {
          choose_way();
          parts = begin_pass();
        }
        break;
      case Stage::Symmetric:
        stage_ = Stage::SymmetricResults;
        parts = begin_symmetric_results();
        break;
      case Stage::SymmetricResults: parts = end(); break;
      case Stage::Load: parts = begin_build(); break;
      case Stage::Build:
        current_ = making_->finish();
        making_.reset();
        parts = begin_search();
        break;
      case Stage::Search: parts = end_search(); break;
      case Stage::Write:
        wrote();
        parts = end();
        break;
      case Stage::Done: return 0;
    }
    if (parts != 0) return parts;
  }
}

u32 SearchWork::end() {
  stage_ = Stage::Done;
  statistics_.nanos = now_nanos() - began_;
  return 0;
}

u32 SearchWork::begin_results() {
  groups_.clear();
  held_.clear();
  stage_ = Stage::Write;
  return begin_writing();
}

SearchShape SearchWork::shape_of(u64 rows, u64 queries) const {
  SearchShape shape;
  shape.rows = rows;
  shape.queries = queries;
  shape.columns = reference_->columns();
  shape.k = k_;
  return shape;
}

// A few queries are compared with every row sooner than a filter is made ready for them.
void SearchWork::choose_way() {
  const MetricSpec& metric = reference_->metric();
  const SearchShape shape = shape_of(reference_->rows(), range_.count());
  method_ = &reference_->method();
  if (!reference_->options().method.empty()) return;
  const SearchMethod& direct = choose_method(metric, shape, "direct");
  f64 cost = method_->search_cost(metric, shape);
  if (!reference_->is_resident()) cost += method_->build_cost(metric, shape);
  if (direct.search_cost(metric, shape) >= cost || method_ == &direct) return;
  method_ = &direct;
  if (reference_->is_resident()) direct_ = direct.build(metric, reference_->resident(), threads_)->finish();
}

// Queries of a group: as many as the index likes to see at once, and few enough for a part to be short where rows
// cannot be cut.
u32 SearchWork::group_size(u64 queries) const {
  u64 most = std::min<u64>(kMostQueries, std::max<u64>(kLeastQueries, kMostListBytes / list_bytes()));
  if (!method_->ranged) {
    const f64 cost = method_->search_cost(reference_->metric(), shape_of(reference_->block_first(1), 1000)) / 1000;
    const u64 short_enough = static_cast<u64>(std::clamp(kPartSeconds / std::max(cost, 1e-9), 16.0, 4096.0));
    most = std::min(short_enough, std::max<u64>(32, (queries + 4 * threads_ - 1) / (4 * threads_)));
  }
  const u64 groups = (queries + most - 1) / most;
  return static_cast<u32>((queries + groups - 1) / groups);
}

// Stretches that the rows of a block are cut into for a group of so many queries.
u32 SearchWork::slices(u32 count) const {
  const u32 rows = block().rows.count;
  if (!method_->ranged) return 1;
  const f64 cost = method_->search_cost(reference_->metric(), shape_of(rows, count));
  f64 wanted = std::ceil(cost / kPartSeconds);
  // With few groups every thread still finds parts, unless all is over in no time.
  const f64 shared = std::ceil(2.0 * threads_ / static_cast<f64>(groups_.size()));
  if (threads_ > 1 && cost > 1e-4) wanted = std::max(wanted, shared);
  return static_cast<u32>(std::clamp(wanted, 1.0, std::max(1.0, std::floor(rows / f64{kLeastPlaces}))));
}

u32 SearchWork::begin_pass() {
  if (next_query_ == range_.count()) return begin_results();
  const u64 left = range_.count() - next_query_;
  const std::size_t each = list_bytes() + std::size_t{reference_->columns()} * sizeof(f64) + 16;
  const std::size_t cap = reference_->budget().cap();
  const std::size_t share = reference_->is_resident() ? std::min(cap / 4, kResidentShare) : cap / 2;
  const u64 size = group_size(left);
  // Whole groups, as many as fit; at least one query.
  u64 queries = share / each;
  queries = queries >= size ? std::min(left, queries / size * size) : std::max<u64>(1, queries);
  held_.clear();
  // Other searches of the same reference may hold the rest.
  while (queries > kLeastQueries && !held_.try_grow(queries * each))
    queries = std::max<u64>(kLeastQueries, queries / 2);
  if (held_.bytes() == 0) held_.grow(queries * each, "what is found for the queries");
  const u32 largest = static_cast<u32>(std::min<u64>(queries, size));
  const u32 groups = static_cast<u32>((queries + largest - 1) / largest);
  groups_ = std::vector<Group>(groups);
  for (u32 g = 0; g < groups; ++g) {
    groups_[g].first = next_query_ + u64{g} * largest;
    groups_[g].count = static_cast<u32>(std::min<u64>(largest, next_query_ + queries - groups_[g].first));
  }
  next_query_ += queries;
  begin_groups(groups, largest);
  statistics_.passes += 1;
  block_ = 0;
  read_parts_ = 0;
  if (!reference_->is_resident()) start_reading(0);
  search_parts_ = groups;
  stage_ = Stage::Load;
  return groups + read_parts_;
}

void SearchWork::start_reading(u32 block) {
  const u32 first = reference_->block_first(block);
  const u32 count = reference_->block_first(block + 1) - first;
  reference_->points().prefetch(first, count);
  making_ = std::make_unique<BlockMaking>(*reference_, first, count, method_);
  read_parts_ = making_->read_parts();
  statistics_.blocks_read += 1;
  statistics_.bytes_read += making_->bytes_read();
}

u32 SearchWork::begin_build() {
  if (making_ == nullptr) return begin_search();
  current_.reset();  // before the next one's index takes its place
  stage_ = Stage::Build;
  return making_->begin_build();
}

u32 SearchWork::begin_search() {
  stage_ = Stage::Search;
  read_parts_ = 0;
  if (block_ + 1 < reference_->blocks()) start_reading(block_ + 1);
  slices_ = slices(groups_[0].count);
  for (Group& group : groups_) group.left = slices_;
  search_parts_ = static_cast<u32>(groups_.size()) * slices_;
  return search_parts_ + read_parts_;
}

u32 SearchWork::end_search() {
  scratch_.clear();
  block_ += 1;
  if (block_ < reference_->blocks()) return begin_build();
  current_.reset();
  return begin_pass();
}

void SearchWork::run_part(u32, u32 part) {
  switch (stage_) {
    case Stage::Symmetric:
      symmetric_part(part);
      pairs_ += range_.count() * reference_->rows() / search_parts_;
      return;
    case Stage::SymmetricResults: return symmetric_result(part);
    case Stage::Build: return making_->build_part(part);
    case Stage::Write: return write(part);
    default: break;
  }
  // Reading is spread evenly among the rest, so that neither the disk nor the threads wait for each other.
  const u64 all = u64{search_parts_} + read_parts_;
  const u32 reads_before = static_cast<u32>(u64{part} * read_parts_ / all);
  const u32 reads_after = static_cast<u32>((u64{part} + 1) * read_parts_ / all);
  if (reads_after != reads_before) return making_->read_part(reads_before);
  const u32 own = part - reads_before;
  if (stage_ == Stage::Search) return run_search(own);
  Group& group = groups_[own];
  group.queries = std::make_unique<LoadedQueries>(*reference_, range_, range_.first + group.first, group.count);
}

// Parts that follow each other belong to different groups: threads seldom meet in one.
void SearchWork::run_search(u32 part) {
  const u32 number = part % groups_.size(), slice = part / static_cast<u32>(groups_.size());
  Group& group = groups_[number];
  const u32 rows = block().rows.count;
  const auto cut = [&](u32 at) {
    const u64 place = u64{rows} * at / slices_;
    return at == slices_ ? rows : static_cast<u32>(place / kPlacesUnit * kPlacesUnit);
  };
  const PlaceRange places = {cut(slice), cut(slice + 1)};
  if (group.queries->rows().count != 0 && places.first < places.end) {
    std::unique_ptr<SearchScratch> scratch = take_scratch();
    search(number, *group.queries, index(), places, *scratch);
    give_scratch(std::move(scratch));
  }
  pairs_ += u64{group.count} * (places.end - places.first);
  if (group.left.fetch_sub(1) == 1 && block_ + 1 == reference_->blocks()) {
    finish(number, group.first, *group.queries);
    group.queries.reset();
  }
}

std::unique_ptr<SearchScratch> SearchWork::take_scratch() {
  {
    std::lock_guard<std::mutex> lock(scratch_mutex_);
    if (!scratch_.empty()) {
      std::unique_ptr<SearchScratch> scratch = std::move(scratch_.back());
      scratch_.pop_back();
      return scratch;
    }
  }
  return index().make_scratch();
}

void SearchWork::give_scratch(std::unique_ptr<SearchScratch> scratch) {
  std::lock_guard<std::mutex> lock(scratch_mutex_);
  statistics_.exact += scratch->exact;
  statistics_.candidates += scratch->candidates;
  scratch->exact = scratch->candidates = 0;
  scratch_.push_back(std::move(scratch));
}

}  // namespace spillway
