// Counting, placing, scattering and sorting parts.
#include "engine/sort_partition.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

constexpr u64 kPartRows = 8192;  // a part and its scratch stay in the second-level cache
constexpr u32 kMaxParts = 4096;
constexpr u32 kSamplesPerPart = 16;
constexpr u64 kChunkRows = 131072;
constexpr u64 kTaskRows = 65536;
constexpr u32 kBlockRows = 512;
constexpr u64 kLeastPage = 4096;           // of memory, on any system
constexpr u64 kTouchBytes = u64{1} << 20;  // touched between two looks at whether to go on

}  // namespace

PartitionSort::PartitionSort(const RowKey& key, const RowLayout& layout, std::vector<SortPiece> pieces,
                             const Options& options)
    : key_(key), layout_(layout), pieces_(std::move(pieces)), options_(options) {
  for (const SortPiece& piece : pieces_) rows_ += piece.count;
  u64 wanted = rows_ / kPartRows;
  if (wanted >= 2) parts_ = static_cast<u32>(std::min<u64>(std::bit_ceil(wanted), kMaxParts));
  make_chunks(options.threads);
  if (parts_ > 1) {
    choose_splitters();
    parts_ = splitters_.parts();
  }
  if (parts_ > 1) ids_ = Buffer(rows_ * sizeof(u16));
  entries_ = Buffer(rows_ * sizeof(SortEntry));
}

void PartitionSort::make_chunks(u32 threads) {
  u64 wanted = std::max(kChunkRows, rows_ / (u64{64} * threads));
  Chunk chunk;
  for (u32 piece = 0; piece < pieces_.size(); ++piece) {
    chunk.rows += pieces_[piece].count;
    chunk.last_piece = piece + 1;
    if (chunk.rows >= wanted || piece + 1 == pieces_.size()) {
      chunks_.push_back(chunk);
      chunk.first_piece = piece + 1;
      chunk.first_row += chunk.rows;
      chunk.rows = 0;
    }
  }
}

void PartitionSort::choose_splitters() {
  u64 samples = u64{parts_} * kSamplesPerPart;
  std::vector<u64> sample;
  sample.reserve(samples);
  u64 random = 0x9E3779B97F4A7C15u;
  u64 before = 0;
  std::size_t piece = 0;
  for (u64 i = 0; i < samples; ++i) {
    // One row at random out of each of `samples` equal stretches: no period of the data can fool it.
    random = random * 6364136223846793005u + 1442695040888963407u;
    u64 from = rows_ * i / samples;
    u64 to = std::max(from + 1, rows_ * (i + 1) / samples);
    u64 at = from + (random >> 33) % (to - from);
    while (at - before >= pieces_[piece].count) before += pieces_[piece++].count;
    sample.push_back(key_.word(0, pieces_[piece].rows + (at - before) * layout_.width()));
  }
  u64 mask = options_.group_limit >= 0 ? key_.group_mask() : ~u64{0};
  splitters_ = SortSplitters(std::move(sample), parts_, mask);
}

void PartitionSort::count(u32 index, const QueryContext& context) {
  Chunk& chunk = chunks_[index];
  chunk.at.assign(parts_, 0);
  if (parts_ == 1) {
    chunk.at[0] = chunk.rows;
    return;
  }
  // The system gives memory page by page when it is first written. Left to scatter, whose first rows go everywhere,
  // that would be one long step that nothing can cancel.
  u8* fresh = entries_.data() + chunk.first_row * sizeof(SortEntry);
  for (u64 at = 0; at < chunk.rows * sizeof(SortEntry); at += kLeastPage) {
    if (at % kTouchBytes == 0) context.check_cancelled();
    fresh[at] = 0;
  }
  u16* ids = ids_.as<u16>() + chunk.first_row;
  u64 words[kBlockRows];
  for (u32 p = chunk.first_piece; p < chunk.last_piece; ++p) {
    context.check_cancelled();
    const SortPiece& piece = pieces_[p];
    for (u32 done = 0; done < piece.count; done += kBlockRows) {
      u32 now = std::min(kBlockRows, piece.count - done);
      key_.words(0, piece.rows + u64{done} * layout_.width(), layout_.width(), now, words);
      splitters_.classify(words, now, ids);
      for (u32 i = 0; i < now; ++i) ++chunk.at[ids[i]];
      ids += now;
    }
  }
}

void PartitionSort::place() {
  begins_.assign(parts_ + 1, 0);
  u64 sum = 0;
  for (u32 part = 0; part < parts_; ++part) {
    begins_[part] = sum;
    for (Chunk& chunk : chunks_) {
      u64 here = chunk.at[part];
      chunk.at[part] = sum;
      sum += here;
    }
  }
  begins_[parts_] = sum;
  kept_.resize(parts_);
  for (u32 part = 0; part < parts_;) {
    Task task{part, part};
    u64 rows = 0;
    while (task.last < parts_ && (rows == 0 || rows + begins_[task.last + 1] - begins_[task.last] <= kTaskRows)) {
      rows += begins_[task.last + 1] - begins_[task.last];
      ++task.last;
    }
    tasks_.push_back(task);
    part = task.last;
  }
}

void PartitionSort::scatter(u32 index, const QueryContext& context) {
  Chunk& chunk = chunks_[index];
  SortEntry* entries = entries_.as<SortEntry>();
  const u16* ids = parts_ == 1 ? nullptr : ids_.as<u16>() + chunk.first_row;
  u64* at = chunk.at.data();
  u64 words[kBlockRows];
  for (u32 p = chunk.first_piece; p < chunk.last_piece; ++p) {
    context.check_cancelled();
    const SortPiece& piece = pieces_[p];
    u32 tag = options_.tag_pieces ? p : 0;
    for (u32 done = 0; done < piece.count; done += kBlockRows) {
      u32 now = std::min(kBlockRows, piece.count - done);
      const u8* row = piece.rows + u64{done} * layout_.width();
      key_.words(0, row, layout_.width(), now, words);
      if (ids == nullptr) {
        SortEntry* out = entries + at[0];
        for (u32 i = 0; i < now; ++i, row += layout_.width()) out[i] = {words[i], make_ref(row, tag)};
        at[0] += now;
      } else {
        for (u32 i = 0; i < now; ++i, row += layout_.width()) entries[at[ids[i]]++] = {words[i], make_ref(row, tag)};
        ids += now;
      }
    }
  }
}

void PartitionSort::sort(u32 index, const QueryContext& context) {
  const Task& task = tasks_[index];
  u64 most = 0;
  for (u32 part = task.first; part < task.last; ++part) most = std::max(most, begins_[part + 1] - begins_[part]);
  Buffer scratch(most * sizeof(SortEntry));
  for (u32 part = task.first; part < task.last; ++part) {
    context.check_cancelled();
    SortEntry* entries = entries_.as<SortEntry>() + begins_[part];
    u64 count = begins_[part + 1] - begins_[part];
    order_entries(key_, entries, count, scratch.as<SortEntry>());
    if (options_.group_limit >= 0) {
      count = GroupCut(key_, layout_, static_cast<u64>(options_.group_limit)).cut(entries, count);
    }
    kept_[part] = count;
  }
}

void PartitionSort::run_all(const QueryContext& context) {
  for (u32 chunk = 0; chunk < chunks(); ++chunk) count(chunk, context);
  place();
  for (u32 chunk = 0; chunk < chunks(); ++chunk) scatter(chunk, context);
  for (u32 task = 0; task < tasks(); ++task) sort(task, context);
}

std::vector<PartitionSort::Stretch> PartitionSort::stretches() const {
  std::vector<Stretch> all;
  for (u32 part = 0; part < parts_; ++part) {
    const SortEntry* entries = entries_.as<SortEntry>() + begins_[part];
    if (kept_[part] == 0) continue;
    if (!all.empty() && all.back().entries + all.back().count == entries) {
      all.back().count += kept_[part];
    } else {
      all.push_back({entries, kept_[part]});
    }
  }
  return all;
}

}  // namespace spillway
