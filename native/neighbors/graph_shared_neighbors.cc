// A row meets all who have one of its neighbours: the work is the number of meetings, never the square of the rows.
#include "neighbors/graph_shared_neighbors.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr u32 kNone = EdgeBlock::kNone;
constexpr u32 kRowsPerPart = 256;

EdgeRowsWork::Options all_of(const GraphEdges& edges) {
  EdgeRowsWork::Options options;
  options.end = edges.partitions();
  options.consume = true;
  options.shape.values = edges.values();
  return options;
}

}  // namespace

NeighborLists::NeighborLists(Process& process, u32 rows, u32 k, std::size_t memory)
    : rows_(rows),
      k_(k),
      budget_(process.memory, memory != 0 ? memory : process.memory.limit() / 2),
      reserved_(budget_) {
  const std::size_t cells = std::size_t{rows} * k;
  reserved_.grow(cells * sizeof(u32), "the neighbours of every row");
  cells_ = Buffer(cells * sizeof(u32));
  std::fill_n(cells_.as<u32>(), cells, kNone);
}

u32 NeighborLists::length(u32 row) const {
  const u32* list = of(row);
  u32 length = k_;
  while (length > 0 && list[length - 1] == kNone) length -= 1;
  return length;
}

TurnListsWork::TurnListsWork(std::shared_ptr<NeighborLists> lists, std::shared_ptr<GraphEdges> edges)
    : lists_(std::move(lists)), rows_(edges, all_of(*edges)) {
  if (edges->rows() != lists_->rows()) throw Error(ErrorCode::Argument, "edges that are not of these lists");
}

u32 TurnListsWork::begin_step(u32 step) {
  const u32 parts = rows_.begin_step(step);
  if (parts != 0) return parts;
  EdgeRows turned = rows_.take();
  lists_->reserved_.grow(turned.offsets.size() + turned.columns.size() + turned.values.size(),
                         "who has which neighbour");
  lists_->turned_ = std::move(turned);
  return 0;
}

SharedNeighborsWork::Scratch::Scratch(NeighborLists& lists) : reserved(lists.budget()), rows(lists.rows()) {
  const std::size_t bytes = std::size_t{lists.rows()} * sizeof(u32);
  reserved.grow(bytes + RowSet::bytes(lists.rows()), "counting shared neighbours");
  seen = Buffer(bytes);
  std::fill_n(seen.as<u32>(), lists.rows(), 0);
}

SharedNeighborsWork::SharedNeighborsWork(std::shared_ptr<NeighborLists> lists, const Options& options)
    : lists_(std::move(lists)), options_(options), assembly_(lists_->budget(), options.shape) {
  if (!lists_->turned() || (options_.weight == SharedWeight::Rank && lists_->turned_rows().values.empty() &&
                            lists_->turned_rows().edges != 0)) {
    throw Error(ErrorCode::Argument, "lists that were not turned round, or without ranks");
  }
}

f64 SharedNeighborsWork::fraction() const {
  return parts_ == 0 ? 0 : static_cast<f64>(done_.load()) / static_cast<f64>(parts_);
}

u32 SharedNeighborsWork::begin_step(u32 step) {
  if (step == 0) {
    const u32 rows = options_.end - options_.first;
    parts_ = (rows + kRowsPerPart - 1) / kRowsPerPart;
    assembly_.begin(parts_, rows, options_.first);
    return parts_;
  }
  if (step == 1) {
    idle_.clear();
    assembly_.layout();
    return parts_;
  }
  return 0;
}

std::unique_ptr<SharedNeighborsWork::Scratch> SharedNeighborsWork::borrow() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Scratch> scratch = std::move(idle_.back());
      idle_.pop_back();
      return scratch;
    }
  }
  return std::make_unique<Scratch>(*lists_);
}

void SharedNeighborsWork::run_part(u32 step, u32 part) {
  if (step == 1) return assembly_.copy(part);
  std::unique_ptr<Scratch> scratch = borrow();
  const u32 k = lists_->k();
  PartRows& made = assembly_.part(part);
  made.first = part * kRowsPerPart;
  const u32 first = options_.first + made.first, end = std::min(options_.end, first + kRowsPerPart);
  for (u32 row = first; row < end; ++row) {
    const u32* list = lists_->of(row);
    // A row that is skipped has no neighbours at all, not even itself.
    if (options_.with_self && list[0] != kNone) meet(row, row, 0, *scratch);
    for (u32 i = 0; i < k && list[i] != kNone; ++i) meet(row, list[i], i + 1, *scratch);
    const std::size_t before = made.columns.size();
    emit(row, *scratch, made);
    made.lengths.push_back(static_cast<u32>(made.columns.size() - before));
    if (options_.shape.count_only) {
      made.columns.clear();
      made.values.clear();
    }
  }
  assembly_.keep(part);
  done_ += 1;
  std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_back(std::move(scratch));
}

// All who have `neighbor`, which the row has at `rank`. Counted from 1, so that 0 is: not met.
void SharedNeighborsWork::meet(u32 row, u32 neighbor, u32 rank, Scratch& scratch) const {
  const EdgeRows& turned = lists_->turned_rows();
  const u32* columns = turned.columns.as<u32>();
  u64 begin = static_cast<u64>(turned.offsets.as<f64>()[neighbor]);
  u64 end = static_cast<u64>(turned.offsets.as<f64>()[neighbor + 1]);
  if (options_.half != EdgeHalf::All) {
    const u32* middle = std::lower_bound(columns + begin, columns + end, row);
    (options_.half == EdgeHalf::Upper ? begin : end) = static_cast<u64>(middle - columns);
  }
  u32* seen = scratch.seen.as<u32>();
  const auto met = [&, seen](u32 other, u32 sum) {
    u32& value = seen[other];
    if (value == 0) scratch.rows.add(other);
    if (options_.weight != SharedWeight::Rank) {
      value += 1;
    } else if (value == 0 || sum + 1 < value) {
      value = sum + 1;
    }
  };
  const f64* ranks = options_.weight == SharedWeight::Rank ? turned.values.as<f64>() : nullptr;
  for (u64 i = begin; i < end; ++i) {
    if (columns[i] != row) met(columns[i], rank + (ranks == nullptr ? 0 : static_cast<u32>(ranks[i])));
  }
  if (options_.with_self && neighbor != row && wants(options_.half, row, neighbor) &&
      lists_->of(neighbor)[0] != kNone) {
    met(neighbor, rank);
  }
}

void SharedNeighborsWork::emit(u32 row, Scratch& scratch, PartRows& into) const {
  const f64 k = lists_->k();
  const u32 self = options_.with_self ? 1 : 0;
  const f64 own = lists_->length(row) + self;
  u32* seen = scratch.seen.as<u32>();
  scratch.rows.drain([&, seen](u32 other) {
    const f64 found = seen[other];
    seen[other] = 0;
    f64 weight = found;
    if (options_.weight == SharedWeight::Jaccard) {
      weight = found / (own + lists_->length(other) + self - found);
    } else if (options_.weight == SharedWeight::Rank) {
      weight = k - (found - 1) / 2;
    }
    if (weight < options_.prune) return;
    into.columns.push_back(other);
    if (options_.shape.values) into.values.push_back(weight);
  });
}

}  // namespace spillway
