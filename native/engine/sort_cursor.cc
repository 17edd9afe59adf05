// Loading blocks, finding the point up to which all is known, and ordering what lies before it.
#include "engine/sort_cursor.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr u32 kBlockRows = 512;

}  // namespace

MergeCursor::MergeCursor(std::shared_ptr<MergePlan> plan, const RowLayout& layout, const RowKey& key,
                         std::size_t capacity, i64 group_limit)
    : plan_(std::move(plan)),
      layout_(layout),
      key_(key),
      capacity_(capacity),
      group_limit_(group_limit),
      groups_(key, layout, group_limit < 0 ? 0 : static_cast<u64>(group_limit)),
      input_([this](u64 ref) { return sequence(ref); }),
      lanes_(plan_->runs().size()) {}

void MergeCursor::open(const MergeRange& range) {
  range_ = range;
  groups_.reset();
  for (u32 i = 0; i < lanes_.size(); ++i) {
    Lane& lane = lanes_[i];
    std::tie(lane.next, lane.end) = plan_->blocks(i, range);
    lane.loaded = lane.next;
    lane.pieces.clear();
  }
  lay_out();
}

// Gives each run a part of the arena: all of its blocks in the range when they fit, else an equal share.
void MergeCursor::lay_out() {
  std::size_t all = 0;
  for (u32 i = 0; i < lanes_.size(); ++i) {
    Lane& lane = lanes_[i];
    lane.room = 0;
    for (std::size_t b = lane.next; b < lane.end; ++b)
      lane.room += plan_->runs()[i].blocks[b].extent.bytes + kSortSlack;
    all += lane.room;
  }
  if (all > capacity_) {
    std::size_t share = capacity_ / lanes_.size();
    all = 0;
    for (u32 i = 0; i < lanes_.size(); ++i) {
      Lane& lane = lanes_[i];
      std::size_t least = 0;
      for (std::size_t b = lane.next; b < lane.end; ++b) {
        least = std::max<std::size_t>(least, plan_->runs()[i].blocks[b].extent.bytes + kSortSlack);
      }
      lane.room = std::max(least, std::min(lane.room, share));
      all += lane.room;
    }
  }
  std::size_t place = 0;
  for (Lane& lane : lanes_) {
    lane.place = place;
    place += lane.room;
  }
  if (arena_.size() < all) arena_ = Buffer(std::max(all, capacity_));
}

void MergeCursor::release(u32 index, std::size_t before) {
  Lane& lane = lanes_[index];
  for (; lane.loaded < before; ++lane.loaded) plan_->done_with(index, lane.loaded);
}

// Refills a run whose loaded rows are all merged.
void MergeCursor::load(u32 index) {
  Lane& lane = lanes_[index];
  const SortRun& run = plan_->runs()[index];
  lane.pieces.clear();
  release(index, lane.next);
  std::size_t used = 0;
  while (lane.next < lane.end) {
    std::size_t bytes = run.blocks[lane.next].extent.bytes + kSortSlack;
    if (used + bytes > lane.room) break;
    u8* rows = arena_.data() + lane.place + used;
    read_block(run, layout_, lane.next, rows);
    u32 count = run.blocks[lane.next].rows;
    // Only the first block can begin before the range, only the last can end behind it.
    if (!range_.last && lane.next + 1 == lane.end) count = rows_before(run, rows, count, range_.to, layout_, key_);
    u32 skip =
        run.blocks[lane.next].first < range_.from ? rows_before(run, rows, count, range_.from, layout_, key_) : 0;
    if (skip < count) {
      lane.pieces.push_back({rows + std::size_t{skip} * run.stride, count - skip, lane.next});
      used += bytes;
    }
    ++lane.next;
  }
}

bool MergeCursor::comes_before(const u8* row, u32 lane, const u8* bound, u32 bound_lane) const {
  int order = key_.compare(row, bound);
  if (order != 0) return order < 0;
  u64 a = plan_->runs()[lane].sequence(row, layout_.width());
  u64 b = plan_->runs()[bound_lane].sequence(bound, layout_.width());
  return a != b ? a < b : lane < bound_lane;
}

// Makes entries of a run's rows up to the bound (nullptr: of all) and returns how many.
u64 MergeCursor::take(u32 index, const u8* bound, u32 bound_lane) {
  Lane& lane = lanes_[index];
  const SortRun& run = plan_->runs()[index];
  SortEntry* out = entries_.as<SortEntry>() + count_;
  u64 taken = 0;
  std::size_t done = 0;
  for (Piece& piece : lane.pieces) {
    u32 count = piece.count;
    if (bound != nullptr && index != bound_lane) {
      u32 low = 0;
      while (low < count) {
        u32 middle = low + (count - low) / 2;
        const u8* row = piece.rows + std::size_t{middle} * run.stride;
        if (comes_before(row, index, bound, bound_lane)) {
          low = middle + 1;
        } else {
          count = middle;
        }
      }
      count = low;
    }
    u64 words[kBlockRows];
    for (u32 from = 0; from < count; from += kBlockRows) {
      u32 now = std::min(kBlockRows, count - from);
      const u8* row = piece.rows + std::size_t{from} * run.stride;
      key_.words(0, row, run.stride, now, words);
      for (u32 i = 0; i < now; ++i, row += run.stride) out[taken++] = {words[i], make_ref(row, index)};
    }
    piece.rows += std::size_t{count} * run.stride;
    piece.count -= count;
    if (piece.count != 0) break;
    ++done;
  }
  lane.pieces.erase(lane.pieces.begin(), lane.pieces.begin() + static_cast<std::ptrdiff_t>(done));
  return taken;
}

std::size_t MergeCursor::fill(const QueryContext& context) {
  for (;;) {
    context.check_cancelled();
    if (group_limit_ >= 0) groups_.hold();
    std::size_t loaded = 0;
    const u8* bound = nullptr;
    u32 bound_lane = 0;
    for (u32 i = 0; i < lanes_.size(); ++i) {
      Lane& lane = lanes_[i];
      while (lane.pieces.empty() && lane.next < lane.end) load(i);
      for (const Piece& piece : lane.pieces) loaded += piece.count;
      if (lane.pieces.empty() || lane.next == lane.end) continue;
      const Piece& last = lane.pieces.back();
      const u8* row = last.rows + std::size_t{last.count - 1} * plan_->runs()[i].stride;
      if (bound == nullptr || comes_before(row, i, bound, bound_lane)) {
        bound = row;
        bound_lane = i;
      }
    }
    if (loaded == 0) {
      for (u32 i = 0; i < lanes_.size(); ++i) release(i, lanes_[i].end);
      return 0;
    }
    if (entries_.size() < loaded * sizeof(SortEntry)) {
      std::size_t bytes = loaded * sizeof(SortEntry) * 5 / 4;
      entries_ = Buffer();
      scratch_ = Buffer();
      entries_ = Buffer(bytes);
      scratch_ = Buffer(bytes);
    }
    count_ = 0;
    for (u32 i = 0; i < lanes_.size(); ++i) count_ += take(i, bound, bound_lane);
    SortEntry* entries = entries_.as<SortEntry>();
    order_entries(key_, entries, count_, scratch_.as<SortEntry>(), &input_);
    if (group_limit_ >= 0) count_ = groups_.cut(entries, count_);
    if (count_ != 0) return count_;
  }
}

}  // namespace spillway
