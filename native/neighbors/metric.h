// How far two points are from each other: the metrics, by the numbers that cross the TypeScript border.
#pragma once

#include "engine/types.h"

namespace spillway {

// A distance is a double computed from doubles in one fixed order of operations (kernels/distance.h): the same bits
// under every setting. Smaller is nearer, also for the inner product, whose distance is −x·y.
enum class Metric : u8 {
  Euclidean = 0,
  SquaredEuclidean = 1,
  Cosine = 2,        // 1 − x·y / (|x| |y|); rows of zero length have none
  InnerProduct = 3,  // −x·y
  Manhattan = 4,
  Chebyshev = 5,
  Minkowski = 6,  // (Σ |x − y|^p)^(1/p), p ≥ 1
  Hamming = 7,    // number of coordinates that differ
  Jaccard = 8,    // 1 − |both ≠ 0| / |either ≠ 0|; 0 when neither has any
  Haversine = 9   // (latitude, longitude) in degrees; metres on a sphere of radius 6,371,008.8 m
};

struct MetricSpec {
  Metric kind = Metric::Euclidean;
  f64 p = 2;  // Minkowski only
};

}  // namespace spillway
