// Rows are read where they do not lie in memory already, and checked in one pass over their values.
#include "neighbors/reference_block.h"

#include <algorithm>

#include "neighbors/reference.h"
#include "neighbors/row_check.h"

namespace spillway {
namespace {

// Read and checked at a time: a few milliseconds.
constexpr std::size_t kPartBytes = std::size_t{4} << 20;

std::size_t value_bytes(const Points& points) { return points.single() ? 4 : 8; }

}  // namespace

BlockMaking::BlockMaking(const Reference& reference, u32 first, u32 count, const SearchMethod* method)
    : reference_(reference), method_(method), first_(first), count_(count), block_(std::make_unique<ReferenceBlock>()) {
  const Points& points = reference.points();
  const std::size_t row = std::max<std::size_t>(1, std::size_t{points.columns()} * value_bytes(points));
  // Parts begin at multiples of 64 rows, so that no two write the same word of `skipped`.
  rows_per_part_ =
      static_cast<u32>(std::max<std::size_t>(1, std::min<std::size_t>(kPartBytes / row, 1 << 18) / 64)) * 64;
  block_->reserved = Reservation(reference.budget());
  ReferenceRows& rows = block_->rows;
  rows.first = first;
  rows.count = count;
  rows.columns = points.columns();
  const std::size_t from = std::size_t{first} * points.columns();
  if (points.floats() != nullptr) rows.floats = points.floats() + from;
  if (points.doubles() != nullptr) rows.doubles = points.doubles() + from;
  if (rows.floats == nullptr && rows.doubles == nullptr) {
    block_->reserved.grow(count * row, "the rows of a reference");
    block_->held = Buffer(count * row);
    if (points.single()) {
      rows.floats = block_->held.as<f32>();
    } else {
      rows.doubles = block_->held.as<f64>();
    }
  }
  if (reference.options().skip_missing) {
    const std::size_t bytes = (std::size_t{count} + 63) / 64 * 8;
    block_->reserved.grow(bytes, "the rows of a reference");
    block_->skipped = Buffer(bytes);
    std::fill_n(block_->skipped.data(), bytes, u8{0});
    rows.skipped = block_->skipped.as<u64>();
  }
}

u32 BlockMaking::read_parts() const { return (count_ + rows_per_part_ - 1) / rows_per_part_; }

void BlockMaking::read_part(u32 part) {
  const Points& points = reference_.points();
  const u32 begin = part * rows_per_part_, end = std::min(count_, begin + rows_per_part_);
  const u32 columns = points.columns();
  if (!block_->held.empty()) {
    const std::size_t from = std::size_t{begin} * columns;
    if (points.single()) {
      points.read_single(u64{first_} + begin, end - begin, block_->held.as<f32>() + from);
    } else {
      points.read(u64{first_} + begin, end - begin, block_->held.as<f64>() + from);
    }
  }
  const MetricSpec& metric = reference_.metric();
  for (u32 row = begin; (row = next_bad_row(block_->rows, metric, row, end)) < end; ++row) {
    if (!reference_.options().skip_missing) {
      throw bad_row("reference", u64{first_} + row, what_is_wrong(block_->rows, metric, row));
    }
    block_->skipped.as<u64>()[row / 64] |= u64{1} << (row % 64);
  }
}

u32 BlockMaking::begin_build() {
  // A reference has its own only now, when it is made from a file.
  const SearchMethod& method = method_ == nullptr ? reference_.method() : *method_;
  const std::size_t bytes = method.bytes_per_row(reference_.metric(), reference_.columns()) * count_;
  block_->reserved.grow(bytes, "the index of a reference");
  build_ = method.build(reference_.metric(), block_->rows, reference_.threads());
  return build_->parts();
}

std::unique_ptr<ReferenceBlock> BlockMaking::finish(std::unique_ptr<SearchIndex> index) {
  block_->index = index != nullptr ? std::move(index) : build_->finish();
  build_.reset();
  return std::move(block_);
}

}  // namespace spillway
