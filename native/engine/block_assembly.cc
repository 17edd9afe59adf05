// Plans the copies from block sizes; each part is freed when its column is done, so that the peak stays low.
#include "engine/block_assembly.h"

#include <string>

#include "engine/byte_text.h"
#include "engine/column_builder.h"

namespace spillway {
namespace {

constexpr std::size_t kTaskBytes = std::size_t{2} << 20;

}  // namespace

BlockAssembly::BlockAssembly(const std::vector<Type>& types, std::vector<Block> blocks) : blocks_(std::move(blocks)) {
  u64 rows = 0;
  for (const Block& block : blocks_) {
    row_start_.push_back(rows);
    rows += block.rows;
  }
  if (rows > ~u32{0}) {
    throw Error(ErrorCode::Limit,
                "the result has " + std::to_string(rows) +
                    " rows, more than one table can hold; read it batch by batch, or write it to a file");
  }
  result_.rows = static_cast<u32>(rows);
  result_.columns.resize(types.size());
  for (u32 c = 0; c < types.size(); ++c) {
    BlockColumn& target = result_.columns[c];
    target.type = types[c];
    if (types[c] != Type::Utf8) continue;
    if (keeps_codes(c)) {
      target.dictionary = blocks_.front().columns[c].dictionary;
      continue;
    }
    for (u32 b = 0; b < blocks_.size(); ++b) {
      if (blocks_[b].columns[c].dictionary != nullptr) flattens_.push_back({b, c});
    }
  }
}

// A dictionary much larger than the rows would cost more than the texts themselves.
bool BlockAssembly::keeps_codes(u32 column) const {
  const Dictionary* first = blocks_.empty() ? nullptr : blocks_.front().columns[column].dictionary;
  if (first == nullptr || first->size() / 2 > u64{result_.rows} + 512) return false;
  for (const Block& block : blocks_) {
    if (block.columns[column].dictionary != first) return false;
  }
  return true;
}

void BlockAssembly::flatten(u32 task) {
  BlockColumn& column = blocks_[flattens_[task].block].columns[flattens_[task].column];
  ColumnBuilder builder(Type::Utf8);
  builder.keep_plain();
  builder.append(column, 0, blocks_[flattens_[task].block].rows);
  column = builder.finish();
}

void BlockAssembly::plan() {
  text_start_.resize(result_.columns.size());
  left_ = std::make_unique<std::atomic<u32>[]>(result_.columns.size());
  for (u32 c = 0; c < result_.columns.size(); ++c) {
    BlockColumn& target = result_.columns[c];
    std::size_t rows = result_.rows;
    std::size_t text = 0;
    for (const Block& block : blocks_) {
      const BlockColumn& part = block.columns[c];
      target.null_count += part.null_count;
      text_start_[c].push_back(text);
      text += part.text_bytes;
    }
    if (text > kBlockTextBytes) {
      throw Error(ErrorCode::Limit,
                  "column " + std::to_string(c) + " of the result holds " + byte_text(text) +
                      " of text, but one column can hold 2 GiB; read it batch by batch",
                  {{"column", std::to_string(c)}});
    }
    if (target.null_count != 0) target.validity = Buffer(bitmap_bytes(rows));
    u32 width = block_width(target.type, target.dictionary != nullptr);
    if (target.is_plain_text()) {
      target.offsets = Buffer((rows + 1) * 4);
      target.offsets.as<i32>()[0] = 0;
      target.text = Buffer(text);
      target.text_bytes = text;
    } else {
      target.values = Buffer(target.type == Type::Bool ? bitmap_bytes(rows) : rows * width);
    }
    u32 before = static_cast<u32>(copies_.size());
    if (target.null_count != 0 || target.type == Type::Bool) copies_.push_back({c, true, 0, 0});
    u32 first = 0;
    std::size_t bytes = 0;
    for (u32 b = 0; target.type != Type::Bool && b < blocks_.size(); ++b) {
      bytes += blocks_[b].rows * std::size_t{width == 0 ? 4 : width} + blocks_[b].columns[c].text_bytes;
      if (bytes < kTaskBytes && b + 1 < blocks_.size()) continue;
      copies_.push_back({c, false, first, b + 1});
      first = b + 1;
      bytes = 0;
    }
    left_[c].store(static_cast<u32>(copies_.size()) - before);
  }
}

void BlockAssembly::copy(u32 task) {
  const Copy& copy = copies_[task];
  if (copy.bits) {
    copy_column_bits(copy.column);
  } else {
    for (u32 b = copy.first; b < copy.last; ++b) copy_values(copy.column, b);
  }
  if (left_[copy.column].fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (Block& block : blocks_) block.columns[copy.column] = BlockColumn();
}

void BlockAssembly::copy_column_bits(u32 column) {
  BlockColumn& target = result_.columns[column];
  // Bits beyond the rows are zero.
  if (result_.rows != 0 && !target.validity.empty()) target.validity.as<u64>()[(result_.rows - 1) / 64] = 0;
  if (result_.rows != 0 && target.type == Type::Bool) target.values.as<u64>()[(result_.rows - 1) / 64] = 0;
  for (u32 b = 0; b < blocks_.size(); ++b) {
    const BlockColumn& part = blocks_[b].columns[column];
    u32 rows = blocks_[b].rows;
    if (target.type == Type::Bool) copy_bits(target.values.data(), row_start_[b], part.values.data(), 0, rows);
    if (target.validity.empty()) continue;
    if (part.validity.empty()) {
      set_bits(target.validity.data(), row_start_[b], rows);
    } else {
      copy_bits(target.validity.data(), row_start_[b], part.validity.data(), 0, rows);
    }
  }
}

void BlockAssembly::copy_values(u32 column, u32 block) {
  BlockColumn& target = result_.columns[column];
  const BlockColumn& part = blocks_[block].columns[column];
  u32 rows = blocks_[block].rows;
  if (!target.is_plain_text()) {
    std::size_t width = block_width(target.type, target.dictionary != nullptr);
    std::memcpy(target.values.data() + row_start_[block] * width, part.values.data(), rows * width);
    return;
  }
  std::size_t start = text_start_[column][block];
  if (part.text_bytes != 0) std::memcpy(target.text.data() + start, part.text.data(), part.text_bytes);
  const i32* from = part.offsets.as<i32>() + 1;
  i32* to = target.offsets.as<i32>() + row_start_[block] + 1;
  i32 shift = static_cast<i32>(start);
  for (u32 i = 0; i < rows; ++i) to[i] = from[i] + shift;
}

Block BlockAssembly::take() { return std::move(result_); }

}  // namespace spillway
