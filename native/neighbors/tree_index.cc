// The way for few coordinates: a tree of boxes over leaves of points.
#include <algorithm>

#include "kernels/distance.h"
#include "neighbors/search_index.h"
#include "neighbors/tree_build.h"
#include "neighbors/tree_cost.h"
#include "neighbors/tree_join.h"
#include "neighbors/tree_restore.h"

namespace spillway {
namespace {

constexpr u32 kCollected = 4096;  // matches taken from a walk at a time

constexpr u32 kFewQueries = 16;                        // not worth an order
constexpr std::size_t kCached = std::size_t{1} << 19;  // bytes of a tree that stay in the cache in any order

struct Scratch final : SearchScratch {
  std::vector<f64> x;  // queries as the tree has them
  std::vector<u64> order;
  std::vector<u32> leaves;
  std::vector<f64> distances;
  std::vector<u32> places;
};

class TreeIndex final : public SearchIndex {
 public:
  TreeIndex(const MetricSpec& metric, const ReferenceRows& rows, std::unique_ptr<TreeStorage> storage)
      : metric_(metric), rows_(rows), storage_(std::move(storage)) {}

  const char* method() const override { return "tree"; }
  std::unique_ptr<SearchScratch> make_scratch() const override { return std::make_unique<Scratch>(); }
  std::size_t bytes() const override { return storage_->bytes(); }
  std::vector<IndexSection> sections() const override {
    return {{"places", storage_->view.places, std::size_t{storage_->leaf_count()} * kLeafPoints * sizeof(u32)}};
  }
  std::unique_ptr<SelfJoin> self_join(u32 k, bool exclude_self, u32) const override {
    if (storage_->geometry.filter) return nullptr;
    return std::make_unique<TreeJoin>(rows_, *storage_, k, exclude_self);
  }

  void nearest(const QueryRows& queries, PlaceRange range, NearestLists& found, SearchScratch& given) const override {
    if (storage_->view.level_count == 0) return;
    Scratch& scratch = static_cast<Scratch&>(given);
    const u32 k = std::min(found.k(), storage_->view.points);
    scratch.distances.resize(std::max(k, kLeafPoints));
    scratch.places.resize(std::max(k, kLeafPoints));
    arrange(queries, scratch);
    for (u64 at : scratch.order) {
      const u32 q = static_cast<u32>(at);
      TreeQuery query = query_of(queries, q, range, scratch);
      query.start = static_cast<u32>(at >> 32);
      if (storage_->geometry.filter) {
        filtered_nearest(queries, q, query, found, scratch);
        continue;
      }
      query.limit = found.worst(q);
      u32 count = kernels_.nearest(storage_->view, query, k, scratch.distances.data(), scratch.places.data());
      // The farthest first: a heap takes them without moving any.
      while (count-- > 0) found.offer(q, scratch.distances[count], row_of(scratch.places[count]));
    }
  }

  void within(const QueryRows& queries, PlaceRange range, f64 radius, WithinLists& found,
              SearchScratch& given) const override {
    if (storage_->view.level_count == 0) return;
    Scratch& scratch = static_cast<Scratch&>(given);
    scratch.distances.resize(kCollected);
    scratch.places.resize(kCollected);
    const bool whole = range.first == 0 && range.end == rows_.count;
    arrange(queries, scratch);
    for (u64 at : scratch.order) {
      const u32 q = static_cast<u32>(at);
      TreeQuery query = query_of(queries, q, range, scratch);
      if (found.count_only() && whole && !storage_->geometry.filter) {
        query.limit = radius;
        const f64* x = queries.rows + std::size_t{q} * rows_.columns;
        const u64 itself = self_within(x, query.self, radius) ? 1 : 0;
        query.self = kTreeNone;  // a box that is counted at once holds it as well
        found.add_counted(q, kernels_.count(storage_->view, query) - itself);
        continue;
      }
      const f64* x = queries.rows + std::size_t{q} * rows_.columns;
      TreeWalk walk = begun(false);
      walk.limit = storage_->geometry.filter ? limit_of(x, radius) : radius;
      while (walk.waiting > 0) {
        const u32 count =
            kernels_.collect(storage_->view, query, &walk, scratch.distances.data(), scratch.places.data(), kCollected);
        if (storage_->geometry.filter) measure(x, scratch, count);
        for (u32 i = 0; i < count; ++i) {
          if (scratch.distances[i] <= radius) found.add(q, scratch.distances[i], row_of(scratch.places[i]));
        }
      }
    }
  }

 private:
  u32 row_of(u32 place) const { return static_cast<u32>(rows_.first + place); }

  TreeWalk begun(bool pause) const {
    TreeWalk walk;
    walk.pause = pause;
    walk.waiting = 1;
    walk.bounds[0] = 0;
    walk.nodes[0] = u64{storage_->view.level_count - 1} << 32;
    return walk;
  }

  f64 limit_of(const f64* x, f64 distance) const {
    return filter_limit(metric_, storage_->geometry, x, storage_->reach, distance);
  }

  // Distances of what a filter let through.
  void measure(const f64* x, Scratch& scratch, u32 count) const {
    scratch.candidates += count;
    measure(x, scratch.places.data(), count, scratch.distances.data());
  }
  void measure(const f64* x, const u32* places, u32 count, f64* distances) const {
    const u32 kind = static_cast<u32>(metric_.kind);
    if (rows_.floats != nullptr) {
      distance_kernels().at_floats(kind, metric_.p, x, rows_.floats, places, count, rows_.columns, distances);
    } else {
      distance_kernels().at_doubles(kind, metric_.p, x, rows_.doubles, places, count, rows_.columns, distances);
    }
  }

  // Leaf by leaf: what one lets through is measured before the next is looked into.
  void filtered_nearest(const QueryRows& queries, u32 q, const TreeQuery& query, NearestLists& found,
                        Scratch& scratch) const {
    const f64* x = queries.rows + std::size_t{q} * rows_.columns;
    TreeWalk walk = begun(true);
    f64 worst = found.worst(q);
    walk.limit = limit_of(x, worst);
    while (walk.waiting > 0) {
      const u32 count =
          kernels_.collect(storage_->view, query, &walk, scratch.distances.data(), scratch.places.data(), kLeafPoints);
      measure(x, scratch, count);
      for (u32 i = 0; i < count; ++i) found.offer(q, scratch.distances[i], row_of(scratch.places[i]));
      if (found.worst(q) == worst) continue;
      worst = found.worst(q);
      walk.limit = limit_of(x, worst);
    }
  }

  // Queries that look into the same leaves come after each other: (leaf to start with, query).
  void arrange(const QueryRows& queries, Scratch& scratch) const {
    const TreeGeometry& geometry = storage_->geometry;
    scratch.x.resize(std::size_t{queries.count} * geometry.columns);
    for (u32 q = 0; q < queries.count; ++q) {
      tree_coordinates(geometry, queries.rows + std::size_t{q} * rows_.columns,
                       scratch.x.data() + std::size_t{q} * geometry.columns);
    }
    scratch.order.resize(queries.count);
    if (queries.count < kFewQueries || storage_->bytes() < kCached) {
      for (u32 q = 0; q < queries.count; ++q) scratch.order[q] = u64{kTreeNone} << 32 | q;
      return;
    }
    scratch.leaves.resize(queries.count);
    kernels_.leaves(storage_->view, scratch.x.data(), queries.count, scratch.leaves.data());
    for (u32 q = 0; q < queries.count; ++q) scratch.order[q] = u64{scratch.leaves[q]} << 32 | q;
    std::sort(scratch.order.begin(), scratch.order.end());
  }

  TreeQuery query_of(const QueryRows& queries, u32 q, PlaceRange range, Scratch& scratch) const {
    TreeQuery query;
    query.looked = &scratch.exact;
    query.x = scratch.x.data() + std::size_t{q} * storage_->geometry.columns;
    query.limit = 0;
    query.first = range.first;
    query.end = range.first == 0 && range.end == rows_.count ? kTreeNone : range.end;
    query.start = kTreeNone;
    const u32 self = queries.self == nullptr ? QueryRows::kNone : queries.self[q];
    const bool here = self != QueryRows::kNone && self >= rows_.first && self - rows_.first < rows_.count;
    query.self = here ? static_cast<u32>(self - rows_.first) : kTreeNone;
    return query;
  }

  // Whether a count holds the row that the query is.
  bool self_within(const f64* x, u32 self, f64 radius) const {
    if (self == kTreeNone) return false;
    if (is_skipped(rows_, self)) return false;
    f64 distance;
    measure(x, &self, 1, &distance);
    return distance <= radius;
  }

  MetricSpec metric_;
  ReferenceRows rows_;
  std::unique_ptr<TreeStorage> storage_;
  const LeafTable& kernels_ = leaf_kernels();
};

struct Build final : SearchMethod::Build {
  Build(const MetricSpec& metric, const ReferenceRows& rows, u32 threads)
      : metric(metric), rows(rows), build(TreeBuild::make(metric, rows, threads)) {}
  u32 parts() const override { return build->parts(); }
  void part(u32 index) override { build->part(index); }
  std::unique_ptr<SearchIndex> finish() override { return std::make_unique<TreeIndex>(metric, rows, build->finish()); }
  MetricSpec metric;
  ReferenceRows rows;
  std::unique_ptr<TreeBuild> build;
};

}  // namespace

SearchMethod tree_method() {
  SearchMethod method;
  method.name = "tree";
  method.ranged = false;
  method.takes = [](const MetricSpec& metric, const SearchShape& shape) { return tree_takes(metric, shape.columns); };
  method.build_cost = tree_build_cost;
  method.search_cost = tree_search_cost;
  // Doubles, a place and a share of the boxes; twice more rows with their places while it is built.
  method.bytes_per_row = [](const MetricSpec& metric, u32 columns) {
    const std::size_t values = tree_geometry(metric, columns).columns;
    return (8 * values + 4 + values) + 2 * (8 * values + 8);
  };
  method.build = [](const MetricSpec& metric, const ReferenceRows& rows,
                    u32 threads) -> std::unique_ptr<SearchMethod::Build> {
    return std::make_unique<Build>(metric, rows, threads);
  };
  method.restore = [](const MetricSpec& metric, const ReferenceRows& rows, const std::vector<IndexSection>& sections,
                      std::shared_ptr<const void>) -> std::unique_ptr<SearchIndex> {
    return std::make_unique<TreeIndex>(metric, rows, restore_tree(metric, rows, sections));
  };
  return method;
}

}  // namespace spillway
