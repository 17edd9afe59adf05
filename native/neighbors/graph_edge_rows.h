// Rows made from filed edges: in order, and made symmetric by one rule or another.
#pragma once

#include "neighbors/graph_edges.h"
#include "neighbors/graph_rows.h"

namespace spillway {

// What becomes of an edge i → j beside j → i. `All` wants edges filed under one of their ends; the others under both.
enum class EdgeRule : u8 {
  All = 0,     // each edge as it is, repeated ones too, in the order they came
  Mutual = 1,  // both ways found
  Union = 2,   // either way found
  Mean = 3,    // either; half the sum, a way that is not there counting 0
  Max = 4,     // either; the larger of those there
  Min = 5      // both; the smaller
};

// Partitions [first, end) of the edges. Every row's columns ascend.
class EdgeRowsWork final : public ParallelWork {
 public:
  struct Options {
    u32 first = 0, end = 0;
    EdgeRule rule = EdgeRule::All;
    EdgeHalf half = EdgeHalf::All;
    bool consume = false;  // the edges are not needed afterwards
    EdgeRowsShape shape;
  };

  EdgeRowsWork(std::shared_ptr<GraphEdges> edges, const Options& options);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  EdgeRows take() { return assembly_.take(); }

 private:
  struct Item {
    u64 key;
    f64 value;
  };
  bool try_part(u32 part, bool alone);
  void emit_row(u32 row, const Item* items, u32 count, PartRows& into) const;

  std::shared_ptr<GraphEdges> edges_;
  Options options_;
  EdgeRowsAssembly assembly_;
  std::mutex mutex_;        // later_
  std::vector<u32> later_;  // parts that found no memory beside the others, to be made alone
  std::atomic<u32> done_{0};
};

}  // namespace spillway
