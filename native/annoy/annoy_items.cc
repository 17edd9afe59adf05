// Rows are copied out of their nodes.
#include "annoy/annoy_items.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace spillway {

template <class T>
void AnnoyItems::read_items(u64 first, u64 count, T* into) const {
  const AnnoyLayout& layout = file_->layout();
  const u32 columns = layout.dimension;
  const bool bits = layout.metric == AnnoyMetric::Hamming;
  for (u64 row = first; row < first + count; ++row, into += columns) {
    const u32 id = static_cast<u32>(row);
    const u8* node = file_->node(id);
    const u8* vector = node + layout.vector_at;
    if (file_->kind_of(id, AnnoyFile::field(node, 0)) == AnnoyKind::Hole) {
      std::fill_n(into, columns, std::numeric_limits<T>::quiet_NaN());
    } else if (bits) {
      for (u32 j = 0; j < columns; ++j) into[j] = static_cast<T>(vector[j / 8] >> (j % 8) & 1);
    } else if constexpr (sizeof(T) == sizeof(f32)) {
      std::memcpy(into, vector, layout.vector_bytes);
    } else {
      for (u32 j = 0; j < columns; ++j) {
        f32 value;
        std::memcpy(&value, vector + 4 * j, sizeof value);
        into[j] = value;
      }
    }
  }
}

void AnnoyItems::read(u64 first, u64 count, f64* into) const {
  file_->unchanged([&] { read_items(first, count, into); });
}
void AnnoyItems::read_single(u64 first, u64 count, f32* into) const {
  file_->unchanged([&] { read_items(first, count, into); });
}

void AnnoyItems::prefetch(u64 first, u64 count) const {
  file_->prefetch(static_cast<u32>(first), static_cast<u32>(first + count));
}

}  // namespace spillway
