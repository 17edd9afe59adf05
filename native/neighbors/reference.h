// The points that are searched, made ready: held in memory with an index over them, or read block by block.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/memory.h"
#include "neighbors/parallel_task.h"
#include "neighbors/points.h"
#include "neighbors/search_index.h"

namespace spillway {

struct ReferenceOptions {
  MetricSpec metric;
  bool skip_missing = false;  // rows with values that are not finite (cosine: or of zero length) are never found
  std::string method;         // empty: chosen by cost
  u32 threads = 0;            // 0: all
  std::size_t memory = 0;     // bytes for the rows and the index; 0: half of the process's
  u64 expected_queries = 0;   // 0: not known
  u32 expected_k = 0;         // 0: not known, or a radius
};

// Immutable once made. A reference that fits `memory` is one block, resident; a larger one has several, each read and
// indexed whenever a search comes by.
class Reference final : public Handle {
 public:
  Reference(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options);

  const char* kind() const override { return "reference"; }
  const Points& points() const { return *points_; }
  const MetricSpec& metric() const { return options_.metric; }
  const ReferenceOptions& options() const { return options_; }
  u32 rows() const { return static_cast<u32>(points_->rows()); }
  u32 columns() const { return points_->columns(); }

  // Of the resident block; for who searches from inside a query's pipeline. Throws Error Memory when not resident.
  const SearchIndex& index() const;
  const ResidentRows& resident() const;

 private:
  friend class PrepareWork;
  Process& process_;
  std::shared_ptr<const Points> points_;
  ReferenceOptions options_;
  MemoryBudget budget_;
  Reservation reserved_;
  Buffer held_;     // the rows, unless they lie in memory already
  Buffer skipped_;  // a bit per row
  ResidentRows rows_;
  std::unique_ptr<SearchIndex> index_;
};

// Makes a reference ready; the result is `reference`.
class PrepareWork final : public ParallelWork {
 public:
  PrepareWork(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  std::shared_ptr<Reference> reference;

 private:
  std::unique_ptr<SearchMethod::Build> build_;
};

// Rows [first, end) of `queries` are asked for; queries == nullptr: rows of the reference itself.
struct QueryRange {
  std::shared_ptr<const Points> queries;
  u64 first = 0, end = 0;
  bool exclude_self = false;  // self-search: a row does not find itself
  bool skip_missing = false;  // such queries find nothing, instead of being an error that names the row
};

// Results by query from 0 (the range's first). What was not found (fewer rows than k) is row kNone at distance NaN.
class NearestWork final : public ParallelWork {
 public:
  static constexpr u32 kNone = ~u32{0};
  NearestWork(std::shared_ptr<const Reference> reference, QueryRange range, u32 k);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  Buffer rows;       // u32, queries × k
  Buffer distances;  // f64, queries × k

 private:
  std::shared_ptr<const Reference> reference_;
  QueryRange range_;
  u32 k_;
  u32 per_part_ = 0;
  std::atomic<u64> done_{0};
};

// Rows within a radius, one pass: counts always, matches unless count_only.
class WithinWork final : public ParallelWork {
 public:
  WithinWork(std::shared_ptr<const Reference> reference, QueryRange range, f64 radius, bool count_only);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  Buffer counts;     // u64 per query
  Buffer rows;       // u32, all matches, query by query, each query's in order of (distance, row)
  Buffer distances;  // f64
  u64 matches = 0;

 private:
  std::shared_ptr<const Reference> reference_;
  QueryRange range_;
  f64 radius_;
  bool count_only_;
  u32 per_part_ = 0;
  std::vector<std::unique_ptr<WithinLists>> found_;  // by part
  std::atomic<u64> done_{0};
};

}  // namespace spillway
