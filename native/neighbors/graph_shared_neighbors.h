// Rows that have neighbours in common: the lists of the k nearest, the same lists turned round, and edges made of both.
#pragma once

#include "neighbors/graph_edge_rows.h"
#include "neighbors/graph_row_set.h"

namespace spillway {

// The k nearest of every row, filled block by block by one thread, then turned round by TurnListsWork.
class NeighborLists final : public Handle {
 public:
  NeighborLists(Process& process, u32 rows, u32 k, std::size_t memory);

  const char* kind() const override { return "lists"; }
  u32 rows() const { return rows_; }
  u32 k() const { return k_; }
  // Rows' cells are written here before the lists are turned round; what is not written holds kNone.
  u32* cells() { return cells_.as<u32>(); }
  const u32* of(u32 row) const { return cells_.as<u32>() + std::size_t{row} * k_; }
  u32 length(u32 row) const;
  bool turned() const { return !turned_.offsets.empty(); }
  const EdgeRows& turned_rows() const { return turned_; }
  MemoryBudget& budget() { return budget_; }

 private:
  friend class TurnListsWork;
  u32 rows_, k_;
  MemoryBudget budget_;
  Reservation reserved_;
  Buffer cells_;
  EdgeRows turned_;  // by neighbour: who has it, ascending; its rank there from 1 as the value, if there are values
};

// Takes the lists' edges, filed under where they go to, and consumes them.
class TurnListsWork final : public ParallelWork {
 public:
  TurnListsWork(std::shared_ptr<NeighborLists> lists, std::shared_ptr<GraphEdges> edges);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override { rows_.run_part(step, part); }
  f64 fraction() const override { return rows_.fraction(); }

 private:
  std::shared_ptr<NeighborLists> lists_;
  EdgeRowsWork rows_;
};

enum class SharedWeight : u8 {
  Count = 0,    // |A ∩ B|
  Jaccard = 1,  // |A ∩ B| / |A ∪ B|
  Rank = 2      // k − min over A ∩ B of (rank in A + rank in B) / 2
};

// Rows [first, end): an edge to every other row whose neighbours overlap with the row's own, columns ascending.
class SharedNeighborsWork final : public ParallelWork {
 public:
  struct Options {
    u32 first = 0, end = 0;
    SharedWeight weight = SharedWeight::Count;
    bool with_self = true;  // a row is its own neighbour, of rank 0
    EdgeHalf half = EdgeHalf::All;
    f64 prune = 0;  // edges of a smaller weight are left out
    EdgeRowsShape shape;
  };

  SharedNeighborsWork(std::shared_ptr<NeighborLists> lists, const Options& options);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  EdgeRows take() { return assembly_.take(); }

 private:
  // One thread's: per row what was counted so far; zero between rows.
  struct Scratch {
    Scratch(NeighborLists& lists);
    Reservation reserved;
    Buffer seen;
    RowSet rows;
  };
  std::unique_ptr<Scratch> borrow();
  void meet(u32 row, u32 neighbor, u32 rank, Scratch& scratch) const;
  void emit(u32 row, Scratch& scratch, PartRows& into) const;

  std::shared_ptr<NeighborLists> lists_;
  Options options_;
  EdgeRowsAssembly assembly_;
  std::mutex mutex_;  // idle_
  std::vector<std::unique_ptr<Scratch>> idle_;
  std::atomic<u32> done_{0};
  u32 parts_ = 0;
};

}  // namespace spillway
