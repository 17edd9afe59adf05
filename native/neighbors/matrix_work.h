// Long transfers of a matrix as work for the pool: blocks read, blocks written, content hashed.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/memory.h"
#include "neighbors/matrix_file.h"
#include "neighbors/parallel_task.h"

namespace spillway {

// Some rows and columns of a matrix; the columns in any order, also more than once.
struct MatrixBlock {
  u64 first_row = 0, rows = 0;
  u64 first_column = 0, columns = 0;
  std::vector<u64> listed;  // instead of the range of columns, when not empty
  bool row_major = true;    // in memory

  u64 column(u64 index) const { return listed.empty() ? first_column + index : listed[index]; }
};

// Throws Error Argument unless the block lies inside the matrix.
void check_block(const MatrixFile& file, const MatrixBlock& block);

// Cells as they are, except that a missing float is NaN in one form only.
class MatrixReadWork final : public ParallelWork {
 public:
  MatrixReadWork(std::shared_ptr<const MatrixFile> file, MatrixBlock block);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  Buffer cells;

 private:
  std::shared_ptr<const MatrixFile> file_;
  MatrixBlock block_;
  u64 row_step_ = 0, column_step_ = 0, row_parts_ = 0;
};

// Nothing is written unless every value fits: Error Data names the first that does not, row by row.
class MatrixWriteWork final : public ParallelWork {
 public:
  // Takes a copy of the block's values of type `from`; of the matrix's own type they are written as they are.
  MatrixWriteWork(std::shared_ptr<MatrixFile> file, MatrixBlock block, Type from, const void* values);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;

 private:
  void convert(u64 first_column, u64 end_column);
  void refuse() const;

  std::shared_ptr<MatrixFile> file_;
  MatrixBlock block_;
  Type from_;
  // As given; column-major in the matrix's type. From the heap, which gives the next block the same pages.
  std::unique_ptr<u8[]> values_, cells_;
  std::mutex mutex_;
  bool misfit_ = false;
  u64 misfit_row_ = 0, misfit_column_ = 0;
  f64 misfit_value_ = 0;
};

// A hash of the cells of rows [first, end): equal content gives the same, however it lies in files.
class MatrixHashWork final : public ParallelWork {
 public:
  MatrixHashWork(std::shared_ptr<const MatrixFile> file, u64 first, u64 end);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  u64 hash = 0;

  static constexpr u64 kBlockRows = 65'536;

 private:
  std::shared_ptr<const MatrixFile> file_;
  u64 first_, end_, stretches_;
  u64 per_part_ = 1;
  std::vector<u64> hashes_;  // column by column, by stretches of rows
  std::atomic<u64> done_{0};
};

// Makes durable what was written.
class MatrixSyncWork final : public ParallelWork {
 public:
  explicit MatrixSyncWork(std::shared_ptr<MatrixFile> file) : file_(std::move(file)) {}
  u32 begin_step(u32 step) override { return step == 0 ? 1 : 0; }
  void run_part(u32, u32) override { file_->sync(); }

 private:
  std::shared_ptr<MatrixFile> file_;
};

}  // namespace spillway
