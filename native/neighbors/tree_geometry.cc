// Sums of squares, sums of absolute differences and greatest differences are measured; other powers and the sphere are
// filtered by one of them.
#include "neighbors/tree_geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway {
namespace {

constexpr f64 kInfinity = std::numeric_limits<f64>::infinity();
constexpr f64 kTwiceEarth = 2 * 6371008.8;
constexpr f64 kDegree = 0.017453292519943295;
// From here on the ball of the greatest difference is the closer fit.
constexpr f64 kHighPower = 3;

}  // namespace

bool tree_takes(const MetricSpec& metric, u32 columns) {
  switch (metric.kind) {
    case Metric::Euclidean:
    case Metric::SquaredEuclidean:
    case Metric::Manhattan:
    case Metric::Chebyshev:
    case Metric::Minkowski: return columns != 0 && tree_geometry(metric, columns).columns != 0;
    case Metric::Haversine: return columns == 2;
    default: return false;
  }
}

TreeGeometry tree_geometry(const MetricSpec& metric, u32 columns) {
  const bool minkowski = metric.kind == Metric::Minkowski;
  TreeGeometry geometry;
  geometry.given = columns;
  geometry.sphere = metric.kind == Metric::Haversine;
  geometry.root = metric.kind == Metric::Euclidean || (minkowski && metric.p == 2);
  if (metric.kind == Metric::Manhattan || (minkowski && metric.p == 1)) geometry.measure = TreeMeasure::Absolutes;
  if (metric.kind == Metric::Chebyshev || (minkowski && metric.p > kHighPower)) {
    geometry.measure = TreeMeasure::Greatest;
  }
  geometry.filter = geometry.sphere || (minkowski && metric.p != 1 && metric.p != 2 && metric.p != kInfinity);
  geometry.columns = tree_columns(geometry.measure, geometry.sphere ? 3 : columns);
  return geometry;
}

void tree_coordinates(const TreeGeometry& geometry, const f64* row, f64* into) {
  if (geometry.sphere) {
    const f64 latitude = row[0] * kDegree, longitude = row[1] * kDegree;
    into[0] = std::cos(latitude) * std::cos(longitude);
    into[1] = std::cos(latitude) * std::sin(longitude);
    into[2] = std::sin(latitude);
    return;
  }
  std::copy_n(row, geometry.given, into);
  std::fill(into + geometry.given, into + geometry.columns, 0.0);
}

f64 filter_limit(const MetricSpec& metric, const TreeGeometry& geometry, const f64* x, f64 reach, f64 limit) {
  if (!(limit < kInfinity)) return limit;
  if (geometry.sphere) {
    // The haversine of the arc is a quarter of the squared chord, for any angles. A direction is wrong by what its
    // angles are rounded by, 2^-52 of them, and a few 2^-53 more.
    const f64 half = limit / kTwiceEarth * (1 + 1e-12);
    if (half > 1.57) return kInfinity;
    const f64 angles = std::max({reach, std::fabs(x[0]), std::fabs(x[1])}) * kDegree;
    const f64 chord = 2 * std::sin(std::max(0.0, half)) + 1e-14 + 8 * 0x1p-52 * angles;
    return chord * chord * (1 + 1e-12);
  }
  // Σ|d|^p ^ (1/p) is at least the greatest |d|; and for p ≤ 2 at least √Σd², beyond at least that times
  // columns^(1/p − 1/2). Powers are right to far more than nine digits.
  f64 most = limit * (1 + 1e-9);
  if (geometry.measure == TreeMeasure::Greatest) return most;
  if (metric.p > 2) most *= std::pow(static_cast<f64>(geometry.given), 0.5 - 1 / metric.p);
  return most * most * (1 + 1e-9) + 0x1p-1060;
}

}  // namespace spillway
