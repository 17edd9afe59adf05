// Trees that are ahead of their turn wait in memory; the one whose turn it is goes straight into the file.
#include "annoy/build_work.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "neighbors/row_check.h"

namespace spillway {
namespace {

constexpr std::size_t kPartBytes = std::size_t{1} << 20;
constexpr auto kSlice = std::chrono::milliseconds(8);
constexpr u64 kMostItems = 0x7fffffff;

}  // namespace

// One thread's share of growing: a tree at a time.
struct AnnoyBuildWork::Slot {
  Slot(const BuildItems& items, SplitArithmetic arithmetic, MemoryBudget& budget)
      : grower(items, arithmetic, budget), random(0) {}
  TreeGrower grower;
  KissRandom random;
  std::unique_ptr<GrownTree> tree;  // nullptr: none is being grown
  u64 number = 0;
  u32 told = 0;  // of the tree's items, those that `fraction` knows of
};

AnnoyBuildWork::AnnoyBuildWork(Process& process, std::shared_ptr<const Points> points, AnnoyBuildOptions options)
    : process_(process),
      points_(std::move(points)),
      options_(std::move(options)),
      layout_(AnnoyLayout::of(options_.metric, points_->columns())),
      budget_(process.memory, options_.memory != 0 ? options_.memory : process.memory.limit() / 2),
      held_(budget_),
      sequence_(options_.seed) {
  if (options_.threads == 0) options_.threads = process.pool.size();
  if (points_->rows() == 0 || points_->columns() == 0) {
    throw Error(ErrorCode::Argument, "an Annoy index needs rows to be built from; the reference has none");
  }
  if (points_->rows() > kMostItems) {
    throw Error(ErrorCode::Limit, "an Annoy index holds at most 2,147,483,647 items; the reference has " +
                                      std::to_string(points_->rows()));
  }
  items_.layout = layout_;
  items_.count = static_cast<u32>(points_->rows());
  rows_per_part_ = static_cast<u32>(std::max<std::size_t>(1, kPartBytes / layout_.node_bytes));
}

AnnoyBuildWork::~AnnoyBuildWork() = default;

SplitArithmetic AnnoyBuildWork::arithmetic() const {
  if (options_.per_tree) return SplitArithmetic::Lanes;
  return options_.fused ? SplitArithmetic::Fused : SplitArithmetic::Plain;
}

u32 AnnoyBuildWork::begin_step(u32) {
  if (stage_ == Stage::Start) {
    writer_ = std::make_unique<IndexWriter>(options_.path);
    stage_ = Stage::Reading;
    if (u32 parts = begin_reading(); parts != 0) return parts;
  }
  if (stage_ == Stage::Reading) stage_ = Stage::Items;
  if (stage_ == Stage::Items) {
    if (next_item_ < items_.count) return 1;
    stage_ = Stage::Trees;
    return begin_trees();
  }
  if (stage_ == Stage::Trees) {
    if (!all_trees()) return static_cast<u32>(slots_.size());
    slots_.clear();
    parked_.clear();
    stage_ = Stage::Roots;
    return 1;
  }
  return 0;
}

void AnnoyBuildWork::run_part(u32, u32 part) {
  switch (stage_) {
    case Stage::Reading: return read_part(part);
    case Stage::Items: return write_items();
    case Stage::Trees: return grow_slot(*slots_[part]);
    case Stage::Roots: return write_roots();
    case Stage::Start: break;
  }
}

u32 AnnoyBuildWork::read_parts() const { return (items_.count + rows_per_part_ - 1) / rows_per_part_; }

// In memory, when the vectors fit beside what one tree at least needs.
u32 AnnoyBuildWork::begin_reading() {
  const bool floats = layout_.metric != AnnoyMetric::Hamming;
  const bool dot = layout_.metric == AnnoyMetric::Dot;
  if (!options_.on_disk) {
    const bool there = floats && points_->floats() != nullptr;
    const std::size_t own =
        (there ? 0 : std::size_t{items_.count} * layout_.vector_bytes) + (dot ? items_.count * 4 : 0);
    const std::size_t tree = std::size_t{items_.count} * 2 * sizeof(u32);
    if (held_.try_grow(own + tree + kPartBytes)) {
      held_.shrink(tree + kPartBytes);
      if (there) {
        items_.vectors = reinterpret_cast<const u8*>(points_->floats());
      } else {
        vectors_ = Buffer(std::size_t{items_.count} * layout_.vector_bytes);
        items_.vectors = vectors_.data();
      }
      return read_parts();
    }
  }
  items_.file = &writer_->file();
  return dot ? read_parts() : 0;  // the largest has to be known before the first is written
}

// Floats of rows, checked. Throws Error Data, naming the row.
void AnnoyBuildWork::load(u64 first, u32 count, f32* into) const {
  const u32 columns = layout_.dimension;
  const std::size_t values = std::size_t{count} * columns;
  if (points_->single()) {
    points_->read_single(first, count, into);
  } else {
    std::vector<f64> wide(values);
    points_->read(first, count, wide.data());
    for (std::size_t i = 0; i < values; ++i) into[i] = static_cast<f32>(wide[i]);
  }
  ReferenceRows rows;
  rows.floats = into;
  rows.columns = columns;
  rows.count = count;
  const u32 bad = next_bad_row(rows, MetricSpec{}, 0, count);
  if (bad == count) return;
  const u64 row = first + bad;
  std::vector<f64> wide(columns);
  points_->read(row, 1, wide.data());
  const bool finite = std::all_of(wide.begin(), wide.end(), [](f64 v) { return std::isfinite(v); });
  if (!finite) throw bad_row("reference", row, RowProblem::NotFinite);
  throw Error(
      ErrorCode::Data,
      "row " + std::to_string(row) +
          " of the reference has a value beyond 3.4e38, the most that the float32 of an Annoy index holds; scale "
          "the values before",
      {{"row", std::to_string(row)}, {"of", "reference"}});
}

void AnnoyBuildWork::to_bits(const f32* row, u8* words) const {
  std::memset(words, 0, layout_.vector_bytes);
  for (u32 j = 0; j < layout_.dimension; ++j) {
    if (row[j] > 0.5f) words[j / 8] = static_cast<u8>(words[j / 8] | 1u << (j % 8));
  }
}

void AnnoyBuildWork::note_squares(const f32* rows, u32 count) {
  f32 most = 0;
  for (u32 i = 0; i < count; ++i) {
    most = std::max(most, exact_square(arithmetic(), rows + std::size_t{i} * layout_.dimension, layout_.dimension));
  }
  std::lock_guard<std::mutex> lock(squares_mutex_);
  largest_square_ = std::max(largest_square_, most);
}

void AnnoyBuildWork::read_part(u32 part) {
  const u32 first = part * rows_per_part_, count = std::min(rows_per_part_, items_.count - first);
  std::vector<f32> scratch;
  f32* rows;
  if (layout_.metric != AnnoyMetric::Hamming && !vectors_.empty()) {
    rows = vectors_.as<f32>() + std::size_t{first} * layout_.dimension;
  } else {
    scratch.resize(std::size_t{count} * layout_.dimension);
    rows = scratch.data();
  }
  load(first, count, rows);
  if (layout_.metric == AnnoyMetric::Dot) note_squares(rows, count);
  if (layout_.metric != AnnoyMetric::Hamming) return;
  for (u32 i = 0; i < count; ++i) {
    to_bits(rows + std::size_t{i} * layout_.dimension,
            vectors_.data() + (std::size_t{first} + i) * layout_.vector_bytes);
  }
}

// What makes all items equally long in one dimension more.
f32 AnnoyBuildWork::factor_of(const f32* vector) const {
  const f64 square = f64{largest_square_} - f64{exact_square(arithmetic(), vector, layout_.dimension)};
  return square > 0 ? static_cast<f32>(std::sqrt(square)) : 0;
}

void AnnoyBuildWork::make_item(const u8* vector, u8* node) const {
  const u32 one = 1;
  std::memset(node, 0, layout_.vector_at);
  std::memcpy(node, &one, sizeof one);
  std::memcpy(node + layout_.vector_at, vector, layout_.vector_bytes);
  const f32* values = reinterpret_cast<const f32*>(vector);
  if (layout_.metric == AnnoyMetric::Angular) {
    const f32 square = exact_square(arithmetic(), values, layout_.dimension);
    std::memcpy(node + layout_.norm_at, &square, sizeof square);
  }
  if (layout_.metric == AnnoyMetric::Dot) {
    const f32 factor = factor_of(values);
    std::memcpy(node + layout_.dot_factor_at, &factor, sizeof factor);
    std::memcpy(node + layout_.norm_at, &largest_square_, sizeof largest_square_);
    node[layout_.built_at] = 1;
  }
}

void AnnoyBuildWork::write_items() {
  const u32 count = std::min(rows_per_part_, items_.count - next_item_);
  std::vector<f32> rows;
  std::vector<u8> words(layout_.vector_bytes), node(layout_.node_bytes);
  if (!items_.resident()) {
    rows.resize(std::size_t{count} * layout_.dimension);
    load(next_item_, count, rows.data());
  }
  for (u32 i = 0; i < count; ++i) {
    const u8* vector = words.data();
    if (items_.resident()) {
      vector = items_.vectors + (std::size_t{next_item_} + i) * layout_.vector_bytes;
    } else if (layout_.metric == AnnoyMetric::Hamming) {
      to_bits(rows.data() + std::size_t{i} * layout_.dimension, words.data());
    } else {
      vector = reinterpret_cast<const u8*>(rows.data() + std::size_t{i} * layout_.dimension);
    }
    make_item(vector, node.data());
    writer_->append(node.data(), node.size());
    if (layout_.metric == AnnoyMetric::Dot && items_.resident()) {
      f32 factor;
      std::memcpy(&factor, node.data() + layout_.dot_factor_at, sizeof factor);
      items_.factors.push_back(factor);
    }
  }
  next_item_ += count;
}

// A slot per thread, as far as memory goes; one at least.
u32 AnnoyBuildWork::begin_trees() {
  writer_->flush();
  nodes_ = items_.count;
  u64 wanted = options_.per_tree ? options_.threads : 1;
  if (options_.trees >= 0) wanted = std::min<u64>(wanted, static_cast<u64>(options_.trees));
  for (u64 i = 0; i < wanted; ++i) {
    try {
      slots_.push_back(std::make_unique<Slot>(items_, arithmetic(), budget_));
    } catch (const Error& error) {
      if (slots_.empty() || error.code() != ErrorCode::Memory) throw;
      break;
    }
  }
  return static_cast<u32>(slots_.size());
}

bool AnnoyBuildWork::all_trees() const {
  return options_.trees < 0 ? enough_ : next_written_ == static_cast<u64>(options_.trees);
}

// A tree to grow, unless there are none left or so many wait for their turn already.
bool AnnoyBuildWork::take_tree(Slot& slot) {
  std::lock_guard<std::mutex> lock(trees_mutex_);
  if (all_trees() || (options_.trees >= 0 && next_tree_ == static_cast<u64>(options_.trees))) return false;
  if (next_tree_ >= next_written_ + 2 * slots_.size()) return false;
  slot.number = next_tree_++;
  slot.tree = std::make_unique<GrownTree>(layout_, items_.count, budget_);
  slot.tree->begin();
  slot.told = 0;
  if (options_.per_tree) slot.random = KissRandom::of_tree(options_.seed, slot.number);
  slot.grower.begin(options_.per_tree ? slot.random : sequence_, *slot.tree);
  return true;
}

void AnnoyBuildWork::grow_slot(Slot& slot) {
  const auto until = TreeGrower::Clock::now() + kSlice;
  while (TreeGrower::Clock::now() < until) {
    if (slot.tree == nullptr && !take_tree(slot)) return;
    if (!slot.tree->is_written()) {
      std::lock_guard<std::mutex> lock(trees_mutex_);
      if (slot.number == next_written_) slot.tree->write_to(*writer_, nodes_);
    }
    if (slot.tree->is_full()) return;  // until it is its turn
    const bool grown = slot.grower.grow(until);
    placed_ += slot.grower.placed() - slot.told;
    slot.told = slot.grower.placed();
    if (grown) hand_in(slot);
  }
}

void AnnoyBuildWork::hand_in(Slot& slot) {
  std::lock_guard<std::mutex> lock(trees_mutex_);
  parked_.emplace(slot.number, std::move(slot.tree));
  while (!all_trees() && !parked_.empty() && parked_.begin()->first == next_written_) {
    write_tree(*parked_.begin()->second);
    parked_.erase(parked_.begin());
  }
}

void AnnoyBuildWork::write_tree(GrownTree& tree) {
  if (!tree.is_written()) tree.write_to(*writer_, nodes_);
  nodes_ += tree.nodes();
  // The root comes last; a tree of a single item that is no node cannot be: roots always are nodes.
  roots_.push_back(nodes_ - 1);
  root_nodes_.push_back(tree.last());
  next_written_ += 1;
  enough_ = options_.trees < 0 && nodes_ >= 2 * u64{items_.count};
}

void AnnoyBuildWork::write_roots() {
  for (const std::vector<u8>& node : root_nodes_) writer_->append(node.data(), node.size());
  nodes_ += static_cast<u32>(root_nodes_.size());
  writer_->finish();
  // Whoever asks how it went may come late.
  vectors_ = Buffer();
  std::vector<f32>().swap(items_.factors);
  held_.clear();
}

void AnnoyBuildWork::give_up() noexcept {
  slots_.clear();
  parked_.clear();
  writer_.reset();
  vectors_ = Buffer();
  held_.clear();
}

f64 AnnoyBuildWork::fraction() const {
  if (options_.trees < 0) return -1;
  return static_cast<f64>(placed_.load()) / (static_cast<f64>(items_.count) * static_cast<f64>(options_.trees));
}

}  // namespace spillway
