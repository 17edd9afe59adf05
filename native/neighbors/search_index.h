// A way to search the rows of a reference that lie in memory; one implementation per way, listed in search_methods.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/types.h"
#include "neighbors/metric.h"
#include "neighbors/nearest_lists.h"

namespace spillway {

// Reference rows in memory, row-major without gaps: floats when every value is exactly one, else doubles. All finite;
// no row of zero length under cosine.
struct ReferenceRows {
  const f32* floats = nullptr;
  const f64* doubles = nullptr;
  u64 first = 0;  // number of row 0 in the reference: what is reported is first + place
  u32 count = 0;  // rows
  u32 columns = 0;
  const u64* skipped = nullptr;  // a bit per row: set, the row is never found; nullptr: none is
};

// Some queries at once.
struct QueryRows {
  static constexpr u32 kNone = ~u32{0};
  const f64* rows = nullptr;  // row-major; finite, and not of zero length under cosine
  u32 count = 0;
  const u32* self = nullptr;  // per query the reference row that it is, never reported for it, or kNone; nullptr: none
};

// Places [first, end) of the resident rows; what groups and threads search.
struct PlaceRange {
  u32 first = 0, end = 0;
};

// A task's working memory for one index, reused from call to call.
struct SearchScratch {
  virtual ~SearchScratch() = default;
  // For statistics, counted up by the index.
  u64 exact = 0;       // distances computed as they are defined
  u64 candidates = 0;  // of them, those that a filter had let through
};

// A stretch of memory that a file keeps, so that an index need not be built again.
struct IndexSection {
  std::string name;
  const void* data;
  std::size_t bytes;
};

// All resident rows against each other, each pair looked at once. Parts may run on any threads at once; `take` after
// all of them.
class SelfJoin {
 public:
  virtual ~SelfJoin() = default;
  virtual u32 parts() const = 0;
  virtual void part(u32 index) = 0;
  // What NearestLists::take gives for the row at this place, and how many; of different places from any threads at
  // once.
  virtual u32 take(u32 place, u32* rows, f64* distances) = 0;
};

// Immutable once built; searched by any number of threads. Answers are exact and the same whatever the way: distances
// by kernels/distance.h from the resident rows, ties to the lower row.
class SearchIndex {
 public:
  virtual ~SearchIndex() = default;
  virtual const char* method() const = 0;  // "direct", "tile", "tree", …
  virtual std::unique_ptr<SearchScratch> make_scratch() const = 0;
  // Offers what may be among the k nearest of each query to its list, which may hold rows from elsewhere already.
  virtual void nearest(const QueryRows& queries, PlaceRange range, NearestLists& found,
                       SearchScratch& scratch) const = 0;
  // Adds every row at distance ≤ radius.
  virtual void within(const QueryRows& queries, PlaceRange range, f64 radius, WithinLists& found,
                      SearchScratch& scratch) const = 0;
  // The k nearest of every row among all rows; nullptr: this way has nothing better than asking row by row.
  virtual std::unique_ptr<SelfJoin> self_join(u32 /*k*/, bool /*exclude_self*/, u32 /*threads*/) const {
    return nullptr;
  }
  virtual std::size_t bytes() const = 0;  // held beside the resident rows
  virtual std::vector<IndexSection> sections() const { return {}; }
};

// What the choice among the ways depends on.
struct SearchShape {
  u64 rows = 0;     // reference
  u64 queries = 0;  // expected in all; 0: not known
  u32 columns = 0;
  u32 k = 0;  // 0: within a radius
  u32 threads = 1;
  bool file_backed = false;
};

struct SearchMethod {
  const char* name;
  bool (*takes)(const MetricSpec& metric, const SearchShape& shape);
  // Estimated seconds of thread time: to build, and then for all queries. The least sum wins.
  f64 (*build_cost)(const MetricSpec& metric, const SearchShape& shape);
  f64 (*search_cost)(const MetricSpec& metric, const SearchShape& shape);
  std::size_t (*bytes_per_row)(const MetricSpec& metric, u32 columns);  // beside the rows themselves
  // False: a part of the places costs about as much as all of them, so that searches are cut by queries only.
  bool ranged = true;
  // Building may be split: `part` is called for 0 … parts − 1 by any threads, then `finish` once.
  struct Build {
    virtual ~Build() = default;
    virtual u32 parts() const = 0;
    virtual void part(u32 index) = 0;
    virtual std::unique_ptr<SearchIndex> finish() = 0;
  };
  std::unique_ptr<Build> (*build)(const MetricSpec& metric, const ReferenceRows& rows, u32 threads);
  // From what `sections` gave, checked by checksum but not believed: Error Format for anything that does not fit.
  // `memory` owns the sections' bytes. nullptr: the index is built again instead.
  std::unique_ptr<SearchIndex> (*restore)(const MetricSpec& metric, const ReferenceRows& rows,
                                          const std::vector<IndexSection>& sections,
                                          std::shared_ptr<const void> memory) = nullptr;
};

// All ways; "direct" takes everything.
const std::vector<SearchMethod>& search_methods();
// The cheapest that takes the metric and shape, or the one of this name; throws Error Argument when there is none.
const SearchMethod& choose_method(const MetricSpec& metric, const SearchShape& shape, const std::string& name = "");

// The ways, each in its own file.
SearchMethod direct_method();
SearchMethod tile_method();
SearchMethod tree_method();

}  // namespace spillway
