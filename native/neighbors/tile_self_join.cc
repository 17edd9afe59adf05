// Rows in blocks; a part is a pair of blocks. Lists belong to blocks, and whoever offers holds the block's lock; which
// rows are kept does not depend on who comes first.
#include "neighbors/tile_self_join.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "kernels/distance.h"
#include "kernels/tile.h"
#include "neighbors/tile_bound.h"

namespace spillway {
namespace {

constexpr u32 kUnit = 96;            // rows of whole panels and of whole groups of queries
constexpr f64 kPairColumns = 120e6;  // of a part: a few milliseconds
constexpr u32 kMostBlocks = 60'000;
constexpr u32 kWaiting = 64;  // candidates of a row that are looked at together

u32 rows_per_block(u32 rows, u32 columns) {
  const f64 wanted = std::sqrt(kPairColumns / (columns + 4.0));
  const u64 units = std::max(static_cast<u64>(std::clamp(wanted, 192.0, 3072.0)) / kUnit,
                             (u64{rows} / kMostBlocks + kUnit - 1) / kUnit);
  return static_cast<u32>(units * kUnit);
}

bool is_skipped(const ReferenceRows& rows, u32 place) {
  return rows.skipped != nullptr && (rows.skipped[place / 64] >> (place % 64) & 1) != 0;
}

// Rows [first, first + count) and what they have found. The mutex guards all but the numbers.
struct Block {
  u32 first = 0, count = 0;
  std::mutex mutex;
  bool seeded = false;  // its own rows were looked at; until then the rest is empty
  std::unique_ptr<NearestLists> found;
  std::vector<TileBound> bounds;
  std::vector<f32> limits;
};

class TileSelfJoin final : public SelfJoin {
 public:
  TileSelfJoin(const SearchIndex& index, const TilePanels& panels, u32 k, bool exclude_self)
      : index_(index),
        panels_(panels),
        reach_(panels),
        k_(k),
        exclude_self_(exclude_self),
        per_block_(rows_per_block(panels.rows().count, panels.shape().columns)),
        blocks_((panels.rows().count + per_block_ - 1) / per_block_) {
    for (u32 b = 0; b < blocks_.size(); ++b) {
      blocks_[b].first = b * per_block_;
      blocks_[b].count = std::min(per_block_, panels.rows().count - blocks_[b].first);
    }
  }

  u32 parts() const override {
    const u64 blocks = blocks_.size();
    return static_cast<u32>(blocks + blocks * (blocks - 1) / 2);
  }

  // First every block with itself; then with the next, with the one after …, around.
  void part(u32 index) override {
    const u32 blocks = static_cast<u32>(blocks_.size());
    if (index < blocks) {
      std::lock_guard<std::mutex> lock(blocks_[index].mutex);
      return seed(blocks_[index]);
    }
    const u32 from = index % blocks;
    join(blocks_[from], blocks_[(u64{from} + index / blocks) % blocks]);
  }

  u32 take(u32 place, u32* rows, f64* distances) override {
    Block& block = blocks_[place / per_block_];
    const u32 row = place - block.first;
    const u32 count = block.found->count(row);
    block.found->take(row, rows, distances);
    return count;
  }

 private:
  // One thread's view of a block while it looks at pairs: limits may be older than the block's, which only lets more
  // rows through.
  struct Side {
    std::vector<f32> limits, offsets;
  };
  // Working memory of a part.
  struct Bench {
    Side rows, columns;
    std::vector<f32> values;
    std::vector<f64> x, distances;
    std::vector<u32> waiting[kTileQueries];
  };

  void seed(Block& block);
  void join(Block& one, Block& other);
  void view(Block& block, Side& side);
  void pack(const Block& block, u32 row, std::vector<f32>& values) const;
  bool offer(Block& block, u32 row, f64 distance, u32 place);
  f32 limit(Block& block, u32 row);
  void measure(Block& one, Block& other, u32 group, Bench& bench);
  u32 number(u32 place) const { return static_cast<u32>(panels_.rows().first + place); }
  void read_row(u32 place, f64* into) const;

  const SearchIndex& index_;
  const TilePanels& panels_;
  TileReach reach_;
  u32 k_;
  bool exclude_self_;
  u32 per_block_;
  std::vector<Block> blocks_;
};

void TileSelfJoin::read_row(u32 place, f64* into) const {
  const ReferenceRows& rows = panels_.rows();
  const std::size_t at = std::size_t{place} * rows.columns;
  if (rows.floats != nullptr) {
    std::copy_n(rows.floats + at, rows.columns, into);
  } else {
    std::copy_n(rows.doubles + at, rows.columns, into);
  }
}

// Under the block's lock: the rows of the block as queries among themselves.
void TileSelfJoin::seed(Block& block) {
  if (block.seeded) return;
  const u32 columns = panels_.shape().columns;
  block.found = std::make_unique<NearestLists>(block.count, k_);
  block.bounds.resize(block.count);
  block.limits.assign(block.count, kTilePasses);
  std::vector<f64> values(std::size_t{block.count} * columns);
  std::vector<u32> self(block.count);
  // Rows that are skipped are asked for as rows of zeros, whose answers are thrown away.
  for (u32 r = 0; r < block.count; ++r) {
    self[r] = exclude_self_ ? number(block.first + r) : QueryRows::kNone;
    if (!is_skipped(panels_.rows(), block.first + r)) {
      read_row(block.first + r, values.data() + std::size_t{r} * columns);
    } else {
      values[std::size_t{r} * columns] = 1;
    }
  }
  index_.nearest({values.data(), block.count, self.data()}, {block.first, block.first + block.count}, *block.found,
                 *index_.make_scratch());
  std::vector<u32> thrown_rows(k_);
  std::vector<f64> thrown_distances(k_);
  for (u32 r = 0; r < block.count; ++r) {
    const u32 place = block.first + r;
    if (is_skipped(panels_.rows(), place)) {
      block.found->take(r, thrown_rows.data(), thrown_distances.data());
      block.limits[r] = std::numeric_limits<f32>::infinity();
      continue;
    }
    if (panels_.offsets()[place] == kTilePasses) continue;
    const f32* packed = panels_.panel(place / kTileRows) + place % kTileRows;
    f64 squares = 0;
    for (u32 j = 0; j < columns; ++j) {
      const f64 value = static_cast<f64>(packed[std::size_t{j} * kTileRows]);
      squares += value * value;
    }
    block.bounds[r] = reach_.of_row(squares / 2);
    block.limits[r] = reach_.pair_limit(block.bounds[r], panels_.offsets()[place], block.found->worst(r));
  }
  block.seeded = true;
}

// To whole panels and groups; what is beyond the rows never passes.
void TileSelfJoin::view(Block& block, Side& side) {
  const u32 padded = (block.count + kUnit - 1) / kUnit * kUnit;
  side.limits.assign(padded, std::numeric_limits<f32>::infinity());
  side.offsets.assign(padded, std::numeric_limits<f32>::infinity());
  std::copy_n(panels_.offsets() + block.first, block.count, side.offsets.begin());
  std::lock_guard<std::mutex> lock(block.mutex);
  seed(block);
  std::copy_n(block.limits.begin(), block.count, side.limits.begin());
}

// Twelve rows from `row` on, side by side.
void TileSelfJoin::pack(const Block& block, u32 row, std::vector<f32>& values) const {
  const u32 columns = panels_.shape().columns;
  for (u32 lane = 0; lane < kTileQueries; ++lane) {
    const u32 place = block.first + row + lane;
    const bool there = row + lane < block.count;
    const f32* packed = there ? panels_.panel(place / kTileRows) + place % kTileRows : nullptr;
    for (u32 j = 0; j < columns; ++j) {
      values[std::size_t{j} * kTileQueries + lane] = there ? packed[std::size_t{j} * kTileRows] : 0;
    }
  }
}

bool TileSelfJoin::offer(Block& block, u32 row, f64 distance, u32 place) {
  if (!(distance <= block.found->worst(row))) return false;
  block.found->offer(row, distance, number(place));
  return true;
}

// Of what a list has found by now.
f32 TileSelfJoin::limit(Block& block, u32 row) {
  block.limits[row] =
      reach_.pair_limit(block.bounds[row], panels_.offsets()[block.first + row], block.found->worst(row));
  return block.limits[row];
}

// All candidates of twelve rows, so that each lock is taken once.
void TileSelfJoin::measure(Block& one, Block& other, u32 group, Bench& bench) {
  const ReferenceRows& resident = panels_.rows();
  const MetricSpec& metric = panels_.metric();
  std::size_t all = 0;
  for (const std::vector<u32>& waiting : bench.waiting) all += waiting.size();
  if (all == 0) return;
  bench.x.resize(resident.columns);
  if (bench.distances.size() < all) bench.distances.resize(2 * all);
  f64* distances = bench.distances.data();
  for (u32 lane = 0; lane < kTileQueries; ++lane) {
    const std::vector<u32>& waiting = bench.waiting[lane];
    if (waiting.empty()) continue;
    read_row(one.first + group + lane, bench.x.data());
    const u32 count = static_cast<u32>(waiting.size());
    if (resident.floats != nullptr) {
      distance_kernels().at_floats(static_cast<u32>(metric.kind), metric.p, bench.x.data(), resident.floats,
                                   waiting.data(), count, resident.columns, distances);
    } else {
      distance_kernels().at_doubles(static_cast<u32>(metric.kind), metric.p, bench.x.data(), resident.doubles,
                                    waiting.data(), count, resident.columns, distances);
    }
    distances += count;
  }
  {
    std::lock_guard<std::mutex> lock(one.mutex);
    const f64* distance = bench.distances.data();
    for (u32 lane = 0; lane < kTileQueries; ++lane) {
      if (bench.waiting[lane].empty()) continue;
      const u32 row = group + lane;
      bool changed = false;
      for (u32 place : bench.waiting[lane]) changed |= offer(one, row, *distance++, place);
      bench.rows.limits[row] = changed ? limit(one, row) : one.limits[row];
    }
  }
  std::lock_guard<std::mutex> lock(other.mutex);
  const f64* distance = bench.distances.data();
  for (u32 lane = 0; lane < kTileQueries; ++lane) {
    for (u32 place : bench.waiting[lane]) {
      const u32 found = place - other.first;
      if (offer(other, found, *distance++, one.first + group + lane)) bench.columns.limits[found] = limit(other, found);
    }
    bench.waiting[lane].clear();
  }
}

void TileSelfJoin::join(Block& one, Block& other) {
  Bench bench;
  view(one, bench.rows);
  view(other, bench.columns);
  bench.values.resize(std::size_t{panels_.shape().columns} * kTileQueries);
  u32 masks[kTileQueries] = {0};
  TilePairs job;
  job.panels = panels_.panel(other.first / kTileRows);
  job.offsets = bench.columns.offsets.data();
  job.limits = bench.columns.limits.data();
  job.queries = bench.values.data();
  job.columns = panels_.shape().columns;
  job.end = (other.count + kTileRows - 1) / kTileRows;
  job.masks = masks;
  for (u32 group = 0; group < one.count; group += kTileQueries) {
    pack(one, group, bench.values);
    job.query_offsets = bench.rows.offsets.data() + group;
    job.query_limits = bench.rows.limits.data() + group;
    for (job.panel = 0; job.panel < job.end; ++job.panel) {
      job.panel = tile_kernels().pairs(job);
      if (job.panel >= job.end) break;
      bool many = false;
      for (u32 lane = 0; lane < kTileQueries; ++lane) {
        if (masks[lane] == 0) continue;
        std::vector<u32>& waiting = bench.waiting[lane];
        for (u32 mask = masks[lane]; mask != 0; mask &= mask - 1) {
          waiting.push_back(other.first + job.panel * kTileRows + static_cast<u32>(__builtin_ctz(mask)));
        }
        masks[lane] = 0;
        many |= waiting.size() >= kWaiting;
      }
      if (many) measure(one, other, group, bench);
    }
    measure(one, other, group, bench);
  }
}

}  // namespace

std::unique_ptr<SelfJoin> tile_self_join(const SearchIndex& index, const TilePanels& panels, u32 k, bool exclude_self) {
  const u32 rows = panels.rows().count;
  if (panels.shape().kind == TileKind::Product) return nullptr;
  if (rows < 2 * rows_per_block(rows, panels.shape().columns)) return nullptr;
  return std::make_unique<TileSelfJoin>(index, panels, k, exclude_self);
}

}  // namespace spillway
