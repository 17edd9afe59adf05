// A few queries read, checked and told which of them are rows of the reference.
#pragma once

#include <vector>

#include "neighbors/reference.h"
#include "neighbors/row_check.h"

namespace spillway {

// Rows [first, end) of `queries` are asked for; queries == nullptr: rows of the reference itself.
struct QueryRange {
  std::shared_ptr<const Points> queries;
  u64 first = 0, end = 0;
  bool exclude_self = false;  // self-search: a row does not find itself
  bool skip_missing = false;  // such queries find nothing, instead of being an error that names the row
  u32 threads = 0;            // that the search will run on; 0: all
  // Bytes that results may take; 0: what the process has. The rest of a search lives within the reference's memory.
  std::size_t result_memory = 0;

  u64 count() const { return end - first; }
};

// Throws Error Data, naming the row, for values that no distance is defined for.
class LoadedQueries {
 public:
  LoadedQueries(const Reference& reference, const QueryRange& range, u64 first, u32 count);
  const QueryRows& rows() const { return rows_; }
  u32 asked() const { return asked_; }
  // With skip_missing: place of kept query i in the range asked for.
  u32 place(u32 i) const { return kept_.empty() ? i : kept_[i]; }

 private:
  u32 asked_;
  std::vector<f64> values_;
  std::vector<u32> self_, kept_;
  QueryRows rows_;
};

}  // namespace spillway
