// Appending rows to blocks.
#include "engine/sort_store.h"

#include <algorithm>

#include "engine/sort_entry.h"

namespace spillway {
namespace {

constexpr std::size_t kFirstBlock = std::size_t{64} << 10;

}  // namespace

SortStore::SortStore(const RowLayout& layout, std::size_t most_block_bytes)
    : layout_(layout), most_block_bytes_(most_block_bytes), heap_(64 * 1024) {}

u32 SortStore::room() const { return block_ < blocks_.size() ? blocks_[block_].rows - used_ : 0; }

std::size_t SortStore::next_bytes() const {
  std::size_t bytes = std::clamp(block_bytes_, std::min(kFirstBlock, most_block_bytes_), most_block_bytes_);
  return std::max(bytes, layout_.width() + kSortSlack);
}

std::size_t SortStore::next_block_bytes(std::size_t extra) const {
  std::size_t bytes = next_bytes();
  return bytes + (bytes - kSortSlack) / layout_.width() * extra;
}

void SortStore::add_block() {
  std::size_t bytes = next_bytes();
  u32 rows = static_cast<u32>((bytes - kSortSlack) / layout_.width());
  blocks_.push_back({Buffer(bytes), rows});
  block_bytes_ += bytes;
  room_rows_ += rows;
}

u8* SortStore::place(u32 count, u64 sequence) {
  u8* rows = blocks_[block_].bytes.data() + std::size_t{used_} * layout_.width();
  if (!pieces_.empty() && used_ != 0 && pieces_.back().sequence == sequence) {
    pieces_.back().count += count;
  } else {
    pieces_.push_back({rows, count, sequence});
  }
  rows_ += count;
  used_ += count;
  if (used_ == blocks_[block_].rows) {
    ++block_;
    used_ = 0;
  }
  return rows;
}

void SortStore::append(const Vector* columns, const u16* selection, u32 first, u32 count) {
  if (count == 0) return;
  layout_.pack(columns, selection, first, count, place(count, sequence_), &heap_);
}

void SortStore::append_row(const u8* row, u64 sequence) {
  if (room() == 0) add_block();
  u8* to = place(1, sequence);
  std::memcpy(to, row, layout_.width());
  for (u32 column : layout_.text_columns()) {
    u8* slot = to + layout_.slot(column).offset;
    StringView text;
    std::memcpy(&text, slot, sizeof text);
    text = heap_.copy(text);
    std::memcpy(slot, &text, sizeof text);
  }
}

std::vector<SortPiece> SortStore::pieces() const {
  std::vector<SortPiece> ordered = pieces_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const SortPiece& a, const SortPiece& b) { return a.sequence < b.sequence; });
  return ordered;
}

void SortStore::clear() {
  pieces_.clear();
  heap_.reset();
  rows_ = 0;
  block_ = 0;
  used_ = 0;
}

}  // namespace spillway
