// The counting sort that files a block of edges: counts by part and partition, then each edge to its place.
#include <algorithm>
#include <string>

#include "neighbors/graph_edges.h"

namespace spillway {
namespace {

constexpr u64 kCellsPerPart = 1 << 15;
constexpr u32 kPartitionsPerSpill = 64;

[[noreturn]] void outside(u64 edge, u32 end, u32 rows) {
  throw Error(ErrorCode::Data,
              "edge " + std::to_string(edge) + " ends at row " + std::to_string(end) + ", but the graph has " +
                  std::to_string(rows) + " rows, counted from 0",
              {{"edge", std::to_string(edge)}, {"row", std::to_string(end)}});
}

}  // namespace

ScatterWork::ScatterWork(std::shared_ptr<GraphEdges> edges, EdgeBlock block)
    : edges_(std::move(edges)), block_(std::move(block)), scratch_(edges_->budget()) {
  if (edges_->filling_.exchange(true)) {
    throw Error(ErrorCode::Argument, "edges are being added already, or adding some has failed");
  }
}

// Calls each(partition, key, cell) for every end that the part's edges are filed under.
template <class Each>
void ScatterWork::each_end(u32 part, Each&& each) const {
  const u64 first = part * kCellsPerPart, end = std::min(block_.cells, first + kCellsPerPart);
  const u32 rows = edges_->rows(), shift = edges_->shift(), mask = edges_->partition_rows() - 1;
  const u32* from = block_.from.empty() ? nullptr : block_.from.as<u32>();
  const u32* to = block_.to.as<u32>();
  const bool at_from = block_.side != EdgeSide::To, at_to = block_.side != EdgeSide::From;
  u32 row = from == nullptr ? block_.first_row + static_cast<u32>(first / block_.per_row) : 0;
  u32 left = from == nullptr ? block_.per_row - static_cast<u32>(first % block_.per_row) : 0;
  for (u64 cell = first; cell < end; ++cell) {
    if (from != nullptr) {
      row = from[cell];
    } else if (left-- == 0) {
      row += 1;
      left = block_.per_row - 1;
    }
    const u32 other = to[cell];
    if (from == nullptr && other == EdgeBlock::kNone) continue;
    if (row >= rows) outside(block_.first_cell + cell, row, rows);
    if (other >= rows) outside(block_.first_cell + cell, other, rows);
    if (at_from) each(row >> shift, EdgeKey::make(row & mask, other, false), cell);
    if (at_to) each(other >> shift, EdgeKey::make(other & mask, row, true), cell);
  }
}

// Turns counts into places: partition after partition, within one part after part.
void ScatterWork::place_parts() {
  const u32 partitions = edges_->partitions();
  made_.starts.resize(partitions + std::size_t{1});
  u64 at = 0;
  for (u32 p = 0; p < partitions; ++p) {
    made_.starts[p] = at;
    u64 within = 0;
    for (u32 part = 0; part < parts_; ++part) {
      u64& cursor = cursors_[std::size_t{part} * partitions + p];
      const u64 count = cursor;
      cursor = within;
      within += count;
    }
    at += within;
  }
  made_.starts[partitions] = at;
}

u32 ScatterWork::begin_step(u32 step) {
  GraphEdges& edges = *edges_;
  const u32 partitions = edges.partitions();
  if (step == 0) {
    parts_ = static_cast<u32>((block_.cells + kCellsPerPart - 1) / kCellsPerPart);
    scratch_.grow(
        std::size_t{parts_} * partitions * sizeof(u64) + block_.from.size() + block_.to.size() + block_.values.size(),
        "filing the edges of a graph");
    cursors_.resize(std::size_t{parts_} * partitions);
    return parts_;
  }
  if (step == 1) {
    place_parts();
    const std::size_t bytes = made_.starts[partitions] * edges.width();
    // The other half is for whoever reads the partitions.
    spilled_ = edges.resident_.bytes() + bytes > edges.budget_.cap() / 2 || !edges.resident_.try_grow(bytes);
    if (spilled_) scratch_.grow(bytes, "a block of a graph's edges");
    edges.bookkeeping_.grow(
        (std::size_t{partitions} + 1) * sizeof(u64) + (spilled_ ? std::size_t{partitions} * sizeof(SpillExtent) : 0),
        "the places of a graph's edges");
    made_.memory = Buffer(bytes);
    return parts_;
  }
  if (step == 2 && spilled_) {
    made_.extents.resize(partitions);
    edges.file();
    return (partitions + kPartitionsPerSpill - 1) / kPartitionsPerSpill;
  }
  if (spilled_) made_.memory = Buffer();
  for (u32 p = 0; p < partitions; ++p) edges.counts_[p] += made_.starts[p + 1] - made_.starts[p];
  edges.blocks_.push_back(std::move(made_));
  // Whoever waited for the end may hold this object for a while yet.
  block_ = EdgeBlock();
  std::vector<u64>().swap(cursors_);
  scratch_.clear();
  edges.filling_.store(false);
  return 0;
}

void ScatterWork::run_part(u32 step, u32 part) {
  const u32 partitions = edges_->partitions();
  u64* cursors = cursors_.data() + std::size_t{part} * partitions;
  if (step == 0) {
    each_end(part, [cursors](u32 partition, u64, u64) { cursors[partition] += 1; });
    return;
  }
  if (step == 2) return spill_part(part);
  const std::size_t width = edges_->width();
  const bool with_values = edges_->values();
  const f64* values = block_.values.empty() ? nullptr : block_.values.as<f64>();
  const u32 per_row = block_.per_row;
  each_end(part, [&, this](u32 partition, u64 key, u64 cell) {
    const u64 first = made_.starts[partition], place = cursors[partition]++;
    u8* at = made_.memory.data() + first * width;
    reinterpret_cast<u64*>(at)[place] = key;
    if (!with_values) return;
    const u64 count = made_.starts[partition + 1] - first;
    reinterpret_cast<f64*>(at)[count + place] = block_.ranks        ? static_cast<f64>(cell % per_row + 1)
                                                : values == nullptr ? 1
                                                                    : values[cell];
  });
}

void ScatterWork::spill_part(u32 part) {
  const u32 first = part * kPartitionsPerSpill;
  const u32 end = std::min(edges_->partitions(), first + kPartitionsPerSpill);
  for (u32 p = first; p < end; ++p) {
    const u64 count = made_.starts[p + 1] - made_.starts[p];
    if (count == 0) continue;
    made_.extents[p] =
        edges_->file_->append(made_.memory.data() + made_.starts[p] * edges_->width(), count * edges_->width());
  }
}

}  // namespace spillway
