// A box is what its children's boxes span.
#include "neighbors/tree_fill.h"

namespace spillway {
namespace {

template <class Value>
void raise(TreeStorage& tree, u32 level) {
  const u32 columns = tree.geometry.columns, below = tree.view.levels[level - 1].nodes;
  for (u32 node = 0; node < tree.view.levels[level].nodes; ++node) {
    const u32 count = std::min(kTreeFan, below - node * kTreeFan);
    for (u32 j = 0; j < columns; ++j) {
      const Value* least = tree.box<Value>(level - 1, node * kTreeFan, j);
      const Value* greatest = least + columns * kTreeFan;
      Value* box = tree.box<Value>(level, node, j);
      box[0] = *std::min_element(least, least + count);
      box[columns * kTreeFan] = *std::max_element(greatest, greatest + count);
    }
  }
}

}  // namespace

void raise_boxes(TreeStorage& tree) {
  for (u32 level = 1; level < tree.view.level_count; ++level) {
    if (tree.view.single) {
      raise<f32>(tree, level);
    } else {
      raise<f64>(tree, level);
    }
  }
}

}  // namespace spillway
