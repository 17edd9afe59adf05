// Values given in rows or columns become cells in columns first, and are written only when all fit.
#include <algorithm>

#include "engine/number_text.h"
#include "neighbors/matrix_cells.h"
#include "neighbors/matrix_work.h"

namespace spillway {
namespace {

constexpr u64 kPartColumns = 16;
constexpr u64 kTileRows = 1024;

Type type_of(CellType type) {
  switch (type) {
    case CellType::Char: return Type::I8;
    case CellType::Short: return Type::I16;
    case CellType::Raw: return Type::U8;
    case CellType::Integer: return Type::I32;
    case CellType::Float: return Type::F32;
    case CellType::Double: break;
  }
  return Type::F64;
}

template <class Action>
void with_value(Type type, Action&& action) {
  switch (type) {
    case Type::I8: return action(static_cast<const i8*>(nullptr));
    case Type::I16: return action(static_cast<const i16*>(nullptr));
    case Type::I32: return action(static_cast<const i32*>(nullptr));
    case Type::U8: return action(static_cast<const u8*>(nullptr));
    case Type::U16: return action(static_cast<const u16*>(nullptr));
    case Type::U32: return action(static_cast<const u32*>(nullptr));
    case Type::F32: return action(static_cast<const f32*>(nullptr));
    case Type::F64: return action(static_cast<const f64*>(nullptr));
    default: throw Error(ErrorCode::Argument, "values of this type cannot be written to a matrix");
  }
}

std::string printed(f64 value) {
  char text[kMaxNumberText];
  return {text, print_f64(value, text)};
}

const char* name_of(CellType type) {
  switch (type) {
    case CellType::Char: return "int8 (−127 … 127)";
    case CellType::Short: return "int16 (−32767 … 32767)";
    case CellType::Raw: return "uint8 (0 … 255, nothing missing)";
    case CellType::Integer: return "int32 (−2147483647 … 2147483647)";
    case CellType::Float: return "float32";
    case CellType::Double: break;
  }
  return "float64";
}

}  // namespace

MatrixWriteWork::MatrixWriteWork(std::shared_ptr<MatrixFile> file, MatrixBlock block, Type from, const void* values)
    : file_(std::move(file)), block_(std::move(block)), from_(from) {
  check_block(*file_, block_);
  if (!file_->writable()) throw Error(ErrorCode::Argument, "the matrix was opened read-only");
  with_value(from_, [](auto*) {});
  const std::size_t bytes = static_cast<std::size_t>(block_.rows * block_.columns * width_of(from_));
  values_.reset(new u8[bytes]);
  if (bytes != 0) std::memcpy(values_.get(), values, bytes);
}

u32 MatrixWriteWork::begin_step(u32 step) {
  if (block_.rows == 0 || block_.columns == 0) return 0;
  if (step == 0) cells_.reset(new u8[static_cast<std::size_t>(block_.rows * block_.columns * file_->width())]);
  if (step == 1 && misfit_) refuse();
  if (step == 2) return 0;
  return static_cast<u32>((block_.columns + kPartColumns - 1) / kPartColumns);
}

void MatrixWriteWork::run_part(u32 step, u32 part) {
  const u64 first = u64{part} * kPartColumns, end = std::min(block_.columns, first + kPartColumns);
  if (step == 0) return convert(first, end);
  for (u64 c = first; c < end; ++c) {
    file_->write(block_.column(c), block_.first_row, block_.rows, cells_.get() + c * block_.rows * file_->width());
  }
}

// Tile by tile, so that the lines of row-major values are used for all columns of the part.
void MatrixWriteWork::convert(u64 first_column, u64 end_column) {
  const bool verbatim = type_of(file_->type()) == from_;
  const u64 row_stride = block_.row_major ? block_.columns : 1;
  const u64 column_stride = block_.row_major ? 1 : block_.rows;
  with_cell(file_->type(), [&](auto* typed) {
    using To = std::remove_pointer_t<decltype(typed)>;
    with_value(from_, [&](auto* given) {
      using From = std::remove_cv_t<std::remove_pointer_t<decltype(given)>>;
      const From* values = reinterpret_cast<const From*>(values_.get());
      To* cells = reinterpret_cast<To*>(cells_.get());
      for (u64 row = 0; row < block_.rows; row += kTileRows) {
        const u64 rows = std::min(kTileRows, block_.rows - row);
        for (u64 c = first_column; c < end_column; ++c) {
          const From* from = values + row * row_stride + c * column_stride;
          To* to = cells + c * block_.rows + row;
          if (verbatim) {
            for (u64 r = 0; r < rows; ++r) std::memcpy(to + r, from + r * row_stride, sizeof(To));
            continue;
          }
          for (u64 r = 0; r < rows; ++r) {
            const f64 number = static_cast<f64>(from[r * row_stride]);
            if (put_number(number, to[r])) continue;
            std::lock_guard<std::mutex> lock(mutex_);
            if (!misfit_ || row + r < misfit_row_ || (row + r == misfit_row_ && c < misfit_column_)) {
              misfit_ = true;
              misfit_row_ = row + r;
              misfit_column_ = c;
              misfit_value_ = number;
            }
            break;
          }
        }
      }
    });
  });
}

void MatrixWriteWork::refuse() const {
  const u64 row = block_.first_row + misfit_row_, column = block_.column(misfit_column_);
  const std::string value = is_missing(misfit_value_) ? "null" : printed(misfit_value_);
  throw Error(ErrorCode::Data,
              "row " + std::to_string(row) + ", column " + std::to_string(column) + ": " + value +
                  " does not fit a matrix of " + name_of(file_->type()),
              {{"row", std::to_string(row)}, {"column", std::to_string(column)}, {"value", value}});
}

}  // namespace spillway
