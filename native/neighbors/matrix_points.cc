// Blocks of columns become rows; while they come from a disk, the rows behind them are announced to the system.
#include "neighbors/matrix_points.h"

#include "neighbors/matrix_cells.h"
#include "neighbors/matrix_rows.h"

namespace spillway {

MatrixPoints::MatrixPoints(std::shared_ptr<const MatrixFile> file) : file_(std::move(file)) {
  if (file_->columns() >= ~u32{0}) {
    throw Error(ErrorCode::Limit,
                "points have at most 4,294,967,294 columns; this matrix has " + std::to_string(file_->columns()));
  }
}

template <class To>
void MatrixPoints::read_as(u64 first, u64 count, To* into) const {
  with_cell(file_->type(), [&](auto* cell) {
    using From = std::remove_pointer_t<decltype(cell)>;
    read_row_major<From, To>(
        *file_, first, count, columns(), [](u64 column) { return column; },
        [](From value) { return number_of<To>(value); }, into);
  });
  if (!thread_read_disk()) return;
  const u64 next = first + count;
  if (next >= rows()) return;
  const u64 ahead = std::min(count, rows() - next);
  for (u64 column = 0; column < columns(); ++column) file_->prefetch(column, next, ahead);
}

void MatrixPoints::read(u64 first, u64 count, f64* into) const { read_as(first, count, into); }

void MatrixPoints::read_single(u64 first, u64 count, f32* into) const { read_as(first, count, into); }

}  // namespace spillway
