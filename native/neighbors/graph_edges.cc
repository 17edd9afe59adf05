// Blocks of edges sorted by partition; the partitions are small enough to be sorted one by one.
#include "neighbors/graph_edges.h"

#include <algorithm>
#include <cstring>

namespace spillway {
namespace {

constexpr u32 kMostShift = 14;  // a partition is a few milliseconds of work
constexpr u32 kMostPartitions = 1 << 14;
constexpr u64 kMostBlockCells = 1 << 20, kLeastBlockCells = 1 << 10;
constexpr std::size_t kCellBytes = 64;     // of a block: two copies, one of them twice when both ends are filed
constexpr std::size_t kPartBytes = 32;     // of an edge while its partition is sorted
constexpr std::size_t kSegmentBytes = 32;  // what is remembered of a partition's part of a block

u32 shift_of(u32 partition_rows) {
  u32 shift = 0;
  while ((u32{1} << shift) < partition_rows) shift += 1;
  return shift;
}

// Partitions so small that every thread may sort one within a quarter of the memory, but so many only that remembering
// where their parts lie takes no more than another quarter.
u32 chosen_shift(const GraphEdges::Options& options, std::size_t memory, u64 block_cells, u32 threads) {
  if (options.partition_rows != 0) return shift_of(options.partition_rows);
  const u64 ends = 2 * options.expected, rows = std::max<u32>(options.rows, 1);
  const u64 per_row = (ends / rows + 1) * kPartBytes;
  u32 shift = kMostShift;
  while (shift > 0 && (per_row << shift) * threads > memory / 4) shift -= 1;
  // Enough of them to keep every thread busy, also in a small graph.
  while (shift > 8 && (rows >> shift) < 32) shift -= 1;
  const u64 blocks = options.expected / block_cells + 1;
  const u64 most = std::clamp<u64>(memory / 4 / kSegmentBytes / blocks, 1, kMostPartitions);
  while ((rows >> shift) >= most) shift += 1;
  return shift;
}

}  // namespace

GraphEdges::GraphEdges(Process& process, const Options& options)
    : process_(process),
      options_(options),
      budget_(process.memory, options.memory != 0 ? options.memory : process.memory.limit() / 2),
      resident_(budget_),
      bookkeeping_(budget_) {
  block_cells_ = std::clamp<u64>(budget_.cap() / 8 / kCellBytes, kLeastBlockCells, kMostBlockCells);
  shift_ = chosen_shift(options_, budget_.cap(), block_cells_, process.pool.size());
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
