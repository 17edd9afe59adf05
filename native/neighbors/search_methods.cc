// The table of ways to search, and the choice by estimated time.
#include "engine/error.h"
#include "neighbors/search_index.h"

namespace spillway {

const std::vector<SearchMethod>& search_methods() {
  static const std::vector<SearchMethod> methods = {direct_method(), tile_method(), tree_method()};
  return methods;
}

const SearchMethod& choose_method(const MetricSpec& metric, const SearchShape& shape, const std::string& name) {
  const SearchMethod* best = nullptr;
  f64 least = 0;
  for (const SearchMethod& method : search_methods()) {
    if (!name.empty() && name != method.name) continue;
    if (!method.takes(metric, shape)) continue;
    f64 cost = method.build_cost(metric, shape) + method.search_cost(metric, shape);
    if (best != nullptr && cost >= least) continue;
    best = &method;
    least = cost;
  }
  if (best == nullptr) {
    throw Error(ErrorCode::Argument, "the search method " + name + " does not take this metric and number of columns");
  }
  return *best;
}

}  // namespace spillway
