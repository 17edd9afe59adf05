// Points that trees may stumble over, and the answers of one way to search compared with another's.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "neighbors/search_index.h"
#include "test/check.h"

namespace spillway {

inline u64 next_random(u64& state) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return state >> 11;
}
inline f64 next_unit(u64& state) { return static_cast<f64>(next_random(state)) * 0x1p-53; }

enum class Cloud { Even, Lattice, Equal, OneAxis, Duplicates, Clusters, Growing, Line, Far };
inline constexpr Cloud kClouds[] = {Cloud::Even,     Cloud::Lattice, Cloud::Equal, Cloud::OneAxis, Cloud::Duplicates,
                                    Cloud::Clusters, Cloud::Growing, Cloud::Line,  Cloud::Far};

// Row-major; every value is a float.
inline std::vector<f64> cloud_points(Cloud cloud, u32 rows, u32 columns, u64 seed) {
  std::vector<f64> values(std::size_t{rows} * columns);
  u64 state = seed;
  for (u32 r = 0; r < rows; ++r) {
    const f64 along = next_unit(state);
    const f64 centre = static_cast<f64>(next_random(state) % 5);
    for (u32 j = 0; j < columns; ++j) {
      f64 value = next_unit(state) * 2 - 1;
      switch (cloud) {
        case Cloud::Even: break;
        case Cloud::Lattice: value = std::floor(value * 4); break;
        case Cloud::Equal: value = 0.5; break;
        case Cloud::OneAxis: value = j == columns - 1 ? value : 3; break;
        case Cloud::Duplicates: value = r % 8 < 6 ? 0.25 * (j + 1) : value; break;
        case Cloud::Clusters: value = centre * 1000 + value * 1e-3; break;
        case Cloud::Growing: value = std::ldexp(1 + value / 2, static_cast<int>(r % 200) - 100); break;
        case Cloud::Line: value = along * (j + 1); break;
        case Cloud::Far: value = 1e6 + value; break;
      }
      values[std::size_t{r} * columns + j] = static_cast<f32>(value);
    }
  }
  return values;
}

// Rows as floats or as doubles that no float is.
struct CloudRows {
  CloudRows(const std::vector<f64>& values, u32 columns, bool single) {
    rows.count = static_cast<u32>(values.size() / columns);
    rows.columns = columns;
    if (single) {
      for (f64 value : values) floats.push_back(static_cast<f32>(value));
      rows.floats = floats.data();
    } else {
      for (f64 value : values) doubles.push_back(value * (1 + 0x1p-40));
      rows.doubles = doubles.data();
    }
  }
  std::vector<f32> floats;
  std::vector<f64> doubles;
  ReferenceRows rows;
};

inline std::unique_ptr<SearchIndex> built(const char* name, const MetricSpec& metric, const ReferenceRows& rows,
                                          u32 threads = 2) {
  for (const SearchMethod& method : search_methods()) {
    if (std::string(name) != method.name) continue;
    auto build = method.build(metric, rows, threads);
    for (u32 part = 0; part < build->parts(); ++part) build->part(part);
    return build->finish();
  }
  return nullptr;
}

// What was found, as it was found: of each query how many, then rows and distances.
struct Found {
  std::vector<u64> counts;
  std::vector<u32> rows;
  std::vector<f64> distances;
  bool operator==(const Found&) const = default;
};

inline Found nearest_found(const SearchIndex& index, const QueryRows& queries, PlaceRange range, u32 k,
                           f64 held_distance = -1) {
  NearestLists found(queries.count, k);
  for (u32 q = 0; held_distance >= 0 && q < queries.count; ++q) {
    for (u32 i = 0; i < k; ++i) found.offer(q, held_distance, 4000000000u + i);
  }
  auto scratch = index.make_scratch();
  index.nearest(queries, range, found, *scratch);
  Found all;
  for (u32 q = 0; q < queries.count; ++q) {
    const u32 count = found.count(q);
    const std::size_t at = all.rows.size();
    all.counts.push_back(count);
    all.rows.resize(at + k);
    all.distances.resize(at + k);
    found.take(q, all.rows.data() + at, all.distances.data() + at);
  }
  return all;
}

inline Found within_found(const SearchIndex& index, const QueryRows& queries, PlaceRange range, f64 radius,
                          bool count_only) {
  WithinLists found(queries.count, count_only);
  auto scratch = index.make_scratch();
  index.within(queries, range, radius, found, *scratch);
  Found all;
  for (u32 q = 0; q < queries.count; ++q) {
    all.counts.push_back(found.count(q));
    if (count_only) continue;
    for (const WithinLists::Match& match : found.sorted(q)) {
      all.rows.push_back(match.row);
      all.distances.push_back(match.distance);
    }
  }
  return all;
}

}  // namespace spillway
