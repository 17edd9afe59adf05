// The approximate neighbours of a few queries, by one thread, with memory that is taken once.
#pragma once

#include <atomic>
#include <memory>

#include "annoy/annoy_file.h"

namespace spillway {

struct AnnoyCounts {
  u64 nodes = 0;       // of trees, looked at
  u64 candidates = 0;  // collected, with repeats: what search_k bounds
  u64 distances = 0;   // computed
};

class AnnoySearcher {
 public:
  // `search_k` 0: k × roots, as Annoy has it.
  AnnoySearcher(std::shared_ptr<const AnnoyFile> file, u32 k, u64 search_k);
  ~AnnoySearcher();

  // `rows`: count × dimension, finite also as floats. ids, distances: count × k, by (distance, id) (Dot: the largest
  // first); counts: how many of each are there. `self`: an id per query that it does not find, or nullptr. Ends early,
  // with results that mean nothing, once `stop` is set.
  void search(const f64* rows, u32 count, const u32* self, u32* ids, f64* distances, u32* counts,
              const std::atomic<bool>* stop = nullptr);
  // A number for each query: searched in their order, queries follow those that look at the same nodes and items, and
  // find them in the processor's caches. Not during a search.
  void places(const f64* rows, u32 count, u32* places);
  const AnnoyCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spillway
