// Blocks are hashed in parallel, then their hashes in order.
#include "neighbors/points_hash.h"

#include <algorithm>
#include <limits>

#include "format/checksum.h"

namespace spillway {
namespace {

constexpr u64 kBlockValues = 1 << 16;

// Two hashes with different seeds make one of 128 bits.
std::array<u64, 2> hash_of(const void* bytes, std::size_t size) {
  constexpr format::FileId kLow{'p', 'o', 'i', 'n', 't', 's', 0}, kHigh{'p', 'o', 'i', 'n', 't', 's', 1};
  return {format::checksum(kLow, {}, bytes, size), format::checksum(kHigh, {}, bytes, size)};
}

}  // namespace

PointsHashWork::PointsHashWork(std::shared_ptr<const Points> points)
    : points_(std::move(points)), rows_per_block_(std::max<u64>(1, kBlockValues / std::max(1u, points_->columns()))) {}

f64 PointsHashWork::fraction() const {
  return blocks_.empty() ? 1 : static_cast<f64>(done_.load()) / static_cast<f64>(blocks_.size());
}

u32 PointsHashWork::begin_step(u32 step) {
  if (step == 0) {
    u64 blocks = (points_->rows() + rows_per_block_ - 1) / rows_per_block_;
    if (blocks > std::numeric_limits<u32>::max()) throw Error(ErrorCode::Limit, "too many rows to hash");
    blocks_.resize(blocks);
    if (blocks != 0) return static_cast<u32>(blocks);
  }
  if (step > 1 || (step == 1 && blocks_.empty())) return 0;
  std::vector<u64> all = {points_->rows(), points_->columns()};
  for (const std::array<u64, 2>& block : blocks_) all.insert(all.end(), block.begin(), block.end());
  hash = hash_of(all.data(), all.size() * sizeof(u64));
  return 0;
}

void PointsHashWork::run_part(u32, u32 part) {
  u64 first = part * rows_per_block_, count = std::min(rows_per_block_, points_->rows() - first);
  std::vector<f64> values(count * points_->columns());
  points_->read(first, count, values.data());
  for (f64& value : values) {
    if (value != value) value = std::numeric_limits<f64>::quiet_NaN();
  }
  blocks_[part] = hash_of(values.data(), values.size() * sizeof(f64));
  done_ += 1;
}

}  // namespace spillway
