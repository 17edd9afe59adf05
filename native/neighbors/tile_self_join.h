// The nearest rows of every row, each pair of rows looked at once.
#pragma once

#include "neighbors/tile_panels.h"

namespace spillway {

// `index` searches `panels`; both outlive what is made. nullptr where a pair's score is not the same both ways, or
// where there are too few rows for it to pay.
std::unique_ptr<SelfJoin> tile_self_join(const SearchIndex& index, const TilePanels& panels, u32 k, bool exclude_self);

}  // namespace spillway
