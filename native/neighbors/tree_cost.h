// What a tree costs to build and to ask, from measurements.
#pragma once

#include "neighbors/search_index.h"

namespace spillway {

f64 tree_build_cost(const MetricSpec& metric, const SearchShape& shape);
f64 tree_search_cost(const MetricSpec& metric, const SearchShape& shape);

}  // namespace spillway
