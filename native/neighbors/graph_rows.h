// Edges row by row: what many parts have made, each its own rows, put one after another.
#pragma once

#include <mutex>
#include <vector>

#include "engine/memory.h"

namespace spillway {

// Compressed sparse rows.
struct EdgeRows {
  u64 edges = 0;
  Buffer offsets;  // f64 (what JavaScript counts with), rows + 1: row r owns edges offsets[r] … offsets[r + 1]
  Buffer columns;  // u32
  Buffer sources;  // u32, only if asked for: the row of each edge
  Buffer values;   // f64, only if there are any
};

// Which edges of a row are wanted: all, or those to the same or a higher (Upper), or to the same or a lower row.
enum class EdgeHalf : u8 { All = 0, Upper = 1, Lower = 2 };

inline bool wants(EdgeHalf half, u32 row, u32 column) {
  return half == EdgeHalf::All || (half == EdgeHalf::Upper ? column >= row : column <= row);
}

struct EdgeRowsShape {
  bool values = false;
  bool count_only = false;  // offsets alone
  bool sources = false;
  u32 base = 0;  // added to columns, sources and offsets
};

// What one part has made: its rows' lengths, and their edges.
struct PartRows {
  u32 first = 0;  // its first row, among the rows assembled
  std::vector<u32> lengths;
  std::vector<u32> columns;
  std::vector<f64> values;
  u64 at = 0;  // edges of the parts before it
};

// Filled part by part, from any threads; then laid out, then copied, part by part again.
class EdgeRowsAssembly {
 public:
  EdgeRowsAssembly(MemoryBudget& budget, EdgeRowsShape shape) : shape_(shape), reserved_(budget), result_(budget) {}
  const EdgeRowsShape& shape() const { return shape_; }
  // rows: of all parts; row_offset: number of the first of them in the graph.
  void begin(u32 parts, u32 rows, u32 row_offset);
  PartRows& part(u32 part) { return parts_[part]; }
  // The part is complete; its memory counts from now on.
  void keep(u32 part);
  void layout();
  void copy(u32 part);
  // After the last copy. What is taken is no longer reserved here.
  EdgeRows take() {
    result_.clear();
    return std::move(rows_);
  }

 private:
  EdgeRowsShape shape_;
  u32 row_offset_ = 0;
  std::vector<PartRows> parts_;
  std::mutex mutex_;  // reserved_
  Reservation reserved_, result_;
  EdgeRows rows_;
};

}  // namespace spillway
