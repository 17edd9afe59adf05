// Non-finite values and directions of nothing are found before they are searched for.
#include "neighbors/query_rows.h"

#include <algorithm>

namespace spillway {

LoadedQueries::LoadedQueries(const Reference& reference, const QueryRange& range, u64 first, u32 count)
    : asked_(count) {
  const bool self = range.queries == nullptr;
  const u32 columns = reference.columns();
  const std::size_t width = columns;
  values_.resize(count * width);
  if (self) {
    reference.read_rows(first, count, values_.data());
  } else {
    range.queries->read(first, count, values_.data());
  }
  ReferenceRows read;
  read.doubles = values_.data();
  read.count = count;
  read.columns = columns;
  u32 kept = 0;
  bool gaps = false;
  for (u32 begin = 0; begin < count;) {
    const u32 bad = next_bad_row(read, reference.metric(), begin, count);
    if (bad < count && !range.skip_missing) {
      throw bad_row(self ? "reference" : "query", first + bad, what_is_wrong(read, reference.metric(), bad));
    }
    gaps = gaps || bad < count;
    for (u32 i = begin; gaps && i < bad; ++i) kept_.push_back(i);
    if (kept != begin)
      std::copy_n(values_.data() + begin * width, (bad - begin) * width, values_.data() + kept * width);
    kept += bad - begin;
    begin = bad + 1;
  }
  if (self && range.exclude_self) {
    self_.reserve(kept);
    for (u32 i = 0; i < kept; ++i) self_.push_back(static_cast<u32>(first + place(i)));
  }
  rows_.rows = values_.data();
  rows_.count = kept;
  rows_.self = self_.empty() ? nullptr : self_.data();
}

}  // namespace spillway
