// Non-finite values and directions of nothing are found before they are searched for.
#include "neighbors/query_rows.h"

#include <cmath>

namespace spillway {

u32 what_is_wrong(const f64* row, u32 columns, const MetricSpec& metric) {
  bool all_zero = true;
  for (u32 j = 0; j < columns; ++j) {
    if (!std::isfinite(row[j])) return 1;
    all_zero = all_zero && row[j] == 0;
  }
  return metric.kind == Metric::Cosine && all_zero ? 2 : 0;
}

Error bad_row(const char* which, u64 row, u32 what) {
  std::string number = std::to_string(row);
  std::string problem = what == 1 ? "has a value that is missing or not finite"
                                  : "has length zero, so the cosine metric has no direction to compare";
  return Error(ErrorCode::Data,
               std::string("row ") + number + " of the " + which + " " + problem +
                   "; leave such rows out, or pass missing: 'skip'",
               {{"row", number}, {"of", which}});
}

LoadedQueries::LoadedQueries(const Reference& reference, const QueryRange& range, u64 first, u32 count) {
  const bool self = range.queries == nullptr;
  const Points& points = self ? reference.points() : *range.queries;
  const u32 columns = reference.columns();
  values_.resize(std::size_t{count} * columns);
  points.read(first, count, values_.data());
  bool all_kept = true;
  for (u32 i = 0; i < count; ++i) {
    u32 wrong = what_is_wrong(values_.data() + std::size_t{i} * columns, columns, reference.metric());
    if (wrong != 0) {
      if (!range.skip_missing) throw bad_row(self ? "reference" : "query", first + i, wrong);
      all_kept = false;
      continue;
    }
    if (kept_.size() != i) {
      std::copy_n(values_.data() + std::size_t{i} * columns, columns, values_.data() + kept_.size() * columns);
    }
    kept_.push_back(i);
  }
  if (self && range.exclude_self) {
    for (u32 i : kept_) self_.push_back(static_cast<u32>(first + i));
  }
  rows_.rows = values_.data();
  rows_.count = static_cast<u32>(kept_.size());
  rows_.self = self_.empty() ? nullptr : self_.data();
  if (all_kept) kept_.clear();
}

}  // namespace spillway
