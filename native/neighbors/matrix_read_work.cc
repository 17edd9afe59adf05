// Reading in parts of about a megabyte, in rows or in columns.
#include "neighbors/matrix_cells.h"
#include "neighbors/matrix_rows.h"
#include "neighbors/matrix_work.h"

namespace spillway {
namespace {

constexpr u64 kPartBytes = u64{1} << 20;
constexpr u64 kPartColumns = 1024;

// Both forms of a missing float become the one.
template <class Value>
Value normal(Value value) {
  if constexpr (std::is_same_v<Value, f32>) return number_of<f32>(value);
  return value;
}

}  // namespace

void check_block(const MatrixFile& file, const MatrixBlock& block) {
  bool inside = block.first_row <= file.rows() && block.rows <= file.rows() - block.first_row;
  if (block.listed.empty()) {
    inside = inside && block.first_column <= file.columns() && block.columns <= file.columns() - block.first_column;
  } else {
    inside = inside && block.columns == block.listed.size();
    for (u64 column : block.listed) inside = inside && column < file.columns();
  }
  if (!inside) throw Error(ErrorCode::Argument, "a block that is not inside its matrix");
}

MatrixReadWork::MatrixReadWork(std::shared_ptr<const MatrixFile> file, MatrixBlock block)
    : file_(std::move(file)), block_(std::move(block)) {
  check_block(*file_, block_);
}

u32 MatrixReadWork::begin_step(u32 step) {
  if (step != 0) return 0;
  cells = Buffer(static_cast<std::size_t>(block_.rows * block_.columns * file_->width()));
  if (block_.rows == 0 || block_.columns == 0) return 0;
  column_step_ = std::min(block_.columns, kPartColumns);
  row_step_ = std::max<u64>(64, kPartBytes / (column_step_ * file_->width()));
  row_parts_ = (block_.rows + row_step_ - 1) / row_step_;
  const u64 parts = row_parts_ * ((block_.columns + column_step_ - 1) / column_step_);
  if (parts >= ~u32{0}) throw Error(ErrorCode::Limit, "a block of this size has to be read in pieces");
  return static_cast<u32>(parts);
}

void MatrixReadWork::run_part(u32, u32 part) {
  const u64 row = part % row_parts_ * row_step_, column = part / row_parts_ * column_step_;
  const u64 rows = std::min(row_step_, block_.rows - row), columns = std::min(column_step_, block_.columns - column);
  with_cell(file_->type(), [&](auto* typed) {
    using Value = std::remove_pointer_t<decltype(typed)>;
    Value* into = cells.as<Value>();
    if (block_.row_major && columns == block_.columns) {
      read_row_major<Value, Value>(
          *file_, block_.first_row + row, rows, columns, [&](u64 c) { return block_.column(c); }, normal<Value>,
          into + row * columns);
      return;
    }
    std::unique_ptr<Value[]> one(block_.row_major ? new Value[rows] : nullptr);
    for (u64 c = column; c < column + columns; ++c) {
      Value* at = block_.row_major ? one.get() : into + c * block_.rows + row;
      file_->read(block_.column(c), block_.first_row + row, rows, at);
      for (u64 r = 0; r < rows; ++r) {
        if (block_.row_major) {
          into[(row + r) * block_.columns + c] = normal(at[r]);
        } else if constexpr (std::is_same_v<Value, f32>) {
          at[r] = normal(at[r]);
        }
      }
    }
  });
}

}  // namespace spillway
