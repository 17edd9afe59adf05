// A tree made again from the order of its points.
#pragma once

#include <memory>

#include "neighbors/tree_storage.h"

namespace spillway {

// `sections` as TreeIndex gives them. Throws Error Format unless each row that is not skipped comes once: everything
// else is computed from the rows.
std::unique_ptr<TreeStorage> restore_tree(const MetricSpec& metric, const ReferenceRows& rows,
                                          const std::vector<IndexSection>& sections);

}  // namespace spillway
