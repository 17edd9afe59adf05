// Stretches of columns are hashed apart, in parallel, and their hashes together.
#include "kernels/pages.h"
#include "neighbors/matrix_work.h"

namespace spillway {
namespace {

constexpr u64 kPartBytes = u64{1} << 21;

}  // namespace

MatrixHashWork::MatrixHashWork(std::shared_ptr<const MatrixFile> file, u64 first, u64 end)
    : file_(std::move(file)), first_(first), end_(end), stretches_((end - first + kBlockRows - 1) / kBlockRows) {
  if (first > end || end > file_->rows()) throw Error(ErrorCode::Argument, "rows that are not inside their matrix");
}

u32 MatrixHashWork::begin_step(u32 step) {
  const u64 blocks = stretches_ * file_->columns();
  if (step == 0) {
    hashes_.resize(blocks);
    per_part_ = std::max<u64>(1, kPartBytes / (std::min(kBlockRows, std::max<u64>(1, end_ - first_)) * file_->width()));
    while ((blocks + per_part_ - 1) / per_part_ >= ~u32{0}) per_part_ *= 2;
    if (blocks != 0) return static_cast<u32>((blocks + per_part_ - 1) / per_part_);
  }
  hash = pages_kernels().hash(hashes_.data(), hashes_.size() * sizeof(u64), static_cast<u64>(file_->type()));
  return 0;
}

void MatrixHashWork::run_part(u32, u32 part) {
  const u64 begin = u64{part} * per_part_, end = std::min<u64>(hashes_.size(), begin + per_part_);
  const std::size_t most = static_cast<std::size_t>(std::min(kBlockRows, end_ - first_) * file_->width());
  const std::unique_ptr<u8[]> cells(new u8[most]);
  for (u64 block = begin; block < end; ++block) {
    const u64 row = first_ + block % stretches_ * kBlockRows;
    const u64 rows = std::min(kBlockRows, end_ - row);
    file_->read(block / stretches_, row, rows, cells.get());
    hashes_[block] = pages_kernels().hash(cells.get(), static_cast<std::size_t>(rows * file_->width()), rows);
  }
  done_ += end - begin;
}

f64 MatrixHashWork::fraction() const {
  return hashes_.empty() ? -1 : static_cast<f64>(done_.load()) / static_cast<f64>(hashes_.size());
}

}  // namespace spillway
