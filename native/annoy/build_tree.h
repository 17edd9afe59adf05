// Grows one tree of an index, a slice of time after another, by the rules that Annoy grows its trees by.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "annoy/build_rows.h"
#include "annoy/build_splits.h"
#include "annoy/kiss_random.h"

namespace spillway {

// Where nodes go, children before their parents. Nodes of the tree are numbered from `items` on.
class TreeOutput {
 public:
  virtual ~TreeOutput() = default;
  // node_bytes of it; `split`: its two children are nodes, else all its ids are items. Returns its number.
  virtual u32 append(const u8* node, bool split) = 0;
};

// One thread's; grows a tree after another. What a tree becomes depends on items, generator and arithmetic alone.
class TreeGrower {
 public:
  using Clock = std::chrono::steady_clock;

  // Takes 8 bytes per item from `budget`, and more for copies of rows while there is more. Throws Error Memory.
  TreeGrower(const BuildItems& items, SplitArithmetic arithmetic, MemoryBudget& budget);

  void begin(KissRandom& random, TreeOutput& output);
  // Goes on until the time given; true when the tree is grown. Throws what reading the file throws.
  bool grow(Clock::time_point until);
  u32 root() const { return returned_; }
  u32 placed() const { return placed_; }  // items in buckets so far

 private:
  // Rows that are looked at in one go.
  static constexpr u32 kBlockRows = 512;

  enum class Stage : u8 { Enter, Split, Assign, Settle, Toss, Descend, Return };
  // Rows with an order of their own: all, or a copy of a subtree's.
  struct Level {
    std::unique_ptr<RowSet> rows;
    std::vector<u32> order, other;
    bool near = false;  // small enough to stay in a processor's cache
  };
  struct Frame {
    u32 level = 0, begin = 0, end = 0;
    bool root = false;
    bool owns_level = false;
    Stage stage = Stage::Enter;
    u8 attempt = 0, child = 0, smaller = 0;
    u32 at = 0, left = 0, right = 0;  // while rows are assigned: the next one, and how many went where
    u32 children[2] = {0, 0};
  };

  void enter(Frame& frame);
  bool move_closer(Frame& frame);
  void split(Frame& frame);
  void split_bits(Frame& frame);
  bool assign(Frame& frame);
  void settle(Frame& frame);
  bool toss(Frame& frame);
  void descend(Frame& frame);
  void close(Frame& frame);
  void leave(u32 id);
  void put(Frame& frame, u32 row, bool side);
  void restart(Frame& frame);
  f64 imbalance(const Frame& frame) const;
  void bucket(const Frame& frame);
  u8* node_of(std::size_t depth) { return nodes_.data() + depth * layout_.node_bytes; }
  const u8* block_of(Level& level, u32 at, u32 count, const u32*& order, const f32*& factors);

  const BuildItems& items_;
  const AnnoyLayout layout_;
  MemoryBudget& budget_;
  Reservation reserved_;
  std::unique_ptr<SplitMaker> splits_;  // nullptr: Hamming
  SplitPlane plane_;
  KissRandom* random_ = nullptr;
  TreeOutput* output_ = nullptr;
  std::vector<Level> levels_;
  Level spare_;  // a near one that is not in use
  std::vector<Frame> frames_;
  std::vector<u8> nodes_;  // a node per frame: the split it has found
  std::vector<u8> block_;  // vectors read from the file
  std::vector<f32> block_factors_, margins_;
  std::vector<u8> drawn_;  // vectors of draws read from the file
  std::vector<f32> drawn_factors_;
  std::vector<u8> made_;
  u32 returned_ = 0, placed_ = 0;
};

}  // namespace spillway
