// Rows and queries to search, and answers that can be compared to the bit.
#pragma once

#include <cstring>
#include <random>
#include <string>

#include "neighbors/search_index.h"

namespace spillway {

// Rows of a reference and queries among and beside them.
struct Case {
  u32 rows, columns, queries;
  std::vector<f64> doubles, asked;
  std::vector<f32> floats;
  std::vector<u32> self;

  Case(u32 row_count, u32 column_count, u32 query_count)
      : rows(row_count),
        columns(column_count),
        queries(query_count),
        doubles(std::size_t{rows} * columns),
        asked(std::size_t{queries} * columns),
        self(queries, QueryRows::kNone) {}

  // value(row, column); every third query is a row of the reference.
  template <class Value>
  void fill(Value value, bool single) {
    for (u32 r = 0; r < rows; ++r) {
      for (u32 j = 0; j < columns; ++j) doubles[std::size_t{r} * columns + j] = rounded(value(r, j), single);
    }
    for (u32 q = 0; q < queries; ++q) {
      if (q % 3 == 0) self[q] = q * 7 % rows;
      for (u32 j = 0; j < columns; ++j) {
        const f64 own = doubles[std::size_t{q * 7 % rows} * columns + j];
        asked[std::size_t{q} * columns + j] = q % 3 == 0 ? own : rounded(value(rows + q, j), single);
      }
    }
    floats.clear();
    if (single) floats.assign(doubles.begin(), doubles.end());
  }
  static f64 rounded(f64 value, bool single) { return single ? static_cast<f64>(static_cast<f32>(value)) : value; }

  ReferenceRows resident() const {
    ReferenceRows made;
    if (floats.empty()) {
      made.doubles = doubles.data();
    } else {
      made.floats = floats.data();
    }
    made.count = rows;
    made.columns = columns;
    made.first = 1000;
    return made;
  }
  QueryRows query_rows(std::vector<u32>& numbers) const {
    numbers = self;
    for (u32& number : numbers) number = number == QueryRows::kNone ? number : number + 1000;
    return {asked.data(), queries, numbers.data()};
  }
};

inline std::unique_ptr<SearchIndex> index_by(const char* name, Metric metric, const ReferenceRows& rows) {
  MetricSpec spec;
  spec.kind = metric;
  SearchShape shape;
  shape.rows = rows.count;
  shape.columns = rows.columns;
  auto build = choose_method(spec, shape, name).build(spec, rows, 1);
  for (u32 i = 0; i < build->parts(); ++i) build->part(i);
  return build->finish();
}

struct Lists {
  std::vector<u32> rows;
  std::vector<f64> distances;
  bool operator==(const Lists& other) const {
    return rows == other.rows && distances.size() == other.distances.size() &&
           (distances.empty() ||
            std::memcmp(distances.data(), other.distances.data(), distances.size() * sizeof(f64)) == 0);
  }
};

inline Lists nearest_of(const SearchIndex& index, const QueryRows& queries, const std::vector<PlaceRange>& ranges,
                        u32 k) {
  NearestLists found(queries.count, k);
  auto scratch = index.make_scratch();
  for (const PlaceRange& range : ranges) index.nearest(queries, range, found, *scratch);
  Lists lists;
  for (u32 q = 0; q < queries.count; ++q) {
    std::vector<u32> rows(k);
    std::vector<f64> distances(k);
    const u32 count = found.count(q);
    found.take(q, rows.data(), distances.data());
    lists.rows.push_back(count);
    lists.rows.insert(lists.rows.end(), rows.begin(), rows.begin() + count);
    lists.distances.insert(lists.distances.end(), distances.begin(), distances.begin() + count);
  }
  return lists;
}

inline Lists within_of(const SearchIndex& index, const QueryRows& queries, PlaceRange range, f64 radius,
                       bool count_only) {
  WithinLists found(queries.count, count_only);
  index.within(queries, range, radius, found, *index.make_scratch());
  Lists lists;
  for (u32 q = 0; q < queries.count; ++q) {
    lists.rows.push_back(static_cast<u32>(found.count(q)));
    if (count_only) continue;
    for (const WithinLists::Match& match : found.sorted(q)) {
      lists.rows.push_back(match.row);
      lists.distances.push_back(match.distance);
    }
  }
  return lists;
}

inline f64 normal() {
  static std::mt19937_64 random_source(11);
  static std::normal_distribution<f64> distribution;
  return distribution(random_source);
}

}  // namespace spillway
