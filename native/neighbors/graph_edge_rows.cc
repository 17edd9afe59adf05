// A partition is sorted by row, each row by the other end; equal ends stand beside each other and the rule decides.
#include "neighbors/graph_edge_rows.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

// Rows mostly have a few dozen edges; both ways of sorting keep the order of equal keys.
template <class Item>
void sort_row(Item* items, u32 count) {
  constexpr u32 kFew = 32;
  if (count > kFew) {
    std::stable_sort(items, items + count, [](const Item& a, const Item& b) { return a.key < b.key; });
    return;
  }
  for (u32 i = 1; i < count; ++i) {
    const Item item = items[i];
    u32 place = i;
    for (; place > 0 && item.key < items[place - 1].key; --place) items[place] = items[place - 1];
    items[place] = item;
  }
}

}  // namespace

EdgeRowsWork::EdgeRowsWork(std::shared_ptr<GraphEdges> edges, const Options& options)
    : edges_(std::move(edges)), options_(options), assembly_(edges_->budget(), options.shape) {}

f64 EdgeRowsWork::fraction() const {
  return options_.end == options_.first ? 1 : static_cast<f64>(done_.load()) / (options_.end - options_.first);
}

u32 EdgeRowsWork::begin_step(u32 step) {
  const u32 parts = options_.end - options_.first;
  if (step == 0) {
    const u64 first = u64{options_.first} << edges_->shift();
    const u64 end = std::min<u64>(edges_->rows(), u64{options_.end} << edges_->shift());
    assembly_.begin(parts, static_cast<u32>(end - first), static_cast<u32>(first));
    return parts;
  }
  if (step <= later_.size()) return 1;
  if (step == later_.size() + 1) {
    if (options_.consume) edges_->clear();
    assembly_.layout();
    return parts;
  }
  return 0;
}

void EdgeRowsWork::run_part(u32 step, u32 part) {
  if (step == 0 && !try_part(part, false)) {
    std::lock_guard<std::mutex> lock(mutex_);
    later_.push_back(part);
    return;
  }
  if (step != 0) {
    if (step > later_.size()) return assembly_.copy(part);
    part = later_[step - 1];
    try_part(part, true);
  }
  assembly_.keep(part);
  done_ += 1;
}

// False: other parts hold the memory that this one needs. Alone it throws instead.
bool EdgeRowsWork::try_part(u32 part, bool alone) {
  const u32 partition = options_.first + part;
  const u64 first = u64{partition} << edges_->shift();
  const u32 rows = static_cast<u32>(std::min<u64>(edges_->rows() - first, edges_->partition_rows()));
  const u64 count = edges_->count(partition);
  const bool values = edges_->values();

  Reservation reserved(edges_->budget());
  const std::size_t bytes = count * (sizeof(Item) + 16) + (std::size_t{rows} + 1) * sizeof(u64);
  if (!reserved.try_grow(bytes)) {
    if (!alone) return false;
    reserved.grow(bytes, "a part of a graph's edges");
  }
  Buffer keys(count * sizeof(u64)), given(values ? count * sizeof(f64) : 0), sorted(count * sizeof(Item));
  edges_->load(partition, keys.as<u64>(), values ? given.as<f64>() : nullptr);

  // ends[row]: first where the row begins, after the scatter where it ends.
  std::vector<u64> ends(rows + std::size_t{1});
  for (u64 i = 0; i < count; ++i) ends[EdgeKey::place(keys.as<u64>()[i]) + 1] += 1;
  for (u32 r = 0; r < rows; ++r) ends[r + 1] += ends[r];
  Item* items = sorted.as<Item>();
  for (u64 i = 0; i < count; ++i) {
    const u64 key = keys.as<u64>()[i];
    items[ends[EdgeKey::place(key)]++] = {key, values ? given.as<f64>()[i] : 1};
  }
  keys = Buffer();
  given = Buffer();

  PartRows& made = assembly_.part(part);
  made.first = static_cast<u32>(first - (u64{options_.first} << edges_->shift()));
  made.lengths.resize(rows);
  u64 at = 0;
  for (u32 r = 0; r < rows; ++r) {
    const std::size_t before = made.columns.size();
    const u32 length = static_cast<u32>(ends[r] - at);
    sort_row(items + at, length);
    emit_row(static_cast<u32>(first + r), items + at, length, made);
    made.lengths[r] = static_cast<u32>(made.columns.size() - before);
    if (options_.shape.count_only) {
      made.columns.clear();
      made.values.clear();
    }
    at = ends[r];
  }
  return true;
}

// Of each way the first edge counts; both ends of an edge choose the same value.
void EdgeRowsWork::emit_row(u32 row, const Item* items, u32 count, PartRows& into) const {
  const bool values = options_.shape.values;
  for (u32 i = 0; i < count;) {
    const u32 other = EdgeKey::other(items[i].key);
    const bool wanted = wants(options_.half, row, other);
    if (options_.rule == EdgeRule::All) {
      if (wanted) {
        into.columns.push_back(other);
        if (values) into.values.push_back(items[i].value);
      }
      i += 1;
      continue;
    }
    const Item* way[2] = {nullptr, nullptr};
    for (; i < count && EdgeKey::other(items[i].key) == other; ++i) {
      const Item*& found = way[EdgeKey::reversed(items[i].key) ? 1 : 0];
      if (found == nullptr) found = items + i;
    }
    const bool both = way[0] != nullptr && way[1] != nullptr;
    if (!wanted || (!both && (options_.rule == EdgeRule::Mutual || options_.rule == EdgeRule::Min))) continue;
    into.columns.push_back(other);
    if (!values) continue;
    const f64 a = (way[0] != nullptr ? way[0] : way[1])->value, b = (way[1] != nullptr ? way[1] : way[0])->value;
    switch (options_.rule) {
      case EdgeRule::Mean: into.values.push_back(both ? (a + b) / 2 : a / 2); break;
      case EdgeRule::Max: into.values.push_back(std::fmax(a, b)); break;
      case EdgeRule::Min: into.values.push_back(std::fmin(a, b)); break;
      default: into.values.push_back(row <= other ? a : b);
    }
  }
}

}  // namespace spillway
