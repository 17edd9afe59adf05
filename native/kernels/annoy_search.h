// What a search in an Annoy file computes: products with the normals of planes, and distances to items where they lie.
// Sums of floats are those of float_lanes.h.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

// Items as they lie in the file: item i begins at nodes + i · node_bytes with its number of descendants, which is 1.
struct AnnoyRows {
  const std::uint8_t* nodes;
  std::uint64_t node_bytes;
  std::uint32_t vector_at, norm_at;
  std::uint32_t width;  // of the vector: floats; Hamming: words of 64 bits
};

struct AnnoySearchTable {
  // Σ x_j · y_j; x and y may lie anywhere.
  float (*product)(const void* x, const void* y, std::uint32_t width);
  // out[i]: distance from `query` to item ids[i], by AnnoyMetric and as Annoy orders by it: Euclidean squared, Angular
  // 2 − 2 cos, Dot the product's negative. What is no item is NaN. `norm`: the query's product with itself.
  void (*distances)(std::uint32_t metric, const AnnoyRows& rows, const void* query, float norm,
                    const std::uint32_t* ids, std::uint32_t count, float* out);
};

SPILLWAY_KERNEL(annoy_search, AnnoySearchTable)

}  // namespace spillway
