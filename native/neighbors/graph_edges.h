// Edges of a graph, divided by the rows they belong to: gathered block by block, in memory and then in temporary files.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/handle.h"
#include "engine/memory.h"
#include "engine/process.h"
#include "engine/spill.h"
#include "neighbors/parallel_task.h"

namespace spillway {

// Which of its two ends an edge is filed under.
enum class EdgeSide : u8 { From = 0, To = 1, Both = 2 };

// An edge filed under one of its ends: that row (as its place in the partition), the other end, and whether it was
// filed under where it goes to. Ascending keys of a partition are in order of (row, other end, way).
class EdgeKey {
 public:
  static u64 make(u32 place, u32 other, bool reversed) {
    return u64{place} << 33 | u64{other} << 1 | (reversed ? 1 : 0);
  }
  static u32 place(u64 key) { return static_cast<u32>(key >> 33); }
  static u32 other(u64 key) { return static_cast<u32>(key >> 1); }
  static bool reversed(u64 key) { return (key & 1) != 0; }
};

// Filled by one ScatterWork after another; read by EdgeRowsWork. A block beyond half of the memory goes to a file.
class GraphEdges final : public Handle {
 public:
  struct Options {
    u32 rows = 0;
    u64 expected = 0;  // edges, filed twice where both ends get them
    bool values = false;
    std::size_t memory = 0;  // bytes; 0: half of the process's
    u32 partition_rows = 0;  // a power of two; 0: chosen
  };

  GraphEdges(Process& process, const Options& options);

  const char* kind() const override { return "edges"; }
  u32 rows() const { return options_.rows; }
  bool values() const { return options_.values; }
  u32 partition_rows() const { return u32{1} << shift_; }
  u32 shift() const { return shift_; }
  u32 partitions() const { return partitions_; }
  // Of an EdgeBlock at most, so that blocks on their way stay within the memory.
  u64 block_cells() const { return block_cells_; }
  u64 count(u32 partition) const { return counts_[partition]; }
  u64 count() const;
  u64 spilled() const { return store_ == nullptr ? 0 : store_->bytes_written(); }
  MemoryBudget& budget() { return budget_; }

  // The partition's edges in the order they came: count(partition) keys and values (nullptr unless values()).
  void load(u32 partition, u64* keys, f64* values) const;
  // Nothing is needed any more.
  void clear();

 private:
  friend class ScatterWork;
  // What one ScatterWork brought: partition p's keys, then its values, from byte starts[p] · width.
  struct Block {
    std::vector<u64> starts;           // in edges, partitions + 1
    Buffer memory;                     // empty: in the file
    std::vector<SpillExtent> extents;  // by partition
  };
  std::size_t width() const { return options_.values ? 16 : 8; }
  SpillFile& file();

  Process& process_;
  Options options_;
  u64 block_cells_ = 0;
  u32 shift_ = 0, partitions_ = 0;
  MemoryBudget budget_;
  Reservation resident_, bookkeeping_;
  std::vector<u64> counts_;
  std::unique_ptr<SpillStore> store_;
  std::unique_ptr<SpillFile> file_;  // goes before its store
  std::vector<Block> blocks_;
  std::atomic<bool> filling_{false};  // by a ScatterWork; for good, if that fails
};

// Some edges to file. `from` empty: `per_row` cells for each row from `first_row` on, kNone where there is none.
struct EdgeBlock {
  static constexpr u32 kNone = ~u32{0};
  Buffer from, to;  // u32
  Buffer values;    // f64; empty: none, or with `ranks` the place of the cell among its row's, from 1
  u64 cells = 0;
  u64 first_cell = 0;  // number of its first cell, for messages
  u32 first_row = 0, per_row = 0;
  bool ranks = false;
  EdgeSide side = EdgeSide::From;
};

// Files a block: a counting sort by partition that keeps the order the edges came in. Throws Error Data for an end
// that is no row of the graph.
class ScatterWork final : public ParallelWork {
 public:
  ScatterWork(std::shared_ptr<GraphEdges> edges, EdgeBlock block);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;

 private:
  template <class Each>
  void each_end(u32 part, Each&& each) const;
  void place_parts();
  void spill_part(u32 part);

  std::shared_ptr<GraphEdges> edges_;
  EdgeBlock block_;
  bool spilled_ = false;
  u32 parts_ = 0;
  std::vector<u64> cursors_;  // [part × partition]: first counts, then where the part's next edge goes
  GraphEdges::Block made_;
  Reservation scratch_;
};

}  // namespace spillway
