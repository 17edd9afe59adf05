// Appending rows to blocks.
#include "engine/sort_store.h"

#include <algorithm>

#include "engine/sort_entry.h"

namespace spillway {

SortStore::SortStore(const RowLayout& layout, std::size_t block_bytes)
    : layout_(layout), block_bytes_(std::max(block_bytes, layout.width() + kSortSlack)), heap_(64 * 1024) {
  block_rows_ = static_cast<u32>((block_bytes_ - kSortSlack) / layout.width());
}

u32 SortStore::room() const { return block_ < blocks_.size() ? block_rows_ - used_ : 0; }

void SortStore::add_block() { blocks_.emplace_back(block_bytes_); }

u8* SortStore::place(u32 count, u64 sequence) {
  u8* rows = blocks_[block_].data() + std::size_t{used_} * layout_.width();
  if (!pieces_.empty() && used_ != 0 && pieces_.back().sequence == sequence) {
    pieces_.back().count += count;
  } else {
    pieces_.push_back({rows, count, sequence});
  }
  greatest_ = std::max(greatest_, sequence);
  rows_ += count;
  used_ += count;
  if (used_ == block_rows_) {
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
  greatest_ = 0;
}

void SortStore::trim() {
  std::size_t kept = block_ + (used_ != 0 ? 1u : 0u);
  if (kept < blocks_.size()) blocks_.resize(kept);
}

}  // namespace spillway
