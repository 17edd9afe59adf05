// One vector's worth of sorted rows, gathered from where they lie and taken apart column by column on demand.
#pragma once

#include <vector>

#include "engine/sort_entry.h"
#include "engine/sort_row.h"
#include "engine/source.h"

namespace spillway {

class SortVectors {
 public:
  SortVectors(const RowLayout& layout, const std::vector<ColumnFacts>& facts);

  // Takes the rows of these entries (at most kVectorRows) as the current vector. Their blocks must be readable
  // kSortSlack bytes beyond the last row.
  void gather(const SortEntry* entries, u32 count);
  // A part of the current vector may come from elsewhere: rows are appended after a first gather.
  void gather_more(const SortEntry* entries, u32 count);
  u32 rows() const { return rows_; }
  const Vector& column(u32 index);

 private:
  struct Column {
    Vector vector;
    Buffer values;
    std::vector<u64> validity;
    bool ready = false;
  };

  const RowLayout& layout_;
  std::vector<Column> columns_;
  Buffer packed_;
  u32 rows_ = 0;
};

// Copies the rows of entries to places `stride` apart; writes up to kSortSlack bytes too far.
void gather_rows(const SortEntry* entries, std::size_t count, u32 width, u32 stride, u8* out);

}  // namespace spillway
