// Only the order is kept in a file: values and boxes are copied from the rows, faster than they could be checked.
#include "neighbors/tree_restore.h"

#include <cstring>

#include "engine/error.h"
#include "neighbors/tree_fill.h"

namespace spillway {
namespace {

Error unfit(const std::string& what) {
  return Error(ErrorCode::Format,
               "the tree of a prepared reference does not fit its rows: " + what + "; prepare the reference again");
}

void check_places(const ReferenceRows& rows, u32 points, const u32* places, std::size_t slots) {
  std::vector<u64> seen((std::size_t{rows.count} + 63) / 64);
  for (std::size_t i = 0; i < slots; ++i) {
    const u32 place = places[i];
    if (i >= points) {
      if (place != kTreeNone) throw unfit("it has more points than there are rows");
      continue;
    }
    if (place >= rows.count || is_skipped(rows, place)) throw unfit("it names row " + std::to_string(place));
    const u64 bit = u64{1} << (place % 64);
    if ((seen[place / 64] & bit) != 0) throw unfit("row " + std::to_string(place) + " comes twice");
    seen[place / 64] |= bit;
  }
}

template <class Value>
void fill(TreeStorage& tree, const ReferenceRows& rows, const u32* order) {
  const TreeGeometry& geometry = tree.geometry;
  std::vector<f64> values(std::size_t{kLeafPoints} * geometry.columns), row(rows.columns);
  for (u32 leaf = 0; leaf < tree.leaf_count(); ++leaf) {
    const u32* places = order + std::size_t{leaf} * kLeafPoints;
    u32 count = 0;
    for (; count < kLeafPoints && places[count] != kTreeNone; ++count) {
      const std::size_t from = std::size_t{places[count]} * rows.columns;
      for (u32 j = 0; j < rows.columns; ++j) {
        row[j] = rows.floats != nullptr ? static_cast<f64>(rows.floats[from + j]) : rows.doubles[from + j];
      }
      tree_coordinates(geometry, row.data(), values.data() + std::size_t{count} * geometry.columns);
    }
    fill_leaf<Value>(
        tree, leaf, count,
        [&](u32 i, u32 j) { return static_cast<Value>(values[std::size_t{i} * geometry.columns + j]); },
        [&](u32 i) { return places[i]; });
  }
  raise_boxes(tree);
}

}  // namespace

std::unique_ptr<TreeStorage> restore_tree(const MetricSpec& metric, const ReferenceRows& rows,
                                          const std::vector<IndexSection>& sections) {
  if (sections.size() != 1 || sections[0].name != "places") throw unfit("it has other sections");
  const u32 points = rows.count - skipped_count(rows);
  auto tree = std::make_unique<TreeStorage>(metric, rows, points);
  const std::size_t slots = std::size_t{tree->leaf_count()} * kLeafPoints;
  if (sections[0].bytes != slots * sizeof(u32)) throw unfit("its size is another");
  if (slots == 0) return tree;
  // A file's bytes may begin anywhere.
  std::vector<u32> places(slots);
  std::memcpy(places.data(), sections[0].data, sections[0].bytes);
  check_places(rows, points, places.data(), slots);
  if (tree->view.single) {
    fill<f32>(*tree, rows, places.data());
  } else {
    fill<f64>(*tree, rows, places.data());
  }
  return tree;
}

}  // namespace spillway
