// The vectors that trees are grown over: all of them in memory, or read from the file that is being built.
#pragma once

#include <memory>
#include <vector>

#include "annoy/annoy_layout.h"
#include "engine/file.h"
#include "engine/memory.h"

namespace spillway {

// All items. Immutable while trees grow.
struct BuildItems {
  AnnoyLayout layout;
  u32 count = 0;
  const u8* vectors = nullptr;  // count × vector_bytes; nullptr: they are in the file
  std::vector<f32> factors;     // Dot, when in memory: the further coordinate of each
  const File* file = nullptr;
  bool resident() const { return vectors != nullptr; }
};

// Some of the items, in memory side by side, or all of them wherever they are. Rows are numbered from 0.
class RowSet {
 public:
  explicit RowSet(const BuildItems& items);  // all
  // From now on those of `rows` (rising) of another set, copied; `reserved` is for them.
  void take(const RowSet& from, const u32* rows, u32 count, Reservation reserved);

  // What a copy of so many rows takes.
  static std::size_t bytes_of(const AnnoyLayout& layout, u64 rows) {
    return rows * (layout.vector_bytes + (layout.metric == AnnoyMetric::Dot ? 4 : 0) + sizeof(u32));
  }
  bool in_memory() const { return vectors_ != nullptr; }
  u32 item(u32 row) const { return names_.empty() ? row : names_[row]; }
  const u8* vector(u32 row) const { return vectors_ + u64{row} * vector_bytes_; }
  const u8* vectors() const { return vectors_; }
  const f32* factors() const { return factors_; }  // of row 0 …; Dot only
  // Copies vectors, and for Dot factors, of rows that rise or not.
  void read(const u32* rows, u32 count, u8* vectors, f32* factors) const;

 private:
  void read_file(const u32* rows, u32 count, u8* vectors, f32* factors) const;

  const BuildItems& items_;
  const u32 vector_bytes_;
  const u8* vectors_ = nullptr;
  const f32* factors_ = nullptr;
  Reservation reserved_;
  Buffer own_;
  std::vector<f32> own_factors_;
  std::vector<u32> names_;
};

}  // namespace spillway
