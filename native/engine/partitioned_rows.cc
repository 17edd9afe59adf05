// Filling, spilling and reading back partitions.
#include "engine/partitioned_rows.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

// All partitions of all threads together start with a small part of the memory.
u32 chunk_bytes_for(const QueryContext& context, const MemoryBudget& budget, u32 bits) {
  const u64 share = budget.cap() / ((u64{std::max(context.options.threads, 1u)} << bits) * 16);
  return static_cast<u32>(std::clamp<u64>(std::bit_floor(std::max<u64>(share, 1)), 2048, 65536));
}

}  // namespace

PartitionedRows::PartitionedRows(QueryContext& context, MemoryBudget& budget, u32 record_words, std::vector<u32> texts,
                                 u32 bits)
    : context_(context),
      budget_(budget),
      bits_(bits),
      record_words_(record_words),
      chunk_bytes_(std::max(chunk_bytes_for(context, budget, bits), record_words * 8 * 4)),
      chunk_records_(chunk_bytes_ / (record_words * 8)),
      texts_(std::move(texts)),
      partitions_(std::size_t{1} << bits),
      cursors_(std::size_t{1} << bits) {}

PartitionedRows::~PartitionedRows() { budget_.release(held_.load()); }

bool PartitionedRows::try_hold(u64 bytes) {
  if (budget_.used() + bytes > budget_.cap() / 8 * 5 || !budget_.try_reserve(bytes)) return false;
  held_.fetch_add(bytes, std::memory_order_relaxed);
  return true;
}

void PartitionedRows::give_back(u64 bytes) {
  held_.fetch_sub(bytes, std::memory_order_relaxed);
  budget_.release(bytes);
}

SpillFile& PartitionedRows::file() {
  const std::lock_guard<std::mutex> guard(file_lock_);
  if (file_ == nullptr) file_ = context_.spill.create();
  return *file_;
}

u64 PartitionedRows::records(u32 partition) const { return partitions_[partition].records + filling(partition); }

u64 PartitionedRows::records() const {
  u64 sum = 0;
  for (u32 p = 0; p < partitions_.size(); ++p) sum += records(p);
  return sum;
}

// Records in the chunk that is being filled.
u64 PartitionedRows::filling(u32 partition) const {
  const Cursor& cursor = cursors_[partition];
  if (cursor.next == nullptr) return 0;
  return static_cast<u64>(cursor.next - partitions_[partition].chunks.back().data.as<u64>()) / record_words_;
}

u64 PartitionedRows::bytes_held(u32 partition) const {
  const auto& chunks = partitions_[partition].chunks;
  return chunk_bytes_ * static_cast<u64>(std::count_if(chunks.begin(), chunks.end(),
                                                       [](const Chunk& chunk) { return !chunk.data.empty(); }));
}

void PartitionedRows::seal(u32 number) {
  Cursor& cursor = cursors_[number];
  if (cursor.next == nullptr) return;
  Partition& partition = partitions_[number];
  partition.chunks.back().records = static_cast<u32>(filling(number));
  partition.records += partition.chunks.back().records;
  cursor = Cursor();
}

u64* PartitionedRows::next_chunk(u32 number) {
  seal(number);
  if (free_.empty()) {
    if (try_hold(chunk_bytes_)) {
      free_.emplace_back(chunk_bytes_);
    } else {
      spill();
      if (free_.empty()) {
        budget_.reserve(chunk_bytes_, "partitions of groups");
        held_.fetch_add(chunk_bytes_, std::memory_order_relaxed);
        free_.emplace_back(chunk_bytes_);
      }
    }
  }
  Partition& partition = partitions_[number];
  partition.chunks.push_back({std::move(free_.back()), 0});
  free_.pop_back();
  Cursor& cursor = cursors_[number];
  cursor.next = partition.chunks.back().data.as<u64>();
  cursor.limit = cursor.next + std::size_t{chunk_records_} * record_words_;
  return cursor.next;
}

void PartitionedRows::copy_texts(u64* record) {
  for (u32 word : texts_) {
    if (record[word] == ~u64{0}) continue;
    StringView text;
    std::memcpy(static_cast<void*>(&text), record + word, 16);
    if (text.is_inline()) continue;
    text = arena_.copy(text);
    std::memcpy(record + word, &text, 16);
  }
}

// Words: the record's, 0 for any number of them.
template <u32 Words>
void PartitionedRows::append_words(const u64* hashes, u32 skip, const WordSource* sources, u32 n) {
  const u32 words = Words == 0 ? record_words_ : Words;
  const u32 shift = 63 - bits_;  // and one more, since a shift by 64 is none
  for (u32 i = 0; i < n; ++i) {
    const u32 number = static_cast<u32>((hashes[i] << skip) >> shift >> 1);
    Cursor& cursor = cursors_[number];
    u64* record = cursor.next;
    if (record == cursor.limit) record = next_chunk(number);
    for (u32 w = 0; w < words; ++w) record[w] = sources[w].words[std::size_t{i} * sources[w].step];
    if (Words == 0 && !texts_.empty()) copy_texts(record);
    cursor.next = record + words;
  }
}

void PartitionedRows::append(const u64* hashes, u32 skip, const WordSource* sources, u32 n) {
  switch (texts_.empty() ? record_words_ : 0) {
    case 1: append_words<1>(hashes, skip, sources, n); break;
    case 2: append_words<2>(hashes, skip, sources, n); break;
    case 3: append_words<3>(hashes, skip, sources, n); break;
    case 4: append_words<4>(hashes, skip, sources, n); break;
    default: append_words<0>(hashes, skip, sources, n); break;
  }
  if (texts_.empty() || arena_.bytes() <= arena_reserved_) return;
  const u64 more = arena_.bytes() - arena_reserved_;
  if (try_hold(more)) {
    arena_reserved_ += more;
  } else {
    spill();
  }
}

// Records, then the bytes of their long texts; a text's pointer becomes its place among those bytes.
void PartitionedRows::write_out(u32 number, std::vector<u8>& scratch) {
  seal(number);
  Partition& partition = partitions_[number];
  SpillFile& file = this->file();
  for (Chunk& chunk : partition.chunks) {
    if (chunk.records == 0) continue;
    const std::size_t bytes = std::size_t{chunk.records} * record_words_ * 8;
    const void* data = chunk.data.data();
    std::size_t total = bytes;
    if (!texts_.empty()) {
      scratch.assign(chunk.data.data(), chunk.data.data() + bytes);
      for (u32 i = 0; i < chunk.records; ++i) {
        for (u32 word : texts_) {
          const std::size_t at = (std::size_t{i} * record_words_ + word) * 8;
          u64 first;
          std::memcpy(&first, scratch.data() + at, 8);
          const u32 length = static_cast<u32>(first);
          if (first == ~u64{0} || length <= StringView::kInline) continue;
          const char* pointer;
          std::memcpy(&pointer, scratch.data() + at + 8, 8);
          const u64 place = scratch.size();
          std::memcpy(scratch.data() + at + 8, &place, 8);
          scratch.insert(scratch.end(), pointer, pointer + length);
        }
      }
      data = scratch.data();
      total = scratch.size();
    }
    partition.extents.push_back({file.append(data, total), chunk.records});
  }
}

void PartitionedRows::spill() {
  std::vector<u8> scratch;
  for (u32 p = 0; p < partitions_.size(); ++p) {
    Partition& partition = partitions_[p];
    if (partition.chunks.empty()) continue;
    context_.check_cancelled();
    write_out(p, scratch);
    for (Chunk& chunk : partition.chunks) free_.push_back(std::move(chunk.data));
    partition.chunks.clear();
  }
  arena_.reset();
  const u64 kept = std::min<u64>(arena_.bytes(), arena_reserved_);
  give_back(arena_reserved_ - kept);
  arena_reserved_ = kept;
}

void PartitionedRows::trim() {
  give_back(free_.size() * chunk_bytes_);
  free_.clear();
}

void PartitionedRows::spill_partition(u32 number) {
  Partition& partition = partitions_[number];
  if (partition.chunks.empty()) return;
  std::vector<u8> scratch;
  write_out(number, scratch);
  const u64 bytes = bytes_held(number);
  partition.chunks.clear();
  give_back(bytes);
}

void PartitionedRows::drop_partition(u32 number) {
  Partition& partition = partitions_[number];
  give_back(bytes_held(number));
  for (const Extent& extent : partition.extents) file_->discard(extent.place);
  partition = Partition();
  cursors_[number] = Cursor();
}

void PartitionedRows::mark(u64 sequence) {
  marks_.emplace_back();
  marks_.back().sequence = sequence;
  for (u32 p = 0; p < kPartitions; ++p) marks_.back().records[p] = static_cast<u32>(records(p));
}

PartitionCursor::PartitionCursor(PartitionedRows& rows, u32 partition, bool consume)
    : rows_(&rows), partition_(&rows.partitions_[partition]), consume_(consume) {
  rows.seal(partition);
}

void PartitionCursor::load_extent() {
  const PartitionedRows::Extent& extent = partition_->extents[extent_];
  if (buffer_.size() < extent.place.bytes) buffer_ = Buffer(std::bit_ceil(extent.place.bytes));
  rows_->file_->read(extent.place, buffer_.data());
  if (consume_) rows_->file_->discard(extent.place);
  loaded_ = true;
  if (rows_->texts_.empty()) return;
  for (u32 i = 0; i < extent.records; ++i) {
    for (u32 word : rows_->texts_) {
      u64* at = buffer_.as<u64>() + std::size_t{i} * rows_->record_words_ + word;
      const u32 length = static_cast<u32>(*at);
      if (*at == ~u64{0} || length <= StringView::kInline) continue;
      const char* pointer = reinterpret_cast<const char*>(buffer_.data()) + at[1];
      std::memcpy(at + 1, &pointer, 8);
    }
  }
}

const u64* PartitionCursor::next(u64 most, u32& n) {
  const u32 words = rows_->record_words_;
  const auto give = [&](const u64* data, u32 records) {
    n = static_cast<u32>(std::min<u64>(most, records - offset_));
    const u64* at = data + std::size_t{offset_} * words;
    offset_ += n;
    return at;
  };
  while (extent_ < partition_->extents.size()) {
    if (!loaded_) load_extent();
    const u32 records = partition_->extents[extent_].records;
    if (offset_ < records) return give(buffer_.as<u64>(), records);
    ++extent_;
    offset_ = 0;
    loaded_ = false;
  }
  buffer_ = Buffer();
  while (chunk_ < partition_->chunks.size()) {
    PartitionedRows::Chunk& chunk = partition_->chunks[chunk_];
    if (offset_ < chunk.records) return give(chunk.data.as<u64>(), chunk.records);
    if (consume_) {
      chunk.data = Buffer();
      chunk.records = 0;
      rows_->give_back(rows_->chunk_bytes_);
    }
    ++chunk_;
    offset_ = 0;
  }
  n = 0;
  return nullptr;
}

}  // namespace spillway
