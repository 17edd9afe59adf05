// How Annoy's files lie: nodes of one size without header, whose fields depend on the metric. docs/format.md has it
// whole.
#pragma once

#include "engine/types.h"

namespace spillway {

// By the numbers that cross the TypeScript border.
enum class AnnoyMetric : u8 {
  Euclidean = 0,
  Angular = 1,  // √(2 − 2 cos), 0 … 2
  Manhattan = 2,
  Dot = 3,     // the product itself; larger is nearer
  Hamming = 4  // bits that differ; a coordinate is the bit "> 0.5"
};

// Fields are 32 bits wide, little-endian; byte 0 is always the number of descendants. A field at 0 does not exist.
struct AnnoyLayout {
  AnnoyMetric metric = AnnoyMetric::Euclidean;
  u32 dimension = 0;
  bool old_dot = false;   // Dot as files before Annoy 1.17.2 have it
  u32 offset_at = 0;      // float: of the splitting plane
  u32 children_at = 0;    // two ids; or as many as `capacity`, over the vector too
  u32 dot_factor_at = 0;  // float
  u32 norm_at = 0;        // float: Angular's items share it with the first child
  u32 built_at = 0;       // a byte
  u32 vector_at = 0;      // floats; Hamming: words of 64 bits
  u32 vector_bytes = 0;
  u32 node_bytes = 0;
  u32 capacity = 0;  // ids that fit a node

  static constexpr AnnoyLayout of(AnnoyMetric metric, u32 dimension, bool old_dot = false) {
    AnnoyLayout layout;
    layout.metric = metric;
    layout.dimension = dimension;
    layout.vector_bytes = metric == AnnoyMetric::Hamming ? (dimension + 63) / 64 * 8 : dimension * 4;
    switch (metric) {
      case AnnoyMetric::Angular:
        layout.children_at = layout.norm_at = 4;
        layout.vector_at = 12;
        break;
      case AnnoyMetric::Euclidean:
      case AnnoyMetric::Manhattan:
        layout.offset_at = 4;
        layout.children_at = 8;
        layout.vector_at = 16;
        break;
      case AnnoyMetric::Dot:
        layout.old_dot = old_dot;
        layout.children_at = 4;
        layout.dot_factor_at = 12;
        if (!old_dot) layout.norm_at = 16, layout.built_at = 20;
        layout.vector_at = old_dot ? 16 : 24;
        break;
      case AnnoyMetric::Hamming:
        layout.children_at = 4;
        layout.vector_at = 16;
        break;
    }
    layout.node_bytes = layout.vector_at + layout.vector_bytes;
    layout.capacity = (layout.node_bytes - layout.children_at) / 4;
    return layout;
  }
};

}  // namespace spillway
