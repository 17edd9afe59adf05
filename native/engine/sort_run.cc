// Writing and reading the blocks of a run.
#include "engine/sort_run.h"

#include <algorithm>

#include "engine/sort_vectors.h"

namespace spillway {
namespace {

// Rows taken between two looks at the size of a block's text.
constexpr std::size_t kTextStep = 64;

u32 order_bytes_for(u64 span) {
  if (span == 0) return 0;
  if (span <= 0xFF) return 1;
  if (span <= 0xFFFF) return 2;
  return span <= 0xFFFFFFFF ? 4 : 8;
}

// A long text's view while it is on disk: its pointer's place holds its offset in the block's text.
struct StoredText {
  u32 length;
  char prefix[4];
  u64 offset;
};
static_assert(sizeof(StoredText) == sizeof(StringView));

}  // namespace

SortPoint point_of(const RowKey& key, const u8* row, u64 sequence) {
  SortPoint point;
  point.word = key.word(0, row);
  point.next = key.stages() == 1 ? sequence : key.is_rest(1) ? 0 : key.word(1, row);
  return point;
}

RunWriter::RunWriter(const RowLayout& layout, const RowKey& key, SpillFile& file, u64 number, u64 first_sequence,
                     u64 last_sequence, std::size_t block_bytes)
    : layout_(layout), key_(key), block_bytes_(block_bytes) {
  run_.file = &file;
  run_.number = number;
  run_.base_sequence = first_sequence;
  run_.last_sequence = last_sequence;
  run_.order_bytes = order_bytes_for(last_sequence - first_sequence);
  run_.stride = layout.width() + run_.order_bytes;
  block_rows_ = static_cast<u32>(std::max<std::size_t>(1, block_bytes / run_.stride));
  rows_ = Buffer(std::size_t{block_rows_} * run_.stride + kSortSlack);
}

void RunWriter::add(const SortEntry* entries, std::size_t count, const InputOrder& input) {
  for (std::size_t done = 0; done < count;) {
    std::size_t now = std::min<std::size_t>(count - done, block_rows_ - count_);
    if (layout_.has_text()) now = std::min(now, kTextStep);
    u8* row = rows_.data() + std::size_t{count_} * run_.stride;
    gather_rows(entries + done, now, layout_.width(), run_.stride, row);
    for (std::size_t i = 0; i < now; ++i, row += run_.stride) {
      u64 order = input(entries[done + i].ref) - run_.base_sequence;
      std::memcpy(row + layout_.width(), &order, run_.order_bytes);
      if (layout_.has_text()) take_text(row);
    }
    count_ += static_cast<u32>(now);
    done += now;
    if (count_ == block_rows_ || std::size_t{count_} * run_.stride + heap_.size() >= block_bytes_) flush();
  }
}

void RunWriter::take_text(u8* row) {
  for (u32 column : layout_.text_columns()) {
    u8* place = row + layout_.slot(column).offset;
    StringView text;
    std::memcpy(&text, place, sizeof text);
    if (text.is_inline()) continue;
    StoredText stored{text.length, {text.prefix[0], text.prefix[1], text.prefix[2], text.prefix[3]}, heap_.size()};
    heap_.insert(heap_.end(), text.pointer, text.pointer + text.length);
    std::memcpy(place, &stored, sizeof stored);
  }
}

void RunWriter::flush() {
  if (count_ == 0) return;
  RunBlock block;
  block.row = run_.rows;
  block.rows = count_;
  std::size_t bytes = std::size_t{count_} * run_.stride;
  if (heap_.empty()) {
    block.first = point_of(key_, rows_.data(), run_.sequence(rows_.data(), layout_.width()));
    block.extent = run_.file->append(rows_.data(), bytes);
  } else {
    std::vector<u8> whole(bytes + heap_.size());
    std::memcpy(whole.data(), rows_.data(), bytes);
    std::memcpy(whole.data() + bytes, heap_.data(), heap_.size());
    block.extent = run_.file->append(whole.data(), whole.size());
    // The point needs readable text.
    std::vector<u8> first(rows_.data(), rows_.data() + run_.stride);
    for (u32 column : layout_.text_columns()) {
      u8* place = first.data() + layout_.slot(column).offset;
      StoredText stored;
      std::memcpy(&stored, place, sizeof stored);
      if (stored.length <= StringView::kInline) continue;
      StringView text(reinterpret_cast<const char*>(heap_.data()) + stored.offset, stored.length);
      std::memcpy(place, &text, sizeof text);
    }
    block.first = point_of(key_, first.data(), run_.sequence(first.data(), layout_.width()));
    heap_.clear();
  }
  run_.rows += count_;
  run_.blocks.push_back(block);
  count_ = 0;
}

SortRun RunWriter::finish() {
  flush();
  return std::move(run_);
}

void read_block(const SortRun& run, const RowLayout& layout, std::size_t index, u8* into) {
  const RunBlock& block = run.blocks[index];
  run.file->read(block.extent, into);
  if (!layout.has_text()) return;
  std::size_t rows_bytes = std::size_t{block.rows} * run.stride;
  std::size_t heap_bytes = block.extent.bytes - rows_bytes;
  const char* heap = reinterpret_cast<const char*>(into + rows_bytes);
  u8* row = into;
  for (u32 i = 0; i < block.rows; ++i, row += run.stride) {
    for (u32 column : layout.text_columns()) {
      u8* place = row + layout.slot(column).offset;
      StoredText stored;
      std::memcpy(&stored, place, sizeof stored);
      if (stored.length <= StringView::kInline) continue;
      if (stored.offset > heap_bytes || stored.length > heap_bytes - stored.offset) {
        throw Error(ErrorCode::Format, "a spilled block of a sort points outside its text; the file was changed");
      }
      StringView text(heap + stored.offset, stored.length);
      std::memcpy(place, &text, sizeof text);
    }
  }
}

}  // namespace spillway
