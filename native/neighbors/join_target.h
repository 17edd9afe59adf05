// The side of a join that is searched, as those who read the join see it: what may be asked, and what comes of it.
#pragma once

#include <memory>
#include <vector>

#include "engine/context.h"
#include "neighbors/join_payload.h"
#include "neighbors/search_index.h"

namespace spillway {

struct JoinFacts {
  u32 coordinates = 0;
  std::vector<Type> keys;
  MetricSpec metric;                  // whose rule says which rows have a place
  bool floats = false;                // coordinates must be finite as floats, too
  bool skip_missing = false;          // rows without a place have no neighbours; else they are errors
  bool exclude_self = false;          // queries are known by their numbers
  bool tells_row = false;             // a neighbour's row comes out, too
  u32 rows = 0;                       // that can be found, numbered from 0
  u32 most = 0;                       // neighbours of a query
  f64 query_seconds = 0;              // estimated, for one query
  const u32* row_of_place = nullptr;  // nullptr: places are rows
  const JoinPayload* payload = nullptr;
};

// The neighbours of one query, nearest first.
struct JoinMatches {
  const u32* places = nullptr;
  const f64* distances = nullptr;
  u32 count = 0;
};

// A few queries at a time; one task's, with its scratch.
class JoinFinder {
 public:
  virtual ~JoinFinder() = default;
  // The queries to come.
  virtual void clear() = 0;
  // Room for the coordinates of one more, which is to be filled; nullptr: it has no neighbours. `keys`: of its chunk;
  // `number`: the source's of its row.
  virtual f64* add(const Vector* keys, u32 row, u64 number) = 0;
  // Searches for queries [first, first + result), as many as it pays to search at once.
  virtual u32 run(u32 first) = 0;
  // Of what was run last, query `first + q`.
  virtual JoinMatches matches(u32 q) const = 0;
};

// Ready to be searched, by any number of threads.
class JoinTarget {
 public:
  virtual ~JoinTarget() = default;
  virtual JoinFacts facts() const = 0;
  virtual std::unique_ptr<JoinFinder> make_finder(QueryContext& context) const = 0;
};

}  // namespace spillway
