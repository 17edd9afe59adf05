// A search in an Annoy file on the pool: queries are read a window at a time, and searched in parts of a few
// milliseconds, like beside like. Results do not depend on how they are cut.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "annoy/annoy_searcher.h"
#include "engine/memory.h"
#include "neighbors/parallel_task.h"
#include "neighbors/search_work.h"

namespace spillway {

// Results by query from 0 (the range's first). What was not found is id kNone at distance NaN.
class AnnoySearchWork final : public ParallelWork {
 public:
  static constexpr u32 kNone = ~u32{0};
  // Without `range.queries` the file's own items are asked. `search_k` 0: k × roots. Throws Error Data, naming the row,
  // for values that are no finite floats, unless such queries are to find nothing; holes find nothing.
  AnnoySearchWork(Process& process, std::shared_ptr<const AnnoyFile> file, QueryRange range, u32 k, u64 search_k);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;

  Buffer ids;        // u32, queries × k
  Buffer distances;  // f64, queries × k
  AnnoyCounts counts;
  u64 nanos = 0;

 private:
  // What a thread searches with, while it does.
  struct Bench {
    explicit Bench(std::unique_ptr<AnnoySearcher> with) : searcher(std::move(with)) {}
    std::unique_ptr<AnnoySearcher> searcher;
    std::vector<f64> rows, distances;
    std::vector<u32> self, ids, counts;
  };
  std::unique_ptr<Bench> take();
  void give(std::unique_ptr<Bench> bench);
  u32 begin_window();
  u32 begin_search();
  void load(u32 part);
  void search(u32 part);
  u64 queries_per_part() const;

  std::shared_ptr<const AnnoyFile> file_;
  QueryRange range_;
  u32 k_;
  u64 search_k_;
  u32 threads_;
  u64 per_part_ = 1, began_ = 0;
  MemoryBudget budget_;
  Reservation held_;
  bool loading_ = false;
  u64 window_first_ = 0;    // from the range's first
  u32 window_ = 0;          // queries in it
  std::vector<f64> rows_;   // of the window
  std::vector<u64> order_;  // of the window's queries: place in the file << 32 | query, in order; none: ~0
  std::atomic<u64> done_{0};
  std::mutex mutex_;  // of what follows
  std::vector<std::unique_ptr<Bench>> free_;
};

}  // namespace spillway
