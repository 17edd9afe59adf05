// A sort whose rows were spilled, as a source: each morsel is a range of the merge.
#pragma once

#include <memory>

#include "engine/sort_cursor.h"
#include "engine/sort_state.h"
#include "engine/source.h"

namespace spillway {

// `reservation`: the memory of the cursors, one per thread.
std::shared_ptr<Source> make_merged_source(std::shared_ptr<SortState> state, std::shared_ptr<MergePlan> plan,
                                           Reservation reservation);

}  // namespace spillway
