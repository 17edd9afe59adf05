// A source seen through a list of its columns: what a pipeline reads of an earlier pipeline's result.
#pragma once

#include <memory>
#include <vector>

#include "engine/source.h"

namespace spillway {

// Column i is column `columns[i]` of `source`; the source itself when that changes nothing.
// Throws Error Internal for a column that is not there.
std::shared_ptr<Source> project_source(std::shared_ptr<Source> source, const std::vector<u32>& columns);

}  // namespace spillway
