// Can any row of a zone make a predicate true? "No" must be certain; "yes" may be wrong.
#include <cmath>

#include "format/zone.h"

namespace spillway::format {
namespace {

// Where a constant lies relative to a zone's bounds; `exact` bounds are attained, others are only limits.
struct Position {
  bool below_low = false;      // constant < every value
  bool at_low_limit = false;   // constant ≤ every value
  bool above_high = false;     // constant > every value
  bool at_high_limit = false;  // constant ≥ every value
  bool single = false;         // every value equals the constant
  bool known = true;
};

Position place_integer(Type type, const Zone& zone, i64 c) {
  const auto less = [type](i64 a, i64 b) {
    return type == Type::U64 ? static_cast<u64>(a) < static_cast<u64>(b) : a < b;
  };
  Position p;
  p.below_low = less(c, zone.low.integer);
  p.at_low_limit = !less(zone.low.integer, c);
  p.above_high = less(zone.high.integer, c);
  p.at_high_limit = !less(c, zone.high.integer);
  p.single = zone.low.integer == c && zone.high.integer == c;
  return p;
}

Position place_float(const Zone& zone, f64 c) {
  Position p;
  p.known = !std::isnan(c);
  p.below_low = c < zone.low.real;
  p.at_low_limit = c <= zone.low.real;
  p.above_high = c > zone.high.real;
  p.at_high_limit = c >= zone.high.real;
  p.single = c == zone.low.real && c == zone.high.real;
  return p;
}

// Order of a text against a bound's bytes; a cut bound stands for some longer text that begins with them.
int compare_prefix(const std::string& c, const char* bound, u32 size) {
  const u32 shorter = c.size() < size ? static_cast<u32>(c.size()) : size;
  const int order = shorter == 0 ? 0 : std::memcmp(c.data(), bound, shorter);
  if (order != 0) return order;
  return c.size() < size ? -1 : c.size() > size ? 1 : 0;
}

bool starts_with(const std::string& c, const char* bound, u32 size) {
  return c.size() >= size && (size == 0 || std::memcmp(c.data(), bound, size) == 0);
}

Position place_text(const Zone& zone, const std::string& c) {
  Position p;
  const int low = compare_prefix(c, zone.low.text, zone.low_size);
  const int high = compare_prefix(c, zone.high.text, zone.high_size);
  // The least value is the low bound, or a longer text that begins with it: either way it is not below the bound.
  p.below_low = low < 0 || (low == 0 && zone.has(kZoneLowCut));
  p.at_low_limit = low <= 0;
  const bool beyond = zone.has(kZoneHighCut) && starts_with(c, zone.high.text, zone.high_size);
  p.above_high = high > 0 && !beyond;
  p.at_high_limit = high > 0 ? !beyond : high == 0 && !zone.has(kZoneHighCut);
  p.single = low == 0 && high == 0 && !zone.has(kZoneLowCut) && !zone.has(kZoneHighCut);
  return p;
}

Position place(Type type, const Zone& zone, const Constant& constant) {
  if (type == Type::Utf8) return place_text(zone, constant.text);
  if (is_float(type)) return place_float(zone, constant.real);
  return place_integer(type, zone, constant.integer);
}

bool starts_possible(const Zone& zone, const std::string& prefix) {
  // Texts with the prefix lie between it and everything that begins with it.
  const u32 low_shared = zone.low_size < prefix.size() ? zone.low_size : static_cast<u32>(prefix.size());
  const u32 high_shared = zone.high_size < prefix.size() ? zone.high_size : static_cast<u32>(prefix.size());
  if (low_shared != 0 && std::memcmp(zone.low.text, prefix.data(), low_shared) > 0) return false;
  const int high = high_shared == 0 ? 0 : std::memcmp(zone.high.text, prefix.data(), high_shared);
  if (high < 0) return false;
  return high > 0 || zone.high_size >= prefix.size() || zone.has(kZoneHighCut);
}

bool one_may_match(Type type, const Zone& zone, Compare compare, const Constant& constant) {
  if (constant.null || constant.type != type) return true;
  const bool nan = zone.has(kZoneNan);  // NaN is greater than any number and equal to itself
  if (!zone.has(kZoneRange)) {
    // Every value is NaN.
    if (std::isnan(constant.real)) return true;
    return nan && (compare == Compare::Gt || compare == Compare::Ge || compare == Compare::Ne);
  }
  const Position p = place(type, zone, constant);
  if (!p.known) return true;
  switch (compare) {
    case Compare::Eq:
    case Compare::In: return !p.below_low && !p.above_high;
    case Compare::Ne: return !p.single || nan;
    case Compare::Lt: return !p.at_low_limit;
    case Compare::Le: return !p.below_low;
    case Compare::Gt: return nan || !p.at_high_limit;
    case Compare::Ge: return nan || !p.above_high;
    default: return true;
  }
}

}  // namespace

bool may_match(Type type, const Zone& zone, const ZonePredicate& predicate) {
  if (predicate.compare == Compare::IsNull) return zone.nulls > 0;
  if (zone.nulls == zone.rows) return false;  // every other comparison with null is not true
  if (predicate.compare == Compare::IsNotNull || predicate.constants.empty()) return true;
  if (!zone.has(kZoneRange) && !zone.has(kZoneNan)) return true;
  if (predicate.compare == Compare::StartsWith) {
    const Constant& prefix = predicate.constants.front();
    return prefix.null || type != Type::Utf8 || prefix.type != type || starts_possible(zone, prefix.text);
  }
  if (predicate.compare != Compare::In)
    return one_may_match(type, zone, predicate.compare, predicate.constants.front());
  for (const Constant& constant : predicate.constants) {
    if (one_may_match(type, zone, Compare::In, constant)) return true;
  }
  return false;
}

}  // namespace spillway::format
