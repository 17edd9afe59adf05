// The tile index gives what the direct one gives, to the bit: for every metric it takes, size, scale and range.
#include <cmath>
#include <limits>
#include <random>

#include "neighbors/search_index.h"
#include "test/check.h"

namespace spillway {
namespace {

constexpr Metric kMetrics[] = {Metric::Euclidean, Metric::SquaredEuclidean, Metric::Cosine, Metric::InnerProduct};

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

  ResidentRows resident() const {
    ResidentRows made;
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

std::unique_ptr<SearchIndex> index_by(const char* name, Metric metric, const ResidentRows& rows) {
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

Lists nearest_of(const SearchIndex& index, const QueryRows& queries, const std::vector<PlaceRange>& ranges, u32 k) {
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

Lists within_of(const SearchIndex& index, const QueryRows& queries, PlaceRange range, f64 radius, bool count_only) {
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

// Both ways, over everything and over ranges whose ends fall anywhere; radii at which rows lie exactly.
void compare(const Case& data, u32 k, const u64* skipped = nullptr) {
  std::vector<u32> numbers;
  const QueryRows queries = data.query_rows(numbers);
  ResidentRows rows = data.resident();
  rows.skipped = skipped;
  for (Metric metric : kMetrics) {
    auto tile = index_by("tile", metric, rows), direct = index_by("direct", metric, rows);
    CHECK_EQ(std::string(tile->method()), std::string("tile"));
    const std::vector<PlaceRange> whole = {{0, data.rows}};
    const u32 a = data.rows / 3, b = data.rows - data.rows / 7;
    const Lists expected = nearest_of(*direct, queries, whole, k);
    CHECK(nearest_of(*tile, queries, whole, k) == expected);
    CHECK(nearest_of(*tile, queries, {{a, b}, {b, data.rows}, {0, a}}, k) == expected);
    CHECK(nearest_of(*tile, queries, {{a, b}}, k) == nearest_of(*direct, queries, {{a, b}}, k));
    f64 radii[] = {expected.distances.empty() ? 1 : expected.distances.back(),
                   expected.distances.empty() ? 0 : expected.distances[0], -1};
    for (f64 radius : radii) {
      CHECK(within_of(*tile, queries, {0, data.rows}, radius, false) ==
            within_of(*direct, queries, {0, data.rows}, radius, false));
      CHECK(within_of(*tile, queries, {a, b}, radius, true) == within_of(*direct, queries, {a, b}, radius, true));
    }
  }
}

std::mt19937_64 random_source(11);
f64 normal() {
  static std::normal_distribution<f64> distribution;
  return distribution(random_source);
}

TEST(every_number_of_columns) {
  for (u32 columns = 1; columns <= 130; columns += columns < 20 ? 1 : 11) {
    Case data(333 + columns, columns, 29);
    data.fill([](u32, u32) { return normal(); }, columns % 2 == 0);
    compare(data, 1 + columns % 9);
  }
  Case data(257, 768, 13);
  data.fill([](u32, u32) { return normal(); }, true);
  compare(data, 10);
}

TEST(every_number_of_neighbours) {
  for (u32 k : {1u, 2u, 15u, 16u, 17u, 33u, 100u, 300u}) {
    Case data(3100, 5, 14);
    data.fill([](u32, u32) { return normal(); }, true);
    compare(data, k);
  }
}

TEST(few_rows_and_queries) {
  for (u32 rows : {1u, 2u, 31u, 32u, 33u, 64u}) {
    for (u32 queries : {1u, 11u, 12u, 13u}) {
      Case data(rows, 3, queries);
      data.fill([](u32, u32) { return normal(); }, false);
      compare(data, 4);
    }
  }
}

TEST(ties_and_duplicates) {
  Case data(2500, 3, 40);
  data.fill([](u32 r, u32 j) { return static_cast<f64>((r * 2654435761u >> (8 * j)) % 4) + 1; }, true);
  compare(data, 12);
  data.fill([](u32, u32) { return 3.25; }, false);  // all are equal: nothing can be filtered
  compare(data, 5);
}

TEST(far_from_the_origin) {
  for (bool single : {false, true}) {
    for (f64 offset : {1e3, 1e6, 1e12}) {
      Case data(700, 17, 24);
      data.fill([&](u32, u32) { return offset + normal(); }, single);
      compare(data, 6);
    }
  }
}

TEST(large_and_small_scales) {
  for (f64 scale : {1e-300, 1e-160, 1e-40, 1e-30, 1e30, 1e37, 1e150, 1e200, 1e300}) {
    Case data(500, 9, 24);
    data.fill([&](u32, u32) { return scale * normal(); }, scale > 1e-39 && scale < 1e38);
    compare(data, 6);
  }
}

TEST(scales_that_differ_between_rows_and_columns) {
  Case data(900, 6, 30);
  data.fill([](u32 r, u32) { return (r % 2 == 0 ? 1e30 : 1e-30) * normal(); }, true);
  compare(data, 7);
  data.fill([](u32 r, u32) { return (r % 5 == 0 ? 1e300 : 1.0) * normal(); }, false);
  compare(data, 7);
  data.fill([](u32, u32 j) { return (j == 0 ? 1e12 : 1e-3) * normal(); }, false);
  compare(data, 7);
  data.fill([](u32 r, u32 j) { return std::ldexp(1.0 + normal() * 1e-9, static_cast<int>(r % 60) - 30) + j; }, false);
  compare(data, 7);
}

// Distances so alike that floats cannot tell them apart, in an order in which each row is nearer than all before it.
TEST(rows_in_an_unlucky_order) {
  Case data(4100, 4, 13);
  data.fill([](u32 r, u32 j) { return 1 + (j == 0 ? (4100.0 - r) * 1e-9 : 0); }, false);
  compare(data, 8);
  data.fill([](u32 r, u32 j) { return j == 0 ? r * 0.5 : 0.25; }, true);
  compare(data, 8);
}

TEST(skipped_rows_are_not_found) {
  Case data(610, 8, 20);
  data.fill([](u32, u32) { return normal(); }, false);
  std::vector<u64> skipped((data.rows + 63) / 64);
  for (u32 r = 0; r < data.rows; ++r) {
    if (r % 3 != 1) continue;
    skipped[r / 64] |= u64{1} << (r % 64);
    data.doubles[std::size_t{r} * data.columns + r % 8] = std::numeric_limits<f64>::quiet_NaN();
  }
  for (u32 q = 0; q < data.queries; ++q) {
    data.self[q] = QueryRows::kNone;
    for (u32 j = 0; j < data.columns; ++j) data.asked[std::size_t{q} * data.columns + j] = normal();
  }
  compare(data, 9, skipped.data());
}

}  // namespace
}  // namespace spillway
