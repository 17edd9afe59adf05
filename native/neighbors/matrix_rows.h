// Column-major cells of a file turned into rows in memory, in blocks that stay in the second-level cache.
#pragma once

#include <algorithm>
#include <memory>

#include "neighbors/matrix_file.h"

namespace spillway {

// Reads rows [first, first + count) of the columns `column_of(0)` … `column_of(columns − 1)` into row-major `into`,
// each cell through `convert`. A line of 64 bytes of every row is written at a time, from about 256 KiB of cells.
template <class From, class To, class Columns, class Convert>
void read_row_major(const MatrixFile& file, u64 first, u64 count, u64 columns, const Columns& column_of,
                    const Convert& convert, To* into) {
  constexpr u64 kScratch = 256 * 1024;
  constexpr u64 kLine = 64 / sizeof(To);
  const u64 group = std::min(columns, kLine);
  if (count == 0 || group == 0) return;
  const u64 most = std::min(count, std::max<u64>(64, kScratch / (group * sizeof(From))));
  // Columns a power of two apart would fall into the same sets of the first-level cache.
  const u64 stride = most + 64 / sizeof(From);
  const std::unique_ptr<From[]> cells(new From[stride * group]);
  for (u64 row = 0; row < count; row += most) {
    const u64 rows = std::min(most, count - row);
    for (u64 column = 0; column < columns; column += group) {
      const u64 width = std::min(group, columns - column);
      for (u64 c = 0; c < width; ++c) file.read(column_of(column + c), first + row, rows, cells.get() + c * stride);
      To* line = into + row * columns + column;
      if (width == kLine) {
        for (u64 r = 0; r < rows; ++r, line += columns) {
          for (u64 c = 0; c < kLine; ++c) line[c] = convert(cells[c * stride + r]);
        }
      } else {
        for (u64 r = 0; r < rows; ++r, line += columns) {
          for (u64 c = 0; c < width; ++c) line[c] = convert(cells[c * stride + r]);
        }
      }
    }
  }
}

}  // namespace spillway
