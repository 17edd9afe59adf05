// Measuring, widening, writing and reading of zones.
#include "format/zone.h"

#include <cmath>
#include <type_traits>

#include "format/lanes.h"

namespace spillway::format {
namespace {

bool integer_less(Type type, i64 a, i64 b) {
  return type == Type::U64 ? static_cast<u64>(a) < static_cast<u64>(b) : a < b;
}

int compare_text(const char* a, u32 a_size, const char* b, u32 b_size) {
  const u32 size = a_size < b_size ? a_size : b_size;
  const int order = size == 0 ? 0 : std::memcmp(a, b, size);
  if (order != 0) return order;
  return a_size < b_size ? -1 : a_size > b_size ? 1 : 0;
}

bool present(const u64* validity, u32 row) {
  return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1) != 0;
}

u32 count_nulls(const u64* validity, u32 rows) {
  if (validity == nullptr) return 0;
  u32 valid = 0;
  for (u32 w = 0; w < rows / 64; ++w) valid += static_cast<u32>(__builtin_popcountll(validity[w]));
  if (rows % 64 != 0) {
    valid += static_cast<u32>(__builtin_popcountll(validity[rows / 64] & ((u64{1} << (rows % 64)) - 1)));
  }
  return rows - valid;
}

template <class T>
void measure_integers(Zone& zone, const T* values, const u64* validity, u32 rows) {
  bool any = false;
  T low{}, high{};
  for (u32 i = 0; i < rows; ++i) {
    if (!present(validity, i)) continue;
    if (!any || values[i] < low) low = values[i];
    if (!any || values[i] > high) high = values[i];
    any = true;
  }
  if (!any) return;
  zone.flags |= kZoneRange;
  zone.low.integer = static_cast<i64>(low);
  zone.high.integer = static_cast<i64>(high);
}

void measure_integers(Zone& zone, Type type, const void* values, const u64* validity, u32 rows) {
  const bool is_signed = !is_unsigned_integer(type) && type != Type::Bool;
  if (validity == nullptr) {
    zone.flags |= kZoneRange;
    range_of(width_of(type), is_signed, static_cast<const u8*>(values), rows, &zone.low.integer, &zone.high.integer);
    return;
  }
  with_lane(width_of(type), [&](auto lane) {
    using T = decltype(lane);
    using S = std::make_signed_t<T>;
    if (is_signed) {
      measure_integers(zone, static_cast<const S*>(values), validity, rows);
    } else {
      measure_integers(zone, static_cast<const T*>(values), validity, rows);
    }
  });
}

template <class T>
void measure_floats(Zone& zone, const T* values, const u64* validity, u32 rows) {
  bool any = false;
  T low{}, high{};
  for (u32 i = 0; i < rows; ++i) {
    if (!present(validity, i)) continue;
    if (std::isnan(values[i])) {
      zone.flags |= kZoneNan;
      continue;
    }
    if (!any || values[i] < low) low = values[i];
    if (!any || values[i] > high) high = values[i];
    any = true;
  }
  if (!any) return;
  zone.flags |= kZoneRange;
  zone.low.real = static_cast<f64>(low);
  zone.high.real = static_cast<f64>(high);
}

void set_text(Bound& bound, u8& size, u8& flags, u8 cut, const StringView& text) {
  const u32 kept = text.length < kZoneTextBytes ? text.length : kZoneTextBytes;
  std::memset(bound.text, 0, kZoneTextBytes);
  if (kept != 0) std::memcpy(bound.text, text.data(), kept);
  size = static_cast<u8>(kept);
  if (text.length > kept) flags |= cut;
}

bool text_less(const StringView& a, const StringView& b) {
  return compare_text(a.data(), a.length, b.data(), b.length) < 0;
}

struct TextRange {
  const StringView* low = nullptr;
  const StringView* high = nullptr;
  void add(const StringView& text) {
    if (low == nullptr || text_less(text, *low)) low = &text;
    if (high == nullptr || text_less(*high, text)) high = &text;
  }
};

// Each entry that occurs is compared once, however often it occurs.
void measure_codes(TextRange& range, const u32* codes, const StringView* entries, const u64* validity, u32 rows) {
  std::vector<u64> seen(pages_kernels().greatest(codes, rows) / 64 + 1);
  for (u32 i = 0; i < rows; ++i) {
    if (present(validity, i)) seen[codes[i] / 64] |= u64{1} << (codes[i] % 64);
  }
  for (std::size_t w = 0; w < seen.size(); ++w) {
    for (u64 word = seen[w]; word != 0; word &= word - 1) {
      range.add(entries[w * 64 + static_cast<u32>(__builtin_ctzll(word))]);
    }
  }
}

void measure_texts(Zone& zone, const void* values, const StringView* entries, const u64* validity, u32 rows) {
  TextRange range;
  if (entries != nullptr) {
    measure_codes(range, static_cast<const u32*>(values), entries, validity, rows);
  } else {
    for (u32 i = 0; i < rows; ++i) {
      if (present(validity, i)) range.add(static_cast<const StringView*>(values)[i]);
    }
  }
  if (range.low == nullptr) return;
  zone.flags |= kZoneRange;
  set_text(zone.low, zone.low_size, zone.flags, kZoneLowCut, *range.low);
  set_text(zone.high, zone.high_size, zone.flags, kZoneHighCut, *range.high);
}

}  // namespace

Zone measure(Type type, const void* values, const u64* validity, u32 rows, const StringView* entries) {
  Zone zone;
  zone.rows = rows;
  zone.nulls = count_nulls(validity, rows);
  if (zone.nulls == 0) validity = nullptr;
  if (zone.nulls == rows) return zone;
  if (type == Type::Utf8) {
    measure_texts(zone, values, entries, validity, rows);
  } else if (type == Type::F64) {
    measure_floats(zone, static_cast<const f64*>(values), validity, rows);
  } else if (type == Type::F32) {
    measure_floats(zone, static_cast<const f32*>(values), validity, rows);
  } else {
    measure_integers(zone, type, values, validity, rows);
  }
  return zone;
}

bool within(Type type, const void* values, u32 count, const Zone& zone) {
  if (!zone.has(kZoneRange)) return false;
  const bool is_signed = !is_unsigned_integer(type) && type != Type::Bool;
  i64 least, most;
  range_of(width_of(type), is_signed, static_cast<const u8*>(values), count, &least, &most);
  return !integer_less(type, least, zone.low.integer) && !integer_less(type, zone.high.integer, most);
}

void widen(Type type, Zone& zone, const Zone& other) {
  zone.rows += other.rows;
  zone.nulls += other.nulls;
  zone.flags |= other.flags & kZoneNan;
  if (!other.has(kZoneRange)) return;
  const bool first = !zone.has(kZoneRange);
  zone.flags |= kZoneRange;
  bool lower = first, higher = first;
  if (!first && type == Type::Utf8) {
    lower = compare_text(other.low.text, other.low_size, zone.low.text, zone.low_size) < 0;
    const int order = compare_text(other.high.text, other.high_size, zone.high.text, zone.high_size);
    higher = order > 0 || (order == 0 && other.has(kZoneHighCut));  // a cut bound reaches beyond an equal whole one
  } else if (!first && is_float(type)) {
    lower = other.low.real < zone.low.real;
    higher = other.high.real > zone.high.real;
  } else if (!first) {
    lower = integer_less(type, other.low.integer, zone.low.integer);
    higher = integer_less(type, zone.high.integer, other.high.integer);
  }
  if (lower) {
    zone.low = other.low;
    zone.low_size = other.low_size;
    zone.flags = static_cast<u8>((zone.flags & ~kZoneLowCut) | (other.flags & kZoneLowCut));
  }
  if (higher) {
    zone.high = other.high;
    zone.high_size = other.high_size;
    zone.flags = static_cast<u8>((zone.flags & ~kZoneHighCut) | (other.flags & kZoneHighCut));
  }
}

void append_zone(Type type, const Zone& zone, Bytes& out) {
  append(out, zone.nulls);
  out.push_back(zone.flags);
  if (!zone.has(kZoneRange)) return;
  if (type == Type::Utf8) {
    out.push_back(zone.low_size);
    append_bytes(out, zone.low.text, zone.low_size);
    out.push_back(zone.high_size);
    append_bytes(out, zone.high.text, zone.high_size);
  } else {
    append(out, zone.low.integer);  // floats: the same eight bytes
    append(out, zone.high.integer);
  }
}

namespace {

void read_text_bound(ByteReader& in, Bound& bound, u8& size) {
  size = in.read<u8>("size of a bound");
  if (size > kZoneTextBytes) fault("a bound of " + std::to_string(size) + " bytes");
  std::memset(bound.text, 0, kZoneTextBytes);
  std::memcpy(bound.text, in.take(size, "bound"), size);
}

}  // namespace

Zone read_zone(Type type, u32 rows, ByteReader& in) {
  Zone zone;
  zone.rows = rows;
  zone.nulls = in.read<u32>("count of nulls");
  zone.flags = in.read<u8>("flags of a zone");
  if (zone.nulls > rows) fault(std::to_string(zone.nulls) + " nulls in " + std::to_string(rows) + " rows");
  if ((zone.flags & ~kZoneFlags) != 0) fault("unknown flags of a zone");
  if (!zone.has(kZoneRange)) return zone;
  if (type == Type::Utf8) {
    read_text_bound(in, zone.low, zone.low_size);
    read_text_bound(in, zone.high, zone.high_size);
    return zone;
  }
  zone.low.integer = in.read<i64>("low bound");
  zone.high.integer = in.read<i64>("high bound");
  if (is_float(type) ? !(zone.low.real <= zone.high.real) : integer_less(type, zone.high.integer, zone.low.integer)) {
    fault("bounds of a zone in the wrong order");
  }
  if (type == Type::Bool && (zone.low.integer < 0 || zone.high.integer > 1))
    fault("bounds of a bool other than 0 and 1");
  return zone;
}

}  // namespace spillway::format
