// Rows are compared where they lie in memory; of a larger reference only those that are candidates are read.
#include "neighbors/rerank_work.h"

#include <algorithm>
#include <limits>

#include "kernels/distance.h"

namespace spillway {
namespace {

constexpr std::size_t kPartValues = 1 << 19;  // looked at in one part

}  // namespace

RerankWork::RerankWork(std::shared_ptr<const Reference> reference, QueryRange range, Buffer candidates, u32 per_query,
                       u32 k)
    : reference_(std::move(reference)),
      range_(std::move(range)),
      candidates_(std::move(candidates)),
      per_query_(per_query),
      k_(k),
      budget_(reference_->process().memory,
              range_.result_memory == 0 ? reference_->process().memory.limit() : range_.result_memory),
      held_(budget_) {}

f64 RerankWork::fraction() const {
  return range_.count() == 0 ? 1 : static_cast<f64>(done_.load()) / static_cast<f64>(range_.count());
}

u32 RerankWork::begin_step(u32 step) {
  if (step != 0) return 0;
  const std::size_t cells = range_.count() * k_;
  reserve_results(held_, cells * (sizeof(u32) + sizeof(f64)) + candidates_.size());
  rows = Buffer(cells * sizeof(u32));
  distances = Buffer(cells * sizeof(f64));
  const std::size_t each = std::max<std::size_t>(1, std::size_t{per_query_} * reference_->columns());
  per_part_ = static_cast<u32>(std::clamp<std::size_t>(kPartValues / each, 1, 4096));
  return static_cast<u32>((range_.count() + per_part_ - 1) / per_part_);
}

std::vector<u32> RerankWork::candidates_of(u64 query) const {
  const u32* given = candidates_.as<u32>() + query * per_query_;
  std::vector<u32> wanted;
  wanted.reserve(per_query_);
  for (u32 rank = 0; rank < per_query_; ++rank) {
    if (given[rank] == kNone) continue;
    if (given[rank] >= reference_->rows()) {
      const std::string row = std::to_string(given[rank]), number = std::to_string(query), at = std::to_string(rank);
      throw Error(ErrorCode::Data,
                  "candidate " + at + " of query " + number + " is row " + row + ", but the reference has " +
                      std::to_string(reference_->rows()) + " rows",
                  {{"query", number}, {"rank", at}, {"row", row}});
    }
    wanted.push_back(given[rank]);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

// Rows that follow each other in one read.
void RerankWork::read(const std::vector<u32>& wanted, std::vector<f64>& into) const {
  const std::size_t columns = reference_->columns();
  into.resize(wanted.size() * columns);
  for (std::size_t i = 0; i < wanted.size();) {
    std::size_t end = i + 1;
    while (end < wanted.size() && wanted[end] == wanted[end - 1] + 1) ++end;
    reference_->read_rows(wanted[i], static_cast<u32>(end - i), into.data() + i * columns);
    i = end;
  }
}

void RerankWork::run_part(u32, u32 part) {
  const u64 first = u64{part} * per_part_;
  const u32 count = static_cast<u32>(std::min<u64>(per_part_, range_.count() - first));
  const u32 columns = reference_->columns();
  const MetricSpec& metric = reference_->metric();
  const u32 kind = static_cast<u32>(metric.kind);
  const DistanceTable& kernels = distance_kernels();
  LoadedQueries queries(*reference_, range_, range_.first + first, count);
  std::fill_n(rows.as<u32>() + first * k_, std::size_t{count} * k_, kNone);
  std::fill_n(distances.as<f64>() + first * k_, std::size_t{count} * k_, std::numeric_limits<f64>::quiet_NaN());
  NearestLists found(1, k_);
  std::vector<f64> read_rows, exact;
  for (u32 i = 0; i < queries.rows().count; ++i) {
    const u64 query = first + queries.place(i);
    const std::vector<u32> wanted = candidates_of(query);
    const u32 all = static_cast<u32>(wanted.size());
    const f64* x = queries.rows().rows + std::size_t{i} * columns;
    const u32 self = queries.rows().self == nullptr ? QueryRows::kNone : queries.rows().self[i];
    exact.resize(all);
    ReferenceRows at;
    at.columns = columns;
    if (reference_->is_resident()) {
      at = reference_->resident();
      if (at.floats != nullptr) {
        kernels.at_floats(kind, metric.p, x, at.floats, wanted.data(), all, columns, exact.data());
      } else {
        kernels.at_doubles(kind, metric.p, x, at.doubles, wanted.data(), all, columns, exact.data());
      }
    } else {
      read(wanted, read_rows);
      at.doubles = read_rows.data();
      at.count = all;
      kernels.to_doubles(kind, metric.p, x, at.doubles, all, columns, exact.data());
    }
    for (u32 c = 0; c < all; ++c) {
      if (wanted[c] == self) continue;
      if (!reference_->is_resident() && next_bad_row(at, metric, c, c + 1) == c) {
        if (!reference_->options().skip_missing) throw bad_row("reference", wanted[c], what_is_wrong(at, metric, c));
        continue;
      }
      if (at.skipped != nullptr && (at.skipped[wanted[c] / 64] >> (wanted[c] % 64) & 1) != 0) continue;
      found.offer(0, exact[c], wanted[c]);
    }
    found.take(0, rows.as<u32>() + query * k_, distances.as<f64>() + query * k_);
  }
  done_ += count;
}

}  // namespace spillway
