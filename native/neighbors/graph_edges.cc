// Blocks of edges sorted by partition; the partitions are small enough to be sorted one by one.
#include "neighbors/graph_edges.h"

#include <algorithm>
#include <cstring>

namespace spillway {
namespace {

constexpr u32 kMostShift = 14;  // a partition is a few milliseconds of work
constexpr u32 kMostPartitions = 1 << 14;

// Few enough edges per partition that several threads hold one each within a fraction of the memory.
u32 chosen_shift(const GraphEdges::Options& options, std::size_t memory) {
  if (options.partition_rows != 0) {
    u32 shift = 0;
    while ((u32{1} << shift) < options.partition_rows) shift += 1;
    return shift;
  }
  const u64 bytes_per_row = 1 + 2 * options.expected / std::max<u64>(1, options.rows) * 16;
  u32 shift = kMostShift;
  while (shift > 0 && (u64{1} << shift) * bytes_per_row * 16 > memory) shift -= 1;
  // Enough of them to keep every thread busy, also in a small graph.
  while (shift > 8 && (options.rows >> shift) < 32) shift -= 1;
  while ((u64{options.rows} >> shift) >= kMostPartitions) shift += 1;
  return shift;
}

}  // namespace

GraphEdges::GraphEdges(Process& process, const Options& options)
    : process_(process),
      options_(options),
      budget_(process.memory, options.memory != 0 ? options.memory : process.memory.limit() / 2),
      resident_(budget_),
      bookkeeping_(budget_) {
  shift_ = chosen_shift(options_, budget_.cap());
  partitions_ = std::max<u32>(1, static_cast<u32>((u64{options_.rows} + partition_rows() - 1) >> shift_));
  counts_.resize(partitions_);
}

u64 GraphEdges::count() const {
  u64 sum = 0;
  for (u64 count : counts_) sum += count;
  return sum;
}

SpillFile& GraphEdges::file() {
  if (file_ == nullptr) {
    const ProcessSettings settings = process_.settings();
    store_ = std::make_unique<SpillStore>(settings.temp_directory, settings.max_spill);
    file_ = store_->create();
  }
  return *file_;
}

void GraphEdges::load(u32 partition, u64* keys, f64* values) const {
  Buffer read;
  for (const Block& block : blocks_) {
    const u64 first = block.starts[partition], count = block.starts[partition + 1] - first;
    if (count == 0) continue;
    const u8* from = block.memory.data() + first * width();
    if (block.memory.empty()) {
      if (read.size() < count * width()) read = Buffer(count * width());
      file_->read(block.extents[partition], read.data());
      from = read.data();
    }
    std::memcpy(keys, from, count * sizeof(u64));
    keys += count;
    if (!options_.values) continue;
    std::memcpy(values, from + count * sizeof(u64), count * sizeof(f64));
    values += count;
  }
}

void GraphEdges::clear() {
  blocks_.clear();
  file_.reset();
  resident_.clear();
  bookkeeping_.clear();
  std::fill(counts_.begin(), counts_.end(), 0);
}

}  // namespace spillway
