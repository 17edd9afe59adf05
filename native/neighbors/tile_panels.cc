// Center and scale from a sample; panels packed in parts; the sections of a file believed only as far as memory goes.
#include "neighbors/tile_panels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/error.h"
#include "kernels/tile_pack.h"

namespace spillway {
namespace {

constexpr u32 kSample = 255;
constexpr u32 kRows = 32;
bool is_skipped(const ReferenceRows& rows, u32 place) {
  return rows.skipped != nullptr && (rows.skipped[place / 64] >> (place % 64) & 1) != 0;
}

// Numbers that can be squared and summed without leaving the range of doubles, and a margin.
bool is_usable(f64 length) { return length > 0x1p-240 && length < 0x1p240; }

}  // namespace

f32 rounded_down(f64 value) {
  const f32 rounded = static_cast<f32>(value);
  if (static_cast<f64>(rounded) <= value) return rounded;
  if (rounded == 0) return -std::numeric_limits<f32>::denorm_min();
  i32 bits;
  std::memcpy(&bits, &rounded, sizeof bits);
  bits += bits < 0 ? 1 : -1;
  f32 below;
  std::memcpy(&below, &bits, sizeof below);
  return below;
}

TileKind tile_kind(const MetricSpec& metric) {
  if (metric.kind == Metric::InnerProduct) return TileKind::Product;
  return metric.kind == Metric::Cosine ? TileKind::Directions : TileKind::Distance;
}

f64 inverse_length(const f64* row, u32 columns) {
  f64 sum = 0;
  for (u32 j = 0; j < columns; ++j) sum += row[j] * row[j];
  const f64 length = std::sqrt(sum);
  return is_usable(length) ? 1 / length : 0;
}

f64 TileShape::absolute() const {
  const f64 below = std::sqrt(static_cast<f64>(columns)) * 0x1p-148;
  return kind == TileKind::Directions ? below + scale * (columns + 16.0) * 0x1p-49 : below;
}

f32 TileShape::offset(f64 half) const {
  if (!(half <= kTileMostHalf)) return kTilePasses;
  const f64 lost = (2 * rounding() + 0x1p-21) * half;
  return rounded_down(kind == TileKind::Product ? -lost : half * (1 - 0x1p-40) - lost);
}

TilePanels::TilePanels(const MetricSpec& metric, const ReferenceRows& rows) : metric_(metric), rows_(rows) {
  shape_.columns = rows.columns;
  shape_.kind = tile_kind(metric);
  shape_.center.assign(rows.columns, 0);
  count_ = (rows.count + kRows - 1) / kRows;
  held_values_ = Buffer(std::size_t{count_} * rows.columns * kRows * sizeof(f32));
  held_offsets_ = Buffer(std::size_t{count_} * kRows * sizeof(f32));
  values_ = held_values_.as<f32>();
  offsets_ = held_offsets_.as<f32>();
  choose_shape();
  keep_head();
}

template <class Y>
void TilePanels::sample(const Y* rows, std::vector<f64>& into, u32 taken) const {
  const u32 columns = shape_.columns;
  for (u32 i = 0; i < taken; ++i) {
    const u32 place = static_cast<u32>(u64{i} * rows_.count / taken);
    f64* row = into.data() + std::size_t{i} * columns;
    for (u32 j = 0; j < columns; ++j) row[j] = static_cast<f64>(rows[std::size_t{place} * columns + j]);
    f64 factor = is_skipped(rows_, place) ? 0 : 1;
    if (factor != 0 && shape_.kind == TileKind::Directions) factor = inverse_length(row, columns);
    for (u32 j = 0; j < columns; ++j) row[j] = factor == 0 ? 0 : row[j] * factor;
  }
}

// Medians, so that a few wild rows do not matter.
void TilePanels::choose_shape() {
  const u32 columns = shape_.columns, taken = std::min(kSample, rows_.count);
  if (taken == 0) return;
  std::vector<f64> rows(std::size_t{taken} * columns), values(taken), lengths(taken);
  if (rows_.floats != nullptr) {
    sample(rows_.floats, rows, taken);
  } else {
    sample(rows_.doubles, rows, taken);
  }
  for (u32 j = 0; j < columns; ++j) {
    for (u32 i = 0; i < taken; ++i) values[i] = rows[std::size_t{i} * columns + j];
    std::nth_element(values.begin(), values.begin() + taken / 2, values.end());
    const f64 middle = values[taken / 2];
    shape_.center[j] = rows_.floats != nullptr ? static_cast<f64>(static_cast<f32>(middle)) : middle;
    for (u32 i = 0; i < taken; ++i) {
      lengths[i] = std::max(lengths[i], std::fabs(rows[std::size_t{i} * columns + j] - shape_.center[j]));
    }
  }
  std::nth_element(lengths.begin(), lengths.begin() + taken / 2, lengths.end());
  f64 typical = lengths[taken / 2];
  if (!(typical > 0)) typical = *std::max_element(lengths.begin(), lengths.end());
  int exponent = 0;
  if (typical > 0 && std::isfinite(typical)) std::frexp(typical, &exponent);
  shape_.scale = std::ldexp(1.0, std::clamp(10 - exponent, -1000, 1000));
  for (f64& c : shape_.center) {
    c *= shape_.scale;
    if (!std::isfinite(c)) c = 0;
  }
}

void TilePanels::pack(u32 first_panel, u32 end_panel) {
  const std::size_t size = std::size_t{shape_.columns} * kRows;
  for (u32 p = first_panel; p < end_panel; ++p) {
    pack_one(p, held_values_.as<f32>() + p * size, held_offsets_.as<f32>() + std::size_t{p} * kRows);
  }
}

void TilePanels::pack_one(u32 p, f32* panel, f32* offsets) const {
  const u32 columns = shape_.columns, first = p * kRows, count = std::min(kRows, rows_.count - first);
  const TilePackTable& kernels = tile_pack_kernels();
  const std::size_t from = std::size_t{first} * columns;
  f64 factors[kRows], half[kRows];
  std::fill_n(factors, kRows, shape_.scale);
  if (shape_.kind == TileKind::Directions) {
    std::vector<f64> row(columns);
    for (u32 r = 0; r < count; ++r) {
      for (u32 j = 0; j < columns; ++j) {
        const std::size_t at = from + std::size_t{r} * columns + j;
        row[j] = rows_.floats != nullptr ? static_cast<f64>(rows_.floats[at]) : rows_.doubles[at];
      }
      const f64 inverse = inverse_length(row.data(), columns);
      factors[r] = inverse == 0 ? std::numeric_limits<f64>::quiet_NaN() : shape_.scale * inverse;
    }
  }
  if (rows_.floats != nullptr) {
    kernels.floats(rows_.floats + from, count, columns, shape_.center.data(), factors, panel, half);
  } else {
    kernels.doubles(rows_.doubles + from, count, columns, shape_.center.data(), factors, panel, half);
  }
  for (u32 r = 0; r < kRows; ++r) {
    const bool absent = r >= count || is_skipped(rows_, first + r);
    offsets[r] = absent ? std::numeric_limits<f32>::infinity() : shape_.offset(half[r]);
    // Values that could make a sum of infinities have nothing to say.
    if (!absent && half[r] <= kTileMostHalf) continue;
    for (u32 j = 0; j < columns; ++j) panel[std::size_t{j} * kRows + r] = 0;
  }
}

std::size_t TilePanels::bytes() const {
  return std::size_t{count_} * kRows * (shape_.columns + 1) * sizeof(f32) + shape_.center.size() * sizeof(f64);
}

}  // namespace spillway
