// The rows of a matrix on disk as points, read when they are needed.
#pragma once

#include <atomic>
#include <memory>

#include "neighbors/matrix_file.h"
#include "neighbors/points.h"

namespace spillway {

class MatrixPoints final : public Points {
 public:
  // Throws Error Limit for more columns than points can have.
  explicit MatrixPoints(std::shared_ptr<const MatrixFile> file);

  const char* kind() const override { return "points"; }
  u64 rows() const override { return file_->rows(); }
  u32 columns() const override { return static_cast<u32>(file_->columns()); }
  // Not every integer is a float.
  bool single() const override { return file_->type() != CellType::Integer && file_->type() != CellType::Double; }
  void read(u64 first, u64 count, f64* into) const override;
  void read_single(u64 first, u64 count, f32* into) const override;
  bool in_memory() const override { return false; }

 private:
  template <class To>
  void read_as(u64 first, u64 count, To* into) const;

  std::shared_ptr<const MatrixFile> file_;
};

}  // namespace spillway
