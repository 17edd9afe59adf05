// What a frame of a growing tree is split by: a plane between centres of rows drawn, or a bit.
#include <algorithm>

#include "annoy/build_fields.h"
#include "annoy/build_tree.h"

namespace spillway {
namespace {

constexpr u32 kBitTries = 20;

}  // namespace

void TreeGrower::split(Frame& frame) {
  frame.stage = Stage::Assign;
  frame.at = frame.begin;
  frame.left = frame.right = 0;
  nodes_.resize(frames_.size() * layout_.node_bytes);
  u8* node = node_of(frames_.size() - 1);
  if (splits_ == nullptr) return split_bits(frame);
  const Level& level = levels_[frame.level];
  const u32 count = frame.end - frame.begin;
  u32 drawn[kSplitDraws];
  drawn[0] = static_cast<u32>(random_->below(count));
  drawn[1] = static_cast<u32>(random_->below(count - 1));
  drawn[1] += drawn[1] >= drawn[0];
  for (u32 i = 2; i < kSplitDraws; ++i) drawn[i] = static_cast<u32>(random_->below(count));
  const f32* rows[kSplitDraws];
  f32 factors[kSplitDraws];
  for (u32 i = 0; i < kSplitDraws; ++i) {
    const u32 row = level.order[frame.begin + drawn[i]];
    if (level.rows->in_memory()) {
      rows[i] = reinterpret_cast<const f32*>(level.rows->vector(row));
      if (level.rows->factors() != nullptr) factors[i] = level.rows->factors()[row];
    } else {
      u8* into = drawn_.data() + std::size_t{i} * layout_.vector_bytes;
      level.rows->read(&row, 1, into, factors + i);
      rows[i] = reinterpret_cast<const f32*>(into);
    }
  }
  splits_->make(rows, layout_.metric == AnnoyMetric::Dot ? factors : nullptr, plane_);
  std::memset(node, 0, layout_.node_bytes);
  std::memcpy(node + layout_.vector_at, plane_.normal.data(), layout_.vector_bytes);
  if (layout_.offset_at != 0) put_field(node, layout_.offset_at, plane_.offset);
  if (layout_.dot_factor_at != 0) put_field(node, layout_.dot_factor_at, plane_.factor);
}

// A bit that some rows have and some have not: one drawn, or the first there is.
void TreeGrower::split_bits(Frame& frame) {
  Level& level = levels_[frame.level];
  const u32 bits = layout_.vector_bytes * 8, count = frame.end - frame.begin;
  const auto each_row = [&](auto see) {
    for (u32 first = 0; first < count; first += kBlockRows) {
      const u32 rows = std::min(kBlockRows, count - first);
      const u32* order;
      const f32* factors;
      const u8* vectors = block_of(level, frame.begin + first, rows, order, factors);
      for (u32 i = 0; i < rows; ++i) see(vectors + u64{order == nullptr ? i : order[i]} * layout_.vector_bytes);
    }
  };
  u64 bit = 0;
  bool found = false;
  for (u32 attempt = 0; attempt < kBitTries && !found; ++attempt) {
    bit = random_->below(bits);
    u32 set = 0;
    each_row([&](const u8* vector) { set += bit_of(vector, static_cast<u32>(bit)); });
    found = set > 0 && set < count;
  }
  if (!found) {
    std::vector<u64> any(layout_.vector_bytes / 8), all(any.size(), ~u64{0});
    each_row([&](const u8* vector) {
      for (std::size_t w = 0; w < any.size(); ++w) {
        u64 word;
        std::memcpy(&word, vector + 8 * w, sizeof word);
        any[w] |= word;
        all[w] &= word;
      }
    });
    // When all rows are the same it stays at the last bit, and they will be tossed for.
    for (bit = 0; bit + 1 < bits; ++bit) {
      if (((any[bit / 64] & ~all[bit / 64]) >> (63 - bit % 64) & 1) != 0) break;
    }
  }
  u8* node = node_of(frames_.size() - 1);
  std::memset(node, 0, layout_.node_bytes);
  put_field(node, layout_.vector_at, bit);
}

}  // namespace spillway
