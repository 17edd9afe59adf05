// The k nearest rows found so far, for each of some queries; in order of (distance, row), whatever order they came in.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "engine/types.h"

namespace spillway {

// One list per query, a heap whose root is the worst kept. Used by one thread at a time.
class NearestLists {
 public:
  NearestLists(u32 queries, u32 k);

  u32 queries() const { return queries_; }
  u32 k() const { return k_; }
  u32 count(u32 query) const { return counts_[query]; }

  // What a further row must not exceed: infinite until k rows were found. A row at just this distance is still wanted
  // when its number is lower than that of the worst.
  f64 worst(u32 query) const {
    return counts_[query] < k_ ? std::numeric_limits<f64>::infinity() : entries_[std::size_t{query} * k_].distance;
  }
  // Each row at most once per query. NaN is no distance.
  void offer(u32 query, f64 distance, u32 row) {
    Entry* list = entries_.data() + std::size_t{query} * k_;
    if (counts_[query] < k_) {
      push(list, counts_[query]++, {distance, row});
    } else if (before({distance, row}, list[0])) {
      replace(list, {distance, row});
    }
  }
  // Takes over what another, of the same shape, has found among other rows.
  void merge(const NearestLists& other);
  // Nearest first. Fewer than k only if there are fewer rows; the rest is left alone. The list is empty afterwards.
  void take(u32 query, u32* rows, f64* distances);
  std::size_t bytes() const { return entries_.size() * sizeof(Entry) + counts_.size() * sizeof(u32); }

 private:
  struct Entry {
    f64 distance;
    u32 row;
  };
  static bool before(const Entry& a, const Entry& b) {
    return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
  }
  void push(Entry* list, u32 place, Entry entry);
  void replace(Entry* list, Entry entry);

  u32 queries_, k_;
  std::vector<Entry> entries_;
  std::vector<u32> counts_;
};

// The rows within a radius, for each of some queries; or only how many they are. Used by one thread at a time.
class WithinLists {
 public:
  struct Match {
    f64 distance;
    u32 row;
    u32 query;
  };

  WithinLists(u32 queries, bool count_only) : count_only_(count_only), counts_(queries) {}

  bool count_only() const { return count_only_; }
  u32 queries() const { return static_cast<u32>(counts_.size()); }
  u64 count(u32 query) const { return counts_[query]; }
  u64 matches() const { return matches_; }  // kept, of all queries
  void add(u32 query, f64 distance, u32 row) {
    counts_[query] += 1;
    if (!count_only_) append({distance, row, query});
  }
  void add_counted(u32 query, u64 more) { counts_[query] += more; }  // count_only()
  // Takes over what another, of the same shape, has found among other rows; the other is empty afterwards.
  void merge(WithinLists& other);
  // A query's, in order of (distance, row). After the first call nothing may be added.
  std::span<const Match> sorted(u32 query);

 private:
  struct Chunk {
    std::unique_ptr<Match[]> matches;
    u32 count = 0, room = 0;
  };
  void append(const Match& match) {
    if (chunks_.empty() || chunks_.back().count == chunks_.back().room) grow();
    Chunk& last = chunks_.back();
    last.matches[last.count++] = match;
    matches_ += 1;
  }
  void grow();
  void arrange();

  bool count_only_;
  bool arranged_ = false;
  u64 matches_ = 0;
  std::vector<u64> counts_;
  std::vector<Chunk> chunks_;   // as they came
  std::vector<Match> ordered_;  // query by query
  std::vector<u64> starts_;     // of each query in `ordered_`
};

}  // namespace spillway
