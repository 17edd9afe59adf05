// A stack of frames instead of recursion, so that growing can pause anywhere.
#include "annoy/build_tree.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "annoy/build_fields.h"

namespace spillway {
namespace {

constexpr u8 kAttempts = 3;
constexpr f64 kGoodSplit = 0.95, kHopeless = 0.99;
// Rows that are split again and again stay in the second-level cache of any processor.
constexpr std::size_t kNearBytes = 384 * 1024;

}  // namespace

TreeGrower::TreeGrower(const BuildItems& items, SplitArithmetic arithmetic, MemoryBudget& budget)
    : items_(items), layout_(items.layout), budget_(budget), reserved_(budget) {
  reserved_.grow(u64{items.count} * 2 * sizeof(u32), "the order of rows in a tree of an Annoy index");
  if (layout_.metric != AnnoyMetric::Hamming) splits_ = make_splits(arithmetic, layout_);
  plane_.normal.resize(layout_.dimension);
  margins_.resize(kBlockRows);
  made_.resize(layout_.node_bytes);
  levels_.resize(1);
  levels_[0].rows = std::make_unique<RowSet>(items);
  levels_[0].order.resize(items.count);
  levels_[0].other.resize(items.count);
  levels_[0].near = items.resident() && RowSet::bytes_of(layout_, items.count) <= kNearBytes;
  if (items.resident()) return;
  block_.resize(std::size_t{kBlockRows} * layout_.vector_bytes);
  block_factors_.resize(kBlockRows);
  drawn_.resize(std::size_t{kSplitDraws} * layout_.vector_bytes);
  drawn_factors_.resize(kSplitDraws);
}

void TreeGrower::begin(KissRandom& random, TreeOutput& output) {
  random_ = &random;
  output_ = &output;
  levels_.resize(1);
  std::iota(levels_[0].order.begin(), levels_[0].order.end(), 0u);
  frames_.clear();
  Frame root;
  root.end = items_.count;
  root.root = true;
  frames_.push_back(root);
  placed_ = 0;
}

bool TreeGrower::grow(Clock::time_point until) {
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    switch (frame.stage) {
      case Stage::Enter: enter(frame); break;
      case Stage::Split: split(frame); break;
      case Stage::Assign:
        if (assign(frame)) settle(frame);
        break;
      case Stage::Settle: settle(frame); break;
      case Stage::Toss:
        if (toss(frame)) settle(frame);
        break;
      case Stage::Descend: descend(frame); break;
      case Stage::Return: close(frame); break;
    }
    if (Clock::now() >= until) break;
  }
  return frames_.empty();
}

void TreeGrower::leave(u32 id) {
  if (frames_.back().owns_level) {
    if (levels_.back().near) spare_ = std::move(levels_.back());
    levels_.pop_back();
  }
  frames_.pop_back();
  returned_ = id;
}

void TreeGrower::enter(Frame& frame) {
  const u32 count = frame.end - frame.begin;
  const Level& level = levels_[frame.level];
  if (count == 1 && !frame.root) {
    placed_ += 1;
    return leave(level.rows->item(level.order[frame.begin]));
  }
  if (count <= layout_.capacity && (!frame.root || items_.count <= layout_.capacity || count == 1)) {
    return bucket(frame);
  }
  if (move_closer(frame)) return;
  frame.stage = Stage::Split;
}

void TreeGrower::bucket(const Frame& frame) {
  const u32 count = frame.end - frame.begin;
  const Level& level = levels_[frame.level];
  std::fill(made_.begin(), made_.end(), u8{0});
  put_field(made_.data(), 0, frame.root ? items_.count : count);
  for (u32 i = 0; i < count; ++i) {
    put_field(made_.data(), layout_.children_at + 4 * i, level.rows->item(level.order[frame.begin + i]));
  }
  placed_ += count;
  leave(output_->append(made_.data(), false));
}

// Copies the frame's rows side by side where that pays: into memory once they fit, and again once they fit a cache.
bool TreeGrower::move_closer(Frame& frame) {
  const Level& level = levels_[frame.level];
  if (level.near) return false;
  const u32 count = frame.end - frame.begin;
  const std::size_t bytes = RowSet::bytes_of(layout_, count) + std::size_t{count} * 2 * sizeof(u32);
  const bool near = bytes <= kNearBytes;
  if (!near && level.rows->in_memory()) return false;
  Reservation reserved(budget_);
  // Small copies are scratch that is not counted; large ones leave half for other trees and what is written.
  if (!near && (bytes > budget_.cap() / 4 || !reserved.try_grow(bytes))) return false;
  Level closer;
  if (near) closer = std::move(spare_);
  if (closer.rows == nullptr) closer.rows = std::make_unique<RowSet>(items_);
  closer.rows->take(*level.rows, level.order.data() + frame.begin, count, std::move(reserved));
  closer.order.resize(count);
  closer.other.resize(count);
  std::iota(closer.order.begin(), closer.order.end(), 0u);
  closer.near = near;
  levels_.push_back(std::move(closer));
  frame.level = static_cast<u32>(levels_.size() - 1);
  frame.owns_level = true;
  frame.begin = 0;
  frame.end = count;
  return true;
}

// Vectors of rows order[at] …: where they lie, with their order, or read into a block of their own.
const u8* TreeGrower::block_of(Level& level, u32 at, u32 count, const u32*& order, const f32*& factors) {
  if (level.rows->in_memory()) {
    order = level.order.data() + at;
    factors = level.rows->factors();
    return level.rows->vectors();
  }
  level.rows->read(level.order.data() + at, count, block_.data(), block_factors_.data());
  order = nullptr;
  factors = layout_.metric == AnnoyMetric::Dot ? block_factors_.data() : nullptr;
  return block_.data();
}

// Both sides keep the order of their rows: the first side's move to the front, the second's wait aside.
void TreeGrower::put(Frame& frame, u32 row, bool side) {
  Level& level = levels_[frame.level];
  // To both, since which one it is cannot be foreseen; the next row overwrites the wrong one.
  level.order[frame.begin + frame.left] = row;
  level.other[frame.begin + frame.right] = row;
  frame.left += !side;
  frame.right += side;
}

bool TreeGrower::assign(Frame& frame) {
  Level& level = levels_[frame.level];
  const u32 count = std::min(kBlockRows, frame.end - frame.at);
  const u32* order;
  const f32* factors;
  const u8* vectors = block_of(level, frame.at, count, order, factors);
  u32 rows[kBlockRows];
  std::copy_n(level.order.data() + frame.at, count, rows);
  frame.at += count;
  if (splits_ == nullptr) {
    u64 bit;
    std::memcpy(&bit, node_of(frames_.size() - 1) + layout_.vector_at, sizeof bit);
    for (u32 i = 0; i < count; ++i) {
      const u8* vector = vectors + u64{order == nullptr ? i : rows[i]} * layout_.vector_bytes;
      put(frame, rows[i], bit_of(vector, static_cast<u32>(bit)));
    }
    return frame.at == frame.end;
  }
  f32 along[kBlockRows];
  const f32* of_block = factors;
  if (factors != nullptr && order != nullptr) {
    for (u32 i = 0; i < count; ++i) along[i] = factors[rows[i]];
    of_block = along;
  }
  splits_->margins(plane_, reinterpret_cast<const f32*>(vectors), order == nullptr ? nullptr : rows, count, of_block,
                   margins_.data());
  for (u32 i = 0; i < count; ++i) {
    const f32 margin = margins_[i];
    put(frame, rows[i], margin != 0 ? margin > 0 : random_->flip());
  }
  return frame.at == frame.end;
}

f64 TreeGrower::imbalance(const Frame& frame) const {
  const f32 left = static_cast<f32>(frame.left), right = static_cast<f32>(frame.right);
  const f32 share = static_cast<f32>(f64{left} / (f64{left + right} + 1e-9));
  return std::max(share, 1 - share);
}

// All rows of the frame in their first order again.
void TreeGrower::restart(Frame& frame) {
  Level& level = levels_[frame.level];
  u32* order = level.order.data() + frame.begin;
  u32* other = level.other.data() + frame.begin;
  u32 left = frame.left, right = frame.right, to = left + right;
  while (right > 0) {
    if (left > 0 && order[left - 1] > other[right - 1]) {
      order[--to] = order[--left];
    } else {
      order[--to] = other[--right];
    }
  }
  frame.left = frame.right = 0;
  frame.at = frame.begin;
}

void TreeGrower::settle(Frame& frame) {
  const f64 uneven = imbalance(frame);
  if (frame.stage == Stage::Assign) {
    if (uneven >= kGoodSplit && frame.attempt + 1 < kAttempts) {
      frame.attempt += 1;
      restart(frame);
      frame.stage = Stage::Split;
      return;
    }
  }
  if (uneven > kHopeless) {
    // No plane tells these rows apart: they are tossed for.
    u8* node = node_of(frames_.size() - 1);
    std::memset(node + layout_.vector_at, 0, layout_.vector_bytes);
    if (layout_.dot_factor_at != 0) put_field(node, layout_.dot_factor_at, f32{0});
    restart(frame);
    frame.stage = Stage::Toss;
    return;
  }
  Level& level = levels_[frame.level];
  std::copy_n(level.other.data() + frame.begin, frame.right, level.order.data() + frame.begin + frame.left);
  frame.smaller = frame.left > frame.right ? 1 : 0;
  frame.child = 0;
  frame.stage = Stage::Descend;
}

bool TreeGrower::toss(Frame& frame) {
  Level& level = levels_[frame.level];
  const u32 end = std::min(frame.end, frame.at + 8 * kBlockRows);
  for (; frame.at < end; ++frame.at) put(frame, level.order[frame.at], random_->flip());
  return frame.at == frame.end;
}

// The smaller side first.
void TreeGrower::descend(Frame& frame) {
  const u32 side = frame.child ^ frame.smaller;
  Frame child;
  child.level = frame.level;
  child.begin = side == 0 ? frame.begin : frame.begin + frame.left;
  child.end = side == 0 ? frame.begin + frame.left : frame.end;
  frame.stage = Stage::Return;
  frames_.push_back(child);
}

void TreeGrower::close(Frame& frame) {
  frame.children[frame.child ^ frame.smaller] = returned_;
  frame.child += 1;
  if (frame.child < 2) {
    frame.stage = Stage::Descend;
    return;
  }
  u8* node = node_of(frames_.size() - 1);
  put_field(node, 0, frame.root ? items_.count : frame.end - frame.begin);
  put_field(node, layout_.children_at, frame.children[0]);
  put_field(node, layout_.children_at + 4, frame.children[1]);
  leave(output_->append(node, true));
}

}  // namespace spillway
