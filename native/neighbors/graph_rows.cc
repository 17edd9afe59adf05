// Parts are copied to where the edges of the parts before them end.
#include "neighbors/graph_rows.h"

#include <algorithm>

namespace spillway {
namespace {

std::size_t bytes_of(const PartRows& part) {
  return part.lengths.capacity() * sizeof(u32) + part.columns.capacity() * sizeof(u32) +
         part.values.capacity() * sizeof(f64);
}

}  // namespace

void EdgeRowsAssembly::begin(u32 parts, u32 rows, u32 row_offset) {
  row_offset_ = row_offset;
  parts_.resize(parts);
  result_.grow((std::size_t{rows} + 1) * sizeof(f64), "the rows of a graph");
  rows_.offsets = Buffer((std::size_t{rows} + 1) * sizeof(f64));
  rows_.offsets.as<f64>()[0] = shape_.base;
}

void EdgeRowsAssembly::keep(u32 part) {
  if (shape_.count_only) {
    std::vector<u32>().swap(parts_[part].columns);
    std::vector<f64>().swap(parts_[part].values);
  }
  std::lock_guard<std::mutex> lock(mutex_);
  reserved_.grow(bytes_of(parts_[part]), "the edges of a graph");
}

void EdgeRowsAssembly::layout() {
  for (PartRows& part : parts_) {
    part.at = rows_.edges;
    for (u32 length : part.lengths) rows_.edges += length;
  }
  if (shape_.count_only) return;
  const std::size_t width = 4 + (shape_.sources ? 4 : 0) + (shape_.values ? 8 : 0);
  result_.grow(rows_.edges * width, "the edges of a graph");
  rows_.columns = Buffer(rows_.edges * sizeof(u32));
  if (shape_.sources) rows_.sources = Buffer(rows_.edges * sizeof(u32));
  if (shape_.values) rows_.values = Buffer(rows_.edges * sizeof(f64));
}

void EdgeRowsAssembly::copy(u32 number) {
  PartRows& part = parts_[number];
  f64* offsets = rows_.offsets.as<f64>() + part.first + 1;
  u64 at = part.at;
  for (u32 r = 0; r < part.lengths.size(); ++r) {
    if (shape_.sources && !shape_.count_only) {
      std::fill_n(rows_.sources.as<u32>() + at, part.lengths[r], row_offset_ + part.first + r + shape_.base);
    }
    at += part.lengths[r];
    offsets[r] = static_cast<f64>(at + shape_.base);
  }
  if (!shape_.count_only) {
    u32* columns = rows_.columns.as<u32>() + part.at;
    for (std::size_t i = 0; i < part.columns.size(); ++i) columns[i] = part.columns[i] + shape_.base;
    if (shape_.values) std::copy(part.values.begin(), part.values.end(), rows_.values.as<f64>() + part.at);
  }
  const std::size_t bytes = bytes_of(part);
  part = PartRows();
  std::lock_guard<std::mutex> lock(mutex_);
  reserved_.shrink(bytes);
}

}  // namespace spillway
