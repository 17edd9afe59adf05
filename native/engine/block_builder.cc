// Cuts blocks by rows and, for text, by bytes.
#include "engine/block_builder.h"

#include <algorithm>

namespace spillway {
namespace {

// A block with more text than this is closed early, well before i32 offsets end.
constexpr std::size_t kTextBytes = std::size_t{1} << 28;

std::size_t text_length(const Vector& vector, const Chunk& chunk, u32 i) {
  u32 row = vector.constant ? 0 : chunk.row_at(i);
  return vector.valid(row) ? vector.values<StringView>()[row].length : 0;
}

}  // namespace

BlockBuilder::BlockBuilder(const std::vector<Type>& types, u32 max_rows) : max_rows_(max_rows) {
  columns_.reserve(types.size());
  for (Type type : types) {
    columns_.emplace_back(type);
    has_text_ = has_text_ || type == Type::Utf8;
  }
}

// How many of the rows keep every text column within its bytes; at least one when the block is empty.
u32 BlockBuilder::fitting(const Chunk& chunk, u32 skip, u32 count) const {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Vector& vector = chunk.columns[c];
    if (vector.type != Type::Utf8 || vector.dictionary != nullptr) continue;
    std::size_t bytes = columns_[c].text_bytes();
    for (u32 i = 0; i < count; ++i) {
      bytes += text_length(vector, chunk, skip + i);
      if (bytes > kTextBytes && (rows_ + i != 0)) count = i;
    }
  }
  return count;
}

void BlockBuilder::append(const Chunk& chunk, u32 skip, u32 count, std::vector<Block>& full) {
  while (count != 0) {
    u32 step = std::min(count, max_rows_ - rows_);
    if (has_text_) step = fitting(chunk, skip, step);
    if (rows_ == 0 && usual_rows_ != 0) {
      for (ColumnBuilder& column : columns_) column.expect(usual_rows_);
    }
    for (std::size_t c = 0; c < columns_.size(); ++c) columns_[c].append(chunk.columns[c], chunk, skip, step);
    rows_ += step;
    skip += step;
    count -= step;
    if (rows_ == max_rows_ || count != 0) full.push_back(finish());
  }
}

void BlockBuilder::append(const Block& block, u32 from, u32 count) {
  if (rows_ == 0 && usual_rows_ != 0) {
    for (ColumnBuilder& column : columns_) column.expect(usual_rows_);
  }
  for (std::size_t c = 0; c < columns_.size(); ++c) columns_[c].append(block.columns[c], from, count);
  rows_ += count;
}

std::size_t BlockBuilder::bytes() const {
  std::size_t total = 0;
  for (const ColumnBuilder& column : columns_) total += column.bytes();
  return total;
}

Block BlockBuilder::finish() {
  Block block;
  block.rows = rows_;
  block.columns.reserve(columns_.size());
  for (ColumnBuilder& column : columns_) block.columns.push_back(column.finish());
  usual_rows_ = std::min(max_rows_, (rows_ + 1023) / 1024 * 1024);
  rows_ = 0;
  return block;
}

Block slice_block(const Block& block, u32 from, u32 count) {
  std::vector<Type> types;
  for (const BlockColumn& column : block.columns) types.push_back(column.type);
  BlockBuilder builder(types, std::max(count, 1u));
  builder.append(block, from, count);
  return builder.finish();
}

}  // namespace spillway
