// The points that are searched, made ready: held in memory with an index over them, or read block by block.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

#include "engine/memory.h"
#include "neighbors/parallel_task.h"
#include "neighbors/points.h"
#include "neighbors/reference_block.h"
#include "neighbors/search_index.h"

namespace spillway {

struct ReferenceOptions {
  MetricSpec metric;
  bool skip_missing = false;  // rows with values that are not finite (cosine: or of zero length) are never found
  std::string method;         // empty: chosen by cost
  u32 threads = 0;            // 0: all
  // Bytes for the rows, the index and what a search holds beside its results; 0: half of the process's.
  std::size_t memory = 0;
  u64 expected_queries = 0;  // 0: not known
  u32 expected_k = 0;        // 0: not known, or a radius
};

// Immutable once made. A reference that fits `memory` is one block, resident; a larger one has several, each read and
// indexed whenever a search comes by.
class Reference final : public Handle {
 public:
  // PrepareWork makes it usable; or `adopt`.
  Reference(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options);
  // Made ready elsewhere (read from a file): all rows and their index.
  void adopt(std::unique_ptr<ReferenceBlock> block);
  // Before `adopt`: the method by the options; throws Error Memory when it is not to be resident.
  void plan_resident();

  const char* kind() const override { return "reference"; }
  const Points& points() const { return *points_; }
  const MetricSpec& metric() const { return options_.metric; }
  const ReferenceOptions& options() const { return options_; }
  u32 rows() const { return static_cast<u32>(points_->rows()); }
  u32 columns() const { return points_->columns(); }
  const SearchMethod& method() const { return *method_; }
  u32 threads() const;

  // 1 when resident. Block b holds rows [block_first(b), block_first(b + 1)).
  u32 blocks() const { return blocks_; }
  u32 block_first(u32 block) const { return static_cast<u32>(std::min<u64>(rows(), u64{block} * rows_per_block_)); }
  bool is_resident() const { return resident_ != nullptr; }
  // Of the resident block; for who searches from inside a query's pipeline. Throws Error Memory when not resident.
  const ReferenceBlock& resident_block() const;
  const SearchIndex& index() const { return *resident_block().index; }
  const ReferenceRows& resident() const { return resident_block().rows; }

  Process& process() const { return process_; }
  // Whatever belongs to this reference and to searches of it, but for their results.
  MemoryBudget& budget() const { return budget_; }
  // Rows as doubles, from memory if they lie there.
  void read_rows(u64 first, u32 count, f64* into) const;

 private:
  friend class PrepareWork;
  void plan_blocks();

  Process& process_;
  std::shared_ptr<const Points> points_;
  ReferenceOptions options_;
  mutable MemoryBudget budget_;
  const SearchMethod* method_ = nullptr;
  u32 blocks_ = 1, rows_per_block_ = 0;
  std::unique_ptr<ReferenceBlock> resident_;
};

// Makes a reference ready; the result is `reference`.
class PrepareWork final : public ParallelWork {
 public:
  PrepareWork(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  std::shared_ptr<Reference> reference;

 private:
  std::unique_ptr<BlockMaking> making_;
  bool building_ = false;
  std::atomic<u32> done_{0}, parts_{0};
};

}  // namespace spillway
