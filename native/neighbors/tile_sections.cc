// Panels kept in a file: three sections. Sizes, head and a sample of the panels are compared with the rows; what lies
// beyond the sample is as the file's checksums say, and can lead to no address outside of it.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/error.h"
#include "neighbors/tile_panels.h"

namespace spillway {
namespace {

constexpr u32 kRows = 32;
constexpr f64 kVersion = 1;
constexpr std::size_t kHeadNumbers = 5;  // version, kind, rows, columns, scale; the centers follow
constexpr u32 kCompared = 32;            // panels

Error unfit(const std::string& what) {
  return Error(ErrorCode::Format,
               "the tiles of a prepared reference do not fit its rows: " + what + "; prepare the reference again");
}

const IndexSection& named(const std::vector<IndexSection>& sections, const char* name, std::size_t bytes) {
  for (const IndexSection& section : sections) {
    if (section.name != name) continue;
    if (section.bytes != bytes) {
      throw unfit(section.name + " has " + std::to_string(section.bytes) + " bytes instead of " +
                  std::to_string(bytes));
    }
    return section;
  }
  throw unfit(std::string("there are no ") + name);
}

// The floats of a section, copied only when they lie at an odd address.
const f32* floats_of(const IndexSection& section, Buffer& held) {
  if (reinterpret_cast<std::uintptr_t>(section.data) % alignof(f32) == 0) return static_cast<const f32*>(section.data);
  held = Buffer(section.bytes);
  if (section.bytes != 0) std::memcpy(held.data(), section.data, section.bytes);
  return held.as<f32>();
}

}  // namespace

void TilePanels::keep_head() {
  head_ = {kVersion, static_cast<f64>(shape_.kind), static_cast<f64>(rows_.count), static_cast<f64>(shape_.columns),
           shape_.scale};
  head_.insert(head_.end(), shape_.center.begin(), shape_.center.end());
}

std::vector<IndexSection> TilePanels::sections() const {
  const std::size_t lanes = std::size_t{count_} * kRows;
  return {{"head", head_.data(), head_.size() * sizeof(f64)},
          {"panels", values_, lanes * shape_.columns * sizeof(f32)},
          {"offsets", offsets_, lanes * sizeof(f32)}};
}

TilePanels::TilePanels(const MetricSpec& metric, const ReferenceRows& rows, const std::vector<IndexSection>& sections,
                       std::shared_ptr<const void> memory)
    : metric_(metric), rows_(rows), count_((rows.count + kRows - 1) / kRows), memory_(std::move(memory)) {
  const std::size_t lanes = std::size_t{count_} * kRows;
  if (sections.size() != 3) throw unfit("it has other sections");
  const IndexSection& head = named(sections, "head", (kHeadNumbers + rows.columns) * sizeof(f64));
  head_.resize(kHeadNumbers + rows.columns);
  std::memcpy(head_.data(), head.data, head.bytes);
  shape_.columns = rows.columns;
  shape_.kind = tile_kind(metric);
  shape_.scale = head_[4];
  if (head_[0] != kVersion || head_[1] != static_cast<f64>(shape_.kind)) throw unfit("they are of another kind");
  if (head_[2] != rows.count || head_[3] != rows.columns) throw unfit("they are of other rows");
  int exponent = 0;
  const bool power = shape_.scale > 0 && std::isfinite(shape_.scale) && std::frexp(shape_.scale, &exponent) == 0.5;
  if (!power || std::abs(exponent) > 1001) throw unfit("their scale is not a power of two");
  shape_.center.assign(head_.begin() + kHeadNumbers, head_.end());
  for (f64 c : shape_.center) {
    if (!std::isfinite(c)) throw unfit("their center is not finite");
  }
  values_ = floats_of(named(sections, "panels", lanes * rows.columns * sizeof(f32)), held_values_);
  offsets_ = floats_of(named(sections, "offsets", lanes * sizeof(f32)), held_offsets_);

  std::vector<f32> panel(std::size_t{kRows} * rows.columns), offsets(kRows);
  for (u32 i = 0; i < std::min(kCompared, count_); ++i) {
    const u32 p = static_cast<u32>(u64{i} * count_ / std::min(kCompared, count_));
    pack_one(p, panel.data(), offsets.data());
    const bool same = std::memcmp(panel.data(), this->panel(p), panel.size() * sizeof(f32)) == 0 &&
                      std::memcmp(offsets.data(), offsets_ + std::size_t{p} * kRows, kRows * sizeof(f32)) == 0;
    if (!same) throw unfit("panel " + std::to_string(p) + " has other values");
  }
}

}  // namespace spillway
