// What a scan of a .vtr file and its readers share: the file, the columns and rows wanted, whose query it is.
#pragma once

#include <algorithm>

#include "engine/context.h"
#include "engine/vtr_file.h"

namespace spillway {

// Rows [first, end) of a file, counted from 0.
struct VtrRows {
  u64 first = 0;
  u64 end = ~u64{0};

  bool empty() const { return first >= end; }
  u64 count() const { return empty() ? 0 : end - first; }
  // Those among the `rows` rows from `from` on.
  VtrRows of(u64 from, u64 rows) const { return {std::max(first, from), std::min(end, from + rows)}; }
};

struct VtrView {
  std::shared_ptr<VtrFile> file;
  std::vector<u32> columns;
  std::vector<const VtrColumn*> loaded;  // of `columns`
  VtrRows rows;                          // cut to those there are
  bool every_page = true;                // of those rows: none is excluded by a predicate
  QueryContext* context = nullptr;       // nullptr: read without a query
};

}  // namespace spillway
