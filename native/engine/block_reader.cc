// Vectors begin at multiples of 2,048 rows, so that validity words can be used where they lie.
#include "engine/block_reader.h"

#include <algorithm>

#include "engine/gather.h"

namespace spillway {

BlockReader::BlockReader(std::vector<u32> columns) : columns_(std::move(columns)), scratch_(columns_.size()) {}

void BlockReader::open(const Morsel& morsel) {
  payload_ = morsel.payload;
  block_ = static_cast<const Block*>(payload_.get());
  first_row_ = morsel.first;
  at_ = 0;
  rows_ = 0;
}

u32 BlockReader::next() {
  at_ += rows_;
  rows_ = std::min(kVectorRows, block_->rows - at_);
  for (Scratch& scratch : scratch_) scratch.made = false;
  if (rows_ == 0) payload_.reset();
  return rows_;
}

const Vector& BlockReader::column(u32 index) {
  Scratch& scratch = scratch_[index];
  if (scratch.made) return scratch.vector;
  scratch.made = true;
  const BlockColumn& column = block_->columns[columns_[index]];
  Vector& vector = scratch.vector;
  vector.type = column.type;
  vector.constant = false;
  vector.dictionary = column.dictionary;
  vector.validity = column.validity.empty() ? nullptr : column.validity.as<u64>() + at_ / 64;
  if (column.is_plain_text()) {
    if (scratch.views == nullptr) scratch.views = std::make_unique<StringView[]>(kVectorRows);
    for (u32 i = 0; i < rows_; ++i) scratch.views[i] = column.text_at(at_ + i);
    vector.data = scratch.views.get();
  } else if (column.type == Type::Bool) {
    if (scratch.bytes == nullptr) scratch.bytes = std::make_unique<u8[]>(kVectorRows);
    unpack_bits(column.values.data(), at_, rows_, scratch.bytes.get());
    vector.data = scratch.bytes.get();
  } else {
    std::size_t width = block_width(column.type, true);
    vector.data = column.values.data() + at_ * width;
  }
  return vector;
}

}  // namespace spillway
