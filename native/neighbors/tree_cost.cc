// Normally distributed rows on one thread of a Zen 5 core (native/bench/tree_bench.cc prints the table anew); rows with
// structure are found faster.
#include "neighbors/tree_cost.h"

#include <algorithm>
#include <cmath>

#include "neighbors/tree_storage.h"

namespace spillway {
namespace {

// Nanoseconds for the ten nearest of 1e3, 1e4, 1e5, 1e6 rows of float32.
struct Measured {
  f64 columns;
  f64 nanos[4];
};
constexpr Measured kMeasured[] = {
    {1, {340, 430, 700, 950}},          {2, {530, 610, 1030, 1290}},       {3, {610, 780, 1300, 2160}},
    {4, {830, 1150, 2060, 3920}},       {5, {1100, 1680, 3080, 6500}},     {6, {1180, 2240, 6250, 14200}},
    {8, {1820, 4620, 15200, 56300}},    {10, {2610, 10600, 54500, 204e3}}, {12, {2700, 14200, 89.6e3, 734e3}},
    {16, {3280, 23800, 465e3, 3010e3}},
};
constexpr f64 kSelecting = 50;  // nanoseconds for each row found
constexpr f64 kAsking = 80;

// Between the logarithms of two measured counts; beyond them along the line through the last two.
f64 at_rows(const Measured& measured, f64 rows) {
  const f64 decade = std::log10(std::max(rows, 32.0)) - 3;
  const u32 from = static_cast<u32>(std::clamp(std::floor(decade), 0.0, 2.0));
  const f64 low = std::log(measured.nanos[from]), high = std::log(measured.nanos[from + 1]);
  return std::exp(low + (high - low) * (decade - from));
}

f64 ten_nearest(f64 columns, f64 rows) {
  const Measured* above = std::begin(kMeasured);
  while (above + 1 != std::end(kMeasured) && above->columns < columns) ++above;
  if (above == std::begin(kMeasured)) return at_rows(*above, rows);
  const Measured* below = above - 1;
  const f64 share = (columns - below->columns) / (above->columns - below->columns);
  return std::exp(std::log(at_rows(*below, rows)) * (1 - share) + std::log(at_rows(*above, rows)) * share);
}

// How much dearer the boxes and leaves are than sums of squares of just as many columns.
f64 measure_factor(const TreeGeometry& geometry) {
  if (geometry.filter) return 4;
  if (geometry.measure == TreeMeasure::Squares) return 1;
  return geometry.columns <= 4 ? 1.3 : 2.5;
}

}  // namespace

f64 tree_build_cost(const MetricSpec& metric, const SearchShape& shape) {
  const f64 rows = static_cast<f64>(shape.rows);
  const f64 levels = std::log2(std::max(2.0, rows / kLeafPoints));
  const f64 columns = tree_geometry(metric, shape.columns).columns;
  return 2e-6 + rows * (20 + levels * (5 + columns)) * 1e-9;
}

f64 tree_search_cost(const MetricSpec& metric, const SearchShape& shape) {
  const TreeGeometry geometry = tree_geometry(metric, shape.columns);
  const f64 columns = geometry.sphere ? 2 : shape.columns;
  const f64 wanted = std::min(static_cast<f64>(shape.k == 0 ? 20 : shape.k), static_cast<f64>(shape.rows));
  const f64 rows = static_cast<f64>(shape.rows);
  const f64 looking = std::max(100.0, ten_nearest(columns, rows) - 10 * kSelecting - kAsking);
  // The ball that holds more touches more leaves: with few columns as many more, with many hardly any.
  const f64 grown = looking * std::pow(wanted / 10, std::min(1.0, 4 / columns));
  // Never more than all leaves.
  const f64 all = rows * (0.3 + 0.25 * columns);
  const f64 nanos = kAsking + kSelecting * wanted + std::min(grown, all) * measure_factor(geometry);
  return static_cast<f64>(shape.queries) * nanos * 1e-9;
}

}  // namespace spillway
