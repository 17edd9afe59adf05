// A few queries read, checked and told which of them are rows of the reference.
#pragma once

#include <vector>

#include "neighbors/reference.h"

namespace spillway {

// Throws Error Data, naming the row, for values that no distance is defined for.
class LoadedQueries {
 public:
  LoadedQueries(const Reference& reference, const QueryRange& range, u64 first, u32 count);
  const QueryRows& rows() const { return rows_; }
  // With skip_missing: place of kept query i in the range asked for.
  u32 place(u32 i) const { return kept_.empty() ? i : kept_[i]; }

 private:
  std::vector<f64> values_;
  std::vector<u32> self_, kept_;
  QueryRows rows_;
};

// 0: fine; 1: a value that is not finite; 2: zero length under cosine.
u32 what_is_wrong(const f64* row, u32 columns, const MetricSpec& metric);
Error bad_row(const char* which, u64 row, u32 what);

}  // namespace spillway
