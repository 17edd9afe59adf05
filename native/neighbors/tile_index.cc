// The way for many columns: a float32 filter over tiles of queries and rows, then exact distances of what passes.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "kernels/distance.h"
#include "kernels/tile.h"
#include "neighbors/tile_queries.h"
#include "neighbors/tile_self_join.h"

namespace spillway {
namespace {

constexpr std::size_t kPanelBlockBytes = 512 * 1024;  // of panels: half of a second cache
constexpr u32 kPanelsPerPart = 64;
constexpr u32 kMostColumns = 8192;  // the bound's margins are for no more
// Some panels tell first how near the k nearest are at most: few rows pass then, whatever their order. A share f of the
// rows saves each of k neighbours about 1.7·ln(1/f) candidates and costs f times the tiles: the best f is where these
// meet.
constexpr f64 kCandidateSeconds = 0.17e-6;
constexpr u32 kLeastSample = 8;

f64 pair_seconds(u32 columns) { return 16e-12 + 17.2e-12 * columns; }

// Candidates wait until there are some, then are looked at together.
struct TileScratch final : SearchScratch {
  TileQueries queries;
  std::vector<f32> thresholds;
  std::vector<u32> counts, places, kept;
  std::vector<f64> distances;
  u32 limit = 0, room = 0;
  u32 masks[kTileQueries] = {0};

  void begin(const TilePanels& panels, const QueryRows& rows, u32 wanted) {
    queries.load(panels, rows);
    limit = std::clamp(wanted, 16u, 256u);
    room = limit + kTileRows;
    thresholds.assign(std::size_t{queries.groups()} * kTileQueries, std::numeric_limits<f32>::infinity());
    counts.assign(rows.count, 0);
    places.resize(std::size_t{rows.count} * room);
    kept.resize(room);
    distances.resize(room);
  }
};

// Some panels spread over a range.
class TileSample {
 public:
  TileSample(const TilePanels& panels, const TileQueries& queries, PlaceRange range, u32 k);

  bool is_worth_it() const { return taken_ != 0; }
  // Raises the thresholds of a group by what the sampled rows prove.
  void tighten(const QueryRows& queries, const NearestLists& found, u32 group, f32* thresholds) const;

 private:
  const TilePanels& panels_;
  const TileQueries& queries_;
  u32 wanted_;  // rows that have to be near
  u32 first_ = 0, step_ = 1, taken_ = 0, rounds_ = 0;
  std::vector<f32> offsets_;
};

TileSample::TileSample(const TilePanels& panels, const TileQueries& queries, PlaceRange range, u32 k)
    : panels_(panels), queries_(queries), wanted_(k + 1) {  // the row itself may be among them
  const u32 first = (range.first + kTileRows - 1) / kTileRows, end = range.end / kTileRows;  // whole panels
  if (end < first + 2 * kLeastSample) return;
  const u32 all = end - first;
  const f64 share = k * kCandidateSeconds / (f64{kTileRows} * all * pair_seconds(panels.shape().columns));
  taken_ = std::clamp(static_cast<u32>(std::min(share, 1.0) * all), kLeastSample, all);
  // Twice as many lanes as wanted, so that few of the nearest share one.
  rounds_ = (2 * wanted_ + kTileRows - 1) / kTileRows;
  if (rounds_ > taken_) {
    taken_ = 0;
    return;
  }
  first_ = first;
  step_ = all / taken_;
  offsets_.resize(std::size_t{taken_} * kTileRows);
  for (u32 i = 0; i < taken_; ++i) {
    const f32* from = panels.offsets() + std::size_t{first_ + i * step_} * kTileRows;
    for (u32 r = 0; r < kTileRows; ++r) offsets_[i * kTileRows + r] = queries.reach().surely(from[r]);
  }
}

void TileSample::tighten(const QueryRows& queries, const NearestLists& found, u32 group, f32* thresholds) const {
  std::vector<f32> best(std::size_t{kTileQueries} * kTileRows * rounds_, kTilePasses), scores(kTileRows * rounds_);
  for (u32 round = 0; round < rounds_; ++round) {
    const u32 from = taken_ * round / rounds_, to = taken_ * (round + 1) / rounds_;
    TileBest job;
    job.panels = panels_.values();
    job.offsets = offsets_.data() + std::size_t{from} * kTileRows;
    job.queries = queries_.group(group);
    job.columns = panels_.shape().columns;
    job.panel = first_ + from * step_;
    job.end = first_ + to * step_;
    job.step = step_;
    job.best = best.data() + std::size_t{round} * kTileQueries * kTileRows;
    tile_kernels().best(job);
  }
  for (u32 lane = 0; lane < kTileQueries && group * kTileQueries + lane < queries.count; ++lane) {
    const u32 q = group * kTileQueries + lane;
    for (u32 i = 0; i < scores.size(); ++i) {
      scores[i] = best[(std::size_t{i / kTileRows} * kTileQueries + lane) * kTileRows + i % kTileRows];
    }
    std::nth_element(scores.begin(), scores.begin() + (wanted_ - 1), scores.end(), std::greater<f32>());
    const f64 most = std::min(queries_.at_most(q, scores[wanted_ - 1]), found.worst(q));
    thresholds[lane] = std::max(thresholds[lane], queries_.threshold(q, most));
  }
}

class TileIndex final : public SearchIndex {
 public:
  explicit TileIndex(std::unique_ptr<TilePanels> panels) : panels_(std::move(panels)) {}

  const char* method() const override { return "tile"; }
  std::unique_ptr<SearchScratch> make_scratch() const override { return std::make_unique<TileScratch>(); }
  std::unique_ptr<SelfJoin> self_join(u32 k, bool exclude_self, u32) const override {
    return tile_self_join(*this, *panels_, k, exclude_self);
  }
  std::size_t bytes() const override { return panels_->bytes(); }
  std::vector<IndexSection> sections() const override { return panels_->sections(); }

  void nearest(const QueryRows& queries, PlaceRange range, NearestLists& found, SearchScratch& given) const override {
    TileScratch& scratch = static_cast<TileScratch&>(given);
    scratch.begin(*panels_, queries, found.k());
    for (u32 q = 0; q < queries.count; ++q) scratch.thresholds[q] = scratch.queries.threshold(q, found.worst(q));
    const TileSample sample(*panels_, scratch.queries, range, found.k());
    for (u32 g = 0; g < scratch.queries.groups() && sample.is_worth_it(); ++g) {
      const u32 first = g * kTileQueries, end = std::min(first + kTileQueries, queries.count);
      bool known = true;
      for (u32 q = first; q < end; ++q) known = known && found.worst(q) != std::numeric_limits<f64>::infinity();
      if (!known) sample.tighten(queries, found, g, scratch.thresholds.data() + first);
    }
    search(range, scratch, [&](u32 q) {
      const u32 count = measure(queries, range, scratch, q);
      bool changed = false;
      for (u32 i = 0; i < count; ++i) {
        const f64 distance = scratch.distances[i];
        if (!(distance <= found.worst(q))) continue;
        found.offer(q, distance, row_at(scratch.kept[i]));
        changed = true;
      }
      if (changed) {
        scratch.thresholds[q] = std::max(scratch.thresholds[q], scratch.queries.threshold(q, found.worst(q)));
      }
    });
  }

  void within(const QueryRows& queries, PlaceRange range, f64 radius, WithinLists& found,
              SearchScratch& given) const override {
    TileScratch& scratch = static_cast<TileScratch&>(given);
    scratch.begin(*panels_, queries, 256);
    for (u32 q = 0; q < queries.count; ++q) scratch.thresholds[q] = scratch.queries.threshold(q, radius);
    search(range, scratch, [&](u32 q) {
      const u32 count = measure(queries, range, scratch, q);
      for (u32 i = 0; i < count; ++i) {
        const f64 distance = scratch.distances[i];
        if (distance <= radius) found.add(q, distance, row_at(scratch.kept[i]));
      }
    });
  }

 private:
  u32 row_at(u32 place) const { return static_cast<u32>(panels_->rows().first + place); }

  // Exact distances of the candidates that may be reported at all; how many these are.
  u32 measure(const QueryRows& queries, PlaceRange range, TileScratch& scratch, u32 q) const {
    const ReferenceRows& rows = panels_->rows();
    const MetricSpec& metric = panels_->metric();
    const u32 self = queries.self == nullptr ? QueryRows::kNone : queries.self[q];
    const u32* places = scratch.places.data() + std::size_t{q} * scratch.room;
    u32 count = 0;
    for (u32 i = 0; i < scratch.counts[q]; ++i) {
      const u32 place = places[i];
      if (place >= range.first && place < range.end && row_at(place) != self) scratch.kept[count++] = place;
    }
    scratch.candidates += scratch.counts[q];
    scratch.exact += count;
    scratch.counts[q] = 0;
    const f64* x = queries.rows + std::size_t{q} * rows.columns;
    const DistanceTable& kernels = distance_kernels();
    if (rows.floats != nullptr) {
      kernels.at_floats(static_cast<u32>(metric.kind), metric.p, x, rows.floats, scratch.kept.data(), count,
                        rows.columns, scratch.distances.data());
    } else {
      kernels.at_doubles(static_cast<u32>(metric.kind), metric.p, x, rows.doubles, scratch.kept.data(), count,
                         rows.columns, scratch.distances.data());
    }
    return count;
  }

  // Calls flush(query) when its candidates have become many, and at the end.
  template <class Flush>
  void search(PlaceRange range, TileScratch& scratch, Flush flush) const {
    if (range.first >= range.end) return;
    const u32 first = range.first / kTileRows, end = (range.end + kTileRows - 1) / kTileRows;
    const std::size_t panel_bytes = std::size_t{panels_->shape().columns} * kTileRows * sizeof(f32);
    const u32 block = static_cast<u32>(std::max<std::size_t>(1, kPanelBlockBytes / panel_bytes));
    for (u32 b = first; b < end; b += std::min(block, end - b)) {
      for (u32 g = 0; g < scratch.queries.groups(); ++g) run(g, b, b + std::min(block, end - b), scratch, flush);
    }
    for (u32 q = 0; q < scratch.queries.count(); ++q) {
      if (scratch.counts[q] != 0) flush(q);
    }
  }

  template <class Flush>
  void run(u32 group, u32 first, u32 end, TileScratch& scratch, Flush& flush) const {
    const TileTable& kernels = tile_kernels();
    TileScan job;
    job.panels = panels_->values();
    job.offsets = panels_->offsets();
    job.queries = scratch.queries.group(group);
    job.thresholds = scratch.thresholds.data() + std::size_t{group} * kTileQueries;
    job.columns = panels_->shape().columns;
    job.step = 1;
    job.end = end;
    job.masks = scratch.masks;
    for (job.panel = first; job.panel < end; ++job.panel) {
      job.panel = kernels.scan(job);
      if (job.panel >= end) return;
      collect(group, job.panel, scratch, flush);
    }
  }

  template <class Flush>
  void collect(u32 group, u32 panel, TileScratch& scratch, Flush& flush) const {
    for (u32 lane = 0; lane < kTileQueries; ++lane) {
      u32 mask = scratch.masks[lane];
      if (mask == 0) continue;
      scratch.masks[lane] = 0;
      const u32 q = group * kTileQueries + lane;
      u32* places = scratch.places.data() + std::size_t{q} * scratch.room;
      u32 count = scratch.counts[q];
      for (; mask != 0; mask &= mask - 1) {
        places[count++] = panel * kTileRows + static_cast<u32>(__builtin_ctz(mask));
      }
      scratch.counts[q] = count;
      if (count >= scratch.limit) flush(q);
    }
  }

  std::unique_ptr<TilePanels> panels_;
};

struct TileBuild final : SearchMethod::Build {
  TileBuild(const MetricSpec& metric, const ReferenceRows& rows) : panels(std::make_unique<TilePanels>(metric, rows)) {}
  u32 parts() const override { return (panels->count() + kPanelsPerPart - 1) / kPanelsPerPart; }
  void part(u32 index) override {
    const u32 first = index * kPanelsPerPart;
    panels->pack(first, std::min(panels->count(), first + kPanelsPerPart));
  }
  std::unique_ptr<SearchIndex> finish() override { return std::make_unique<TileIndex>(std::move(panels)); }
  std::unique_ptr<TilePanels> panels;
};

}  // namespace

SearchMethod tile_method() {
  SearchMethod method;
  method.name = "tile";
  method.takes = [](const MetricSpec& metric, const SearchShape& shape) {
    return static_cast<u8>(metric.kind) <= static_cast<u8>(Metric::InnerProduct) && shape.columns >= 1 &&
           shape.columns <= kMostColumns;
  };
  method.build_cost = [](const MetricSpec&, const SearchShape& shape) {
    return 2e-6 + static_cast<f64>(shape.rows) * (20e-9 + 1.6e-9 * shape.columns);
  };
  // Measured on a core that multiplies and adds 115·10⁹ times a second (native/bench/tile_bench.cc): a multiple of
  // twelve queries costs its tiles, each candidate its exact distance.
  method.search_cost = [](const MetricSpec&, const SearchShape& shape) {
    const f64 queries = static_cast<f64>(shape.queries), columns = shape.columns, rows = static_cast<f64>(shape.rows);
    const f64 computed = std::ceil(queries / kTileQueries) * kTileQueries;
    const f64 wanted = std::min(shape.k == 0 ? 20.0 : shape.k, rows);
    const f64 candidates = std::min(rows, 20 + 6 * wanted);
    return computed * rows * pair_seconds(shape.columns) + queries * (candidates * (60e-9 + 0.4e-9 * columns) + 2e-6);
  };
  method.bytes_per_row = [](const MetricSpec&, u32 columns) { return (std::size_t{columns} + 1) * sizeof(f32); };
  method.build = [](const MetricSpec& metric, const ReferenceRows& rows, u32) -> std::unique_ptr<SearchMethod::Build> {
    return std::make_unique<TileBuild>(metric, rows);
  };
  method.restore = [](const MetricSpec& metric, const ReferenceRows& rows, const std::vector<IndexSection>& sections,
                      std::shared_ptr<const void> memory) -> std::unique_ptr<SearchIndex> {
    return std::make_unique<TileIndex>(std::make_unique<TilePanels>(metric, rows, sections, std::move(memory)));
  };
  return method;
}

}  // namespace spillway
