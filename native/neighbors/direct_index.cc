// The way that takes every metric: each query against each row, distances as they are defined.
#include <algorithm>
#include <cmath>

#include "kernels/distance.h"
#include "neighbors/search_index.h"

namespace spillway {
namespace {

constexpr u32 kBlock = 256;                                 // distances computed at a time
constexpr std::size_t kBlockBytes = std::size_t{24} << 10;  // of rows: they stay in the first cache meanwhile

bool is_skipped(const ReferenceRows& rows, u32 place) {
  return rows.skipped != nullptr && (rows.skipped[place / 64] >> (place % 64) & 1) != 0;
}

class DirectIndex final : public SearchIndex {
 public:
  DirectIndex(const MetricSpec& metric, const ReferenceRows& rows) : metric_(metric), rows_(rows) {}

  const char* method() const override { return "direct"; }
  std::unique_ptr<SearchScratch> make_scratch() const override { return std::make_unique<SearchScratch>(); }
  std::size_t bytes() const override { return 0; }

  void nearest(const QueryRows& queries, PlaceRange range, NearestLists& found, SearchScratch& scratch) const override {
    scratch.exact += u64{queries.count} * (range.end - range.first);
    each(
        queries, range, [&](u32 query, f64 distance) { return distance <= found.worst(query); },
        [&](u32 query, u32 row, f64 distance) { found.offer(query, distance, row); });
  }

  void within(const QueryRows& queries, PlaceRange range, f64 radius, WithinLists& found,
              SearchScratch& scratch) const override {
    scratch.exact += u64{queries.count} * (range.end - range.first);
    each(
        queries, range, [&](u32, f64 distance) { return distance <= radius; },
        [&](u32 query, u32 row, f64 distance) { found.add(query, distance, row); });
  }

 private:
  // Rows in blocks that stay in the cache while every query looks at them.
  template <class Wanted, class See>
  void each(const QueryRows& queries, PlaceRange range, Wanted wanted, See see) const {
    f64 distances[kBlock];
    const DistanceTable& kernels = distance_kernels();
    const std::size_t row = std::max<std::size_t>(1, rows_.columns * (rows_.floats != nullptr ? 4 : 8));
    const u32 block =
        queries.count == 1 ? kBlock : static_cast<u32>(std::clamp<std::size_t>(kBlockBytes / row / 8 * 8, 8, kBlock));
    for (u32 begin = range.first; begin < range.end; begin += block) {
      const u32 count = std::min(block, range.end - begin);
      std::size_t from = std::size_t{begin} * rows_.columns;
      for (u32 q = 0; q < queries.count; ++q) {
        const f64* x = queries.rows + std::size_t{q} * rows_.columns;
        if (rows_.floats != nullptr) {
          kernels.to_floats(static_cast<u32>(metric_.kind), metric_.p, x, rows_.floats + from, count, rows_.columns,
                            distances);
        } else {
          kernels.to_doubles(static_cast<u32>(metric_.kind), metric_.p, x, rows_.doubles + from, count, rows_.columns,
                             distances);
        }
        const u32 self = queries.self == nullptr ? QueryRows::kNone : queries.self[q];
        for (u32 i = 0; i < count; ++i) {
          if (!wanted(q, distances[i])) continue;
          const u32 row = static_cast<u32>(rows_.first + begin + i);
          if (row != self && !is_skipped(rows_, begin + i)) see(q, row, distances[i]);
        }
      }
    }
  }

  MetricSpec metric_;
  ReferenceRows rows_;
};

// Seconds for one query and one row, measured with AVX-512.
f64 pair_cost(const MetricSpec& metric, f64 columns) {
  switch (metric.kind) {
    case Metric::Haversine: return 9e-9;
    case Metric::Minkowski: {
      if (metric.p <= 2 && metric.p == std::floor(metric.p)) break;
      const bool whole = metric.p <= 16 && metric.p == std::floor(metric.p);
      return 15e-9 + columns * (whole ? 0.3e-9 : 6e-9);
    }
    default: break;
  }
  return 1.5e-9 + 0.08e-9 * columns;
}

struct Build final : SearchMethod::Build {
  Build(const MetricSpec& metric, const ReferenceRows& rows) : index(std::make_unique<DirectIndex>(metric, rows)) {}
  u32 parts() const override { return 0; }
  void part(u32) override {}
  std::unique_ptr<SearchIndex> finish() override { return std::move(index); }
  std::unique_ptr<SearchIndex> index;
};

}  // namespace

SearchMethod direct_method() {
  SearchMethod method;
  method.name = "direct";
  method.takes = [](const MetricSpec&, const SearchShape&) { return true; };
  method.build_cost = [](const MetricSpec&, const SearchShape&) { return 0.0; };
  method.search_cost = [](const MetricSpec& metric, const SearchShape& shape) {
    // No sooner than the rows are read from memory, once for all queries of a call.
    const f64 rows = static_cast<f64>(shape.rows), columns = shape.columns;
    return rows * std::max(static_cast<f64>(shape.queries) * pair_cost(metric, columns), 100e-12 * columns);
  };
  method.bytes_per_row = [](const MetricSpec&, u32) { return std::size_t{0}; };
  method.build = [](const MetricSpec& metric, const ReferenceRows& rows, u32) -> std::unique_ptr<SearchMethod::Build> {
    return std::make_unique<Build>(metric, rows);
  };
  return method;
}

}  // namespace spillway
