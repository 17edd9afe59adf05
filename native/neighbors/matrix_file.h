// A matrix on disk in bigmemory's layout: raw cells, column by column, in one file or one file per column.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/file.h"
#include "engine/handle.h"

namespace spillway {

// bigmemory's own numbers of its types.
enum class CellType : u8 { Char = 1, Short = 2, Raw = 3, Integer = 4, Float = 6, Double = 8 };

constexpr u32 cell_width(CellType type) {
  switch (type) {
    case CellType::Char:
    case CellType::Raw: return 1;
    case CellType::Short: return 2;
    case CellType::Integer:
    case CellType::Float: return 4;
    case CellType::Double: return 8;
  }
  return 0;
}

// What of the files is the matrix: rows [first_row, first_row + rows) and columns [first_column, …) of all.
struct MatrixShape {
  CellType type = CellType::Double;
  u64 total_rows = 0, total_columns = 0;
  u64 first_row = 0, rows = 0;
  u64 first_column = 0, columns = 0;
  bool separated = false;  // paths[c] holds column first_column + c
};

// Used by any number of threads. Rows and columns count from 0 within the matrix; who asks stays inside it.
class MatrixFile final : public Handle, public std::enable_shared_from_this<MatrixFile> {
 public:
  // Opens the files and compares their sizes with the shape. Throws Error Format, Io, Argument (no such shape).
  MatrixFile(std::vector<std::string> paths, MatrixShape shape, bool writable);

  const char* kind() const override { return "matrix"; }
  // The matrix as the rows of a query; missing values are null.
  std::shared_ptr<Source> open_source(QueryContext& context, const SourceDescription& description) override;

  CellType type() const { return shape_.type; }
  u32 width() const { return cell_width(shape_.type); }
  u64 rows() const { return shape_.rows; }
  u64 columns() const { return shape_.columns; }
  bool writable() const { return writable_; }
  const std::string& path(u64 column) const { return paths_[shape_.separated ? column : 0]; }

  // Cells [first, first + count) of a column, as they lie in the file. Throws Error Format when the file has become
  // shorter, Io.
  void read(u64 column, u64 first, u64 count, void* into) const;
  void write(u64 column, u64 first, u64 count, const void* from);
  void prefetch(u64 column, u64 first, u64 count) const;
  void sync();

  // Of the file of separated columns, so many are kept open.
  static constexpr std::size_t kOpenFiles = 128;

 private:
  u64 offset(u64 column, u64 row) const;
  std::shared_ptr<File> file(u64 column) const;
  std::shared_ptr<File> open(u64 index) const;

  std::vector<std::string> paths_;
  MatrixShape shape_;
  bool writable_;
  std::shared_ptr<File> only_;  // unless separated
  mutable std::mutex mutex_;    // all below
  struct Opened {
    std::shared_ptr<File> file;
    std::list<u64>::iterator place;
  };
  mutable std::unordered_map<u64, Opened> opened_;
  mutable std::list<u64> recent_;  // the latest first
};

}  // namespace spillway
