// Rows of a file that lie near each other are read at once.
#include "annoy/build_rows.h"

#include <algorithm>
#include <cstring>

namespace spillway {
namespace {

constexpr u64 kWindowBytes = 128 * 1024;

}  // namespace

RowSet::RowSet(const BuildItems& items) : items_(items), vector_bytes_(items.layout.vector_bytes) {
  if (!items.resident()) return;
  vectors_ = items.vectors;
  if (!items.factors.empty()) factors_ = items.factors.data();
}

void RowSet::take(const RowSet& from, const u32* rows, u32 count, Reservation reserved) {
  reserved_ = std::move(reserved);
  const std::size_t bytes = std::size_t{count} * vector_bytes_;
  if (own_.size() < bytes) own_ = Buffer(bytes);
  const bool dot = items_.layout.metric == AnnoyMetric::Dot;
  if (dot) own_factors_.resize(count);
  from.read(rows, count, own_.data(), own_factors_.data());
  names_.resize(count);
  for (u32 i = 0; i < count; ++i) names_[i] = from.item(rows[i]);
  vectors_ = own_.data();
  factors_ = dot ? own_factors_.data() : nullptr;
}

void RowSet::read(const u32* rows, u32 count, u8* vectors, f32* factors) const {
  if (!in_memory()) return read_file(rows, count, vectors, factors);
  for (u32 i = 0; i < count; ++i) {
    std::memcpy(vectors + u64{i} * vector_bytes_, vector(rows[i]), vector_bytes_);
    if (factors_ != nullptr) factors[i] = factors_[rows[i]];
  }
}

void RowSet::read_file(const u32* rows, u32 count, u8* vectors, f32* factors) const {
  const AnnoyLayout& layout = items_.layout;
  std::vector<u8> window;
  for (u32 i = 0; i < count;) {
    const u64 first = item(rows[i]);
    u32 end = i + 1;
    while (end < count && item(rows[end]) > item(rows[end - 1]) &&
           (item(rows[end]) - first + 1) * layout.node_bytes <= kWindowBytes) {
      ++end;
    }
    window.resize((item(rows[end - 1]) - first + 1) * layout.node_bytes);
    items_.file->read(first * layout.node_bytes, window.data(), window.size());
    for (; i < end; ++i) {
      const u8* node = window.data() + (item(rows[i]) - first) * layout.node_bytes;
      std::memcpy(vectors + u64{i} * vector_bytes_, node + layout.vector_at, vector_bytes_);
      if (layout.metric == AnnoyMetric::Dot) std::memcpy(factors + i, node + layout.dot_factor_at, sizeof(f32));
    }
  }
}

}  // namespace spillway
