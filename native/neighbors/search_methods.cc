// The table of ways to search, and the choice by estimated time.
#include <algorithm>

#include "engine/error.h"
#include "neighbors/search_index.h"

namespace spillway {
namespace {

constexpr u64 kLeastUnknown = 1000;

// Whoever prepares rows for queries that are not known yet will ask often: as often as there are rows.
SearchShape expected(const SearchShape& shape) {
  SearchShape known = shape;
  if (known.queries == 0) known.queries = std::max(known.rows, kLeastUnknown);
  return known;
}

}  // namespace

const std::vector<SearchMethod>& search_methods() {
  static const std::vector<SearchMethod> methods = {direct_method(), tile_method(), tree_method()};
  return methods;
}

const SearchMethod& choose_method(const MetricSpec& metric, const SearchShape& shape, const std::string& name) {
  const SearchShape known = expected(shape);
  const SearchMethod* best = nullptr;
  f64 least = 0;
  for (const SearchMethod& method : search_methods()) {
    if (!name.empty() && name != method.name) continue;
    if (!method.takes(metric, shape)) continue;
    f64 cost = method.build_cost(metric, known) + method.search_cost(metric, known);
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
