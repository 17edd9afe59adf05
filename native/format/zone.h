// What is known of a stretch of rows of one column (a page, a row group, a file) without reading it, and what follows.
#pragma once

#include "engine/description.h"
#include "format/bytes.h"
#include "format/layout.h"

namespace spillway::format {

union Bound {
  i64 integer = 0;            // integers, dates, timestamps, bool (U64: its bits)
  f64 real;                   // floats; never NaN
  char text[kZoneTextBytes];  // the first bytes, by byte order
};

struct Zone {
  u32 rows = 0;
  u32 nulls = 0;
  u8 flags = 0;     // kZone…
  u8 low_size = 0;  // text: bytes given
  u8 high_size = 0;
  Bound low;
  Bound high;

  bool has(u8 flag) const { return (flags & flag) != 0; }
};

// Makes `zone` cover `other` as well.
void widen(Type type, Zone& zone, const Zone& other);

// The zone of `rows` values as vectors hold them: fixed-width values, or StringView for text (`codes`: u32 codes into
// `entries`). `validity`: one bit a row, nullptr when every row has a value.
Zone measure(Type type, const void* values, const u64* validity, u32 rows, const StringView* entries = nullptr);

// Whether whole numbers (and bools) all lie within the zone's range, as everyone who was told the range relies on.
bool within(Type type, const void* values, u32 count, const Zone& zone);

// False when no row of the zone can make the predicate true.
bool may_match(Type type, const Zone& zone, const ZonePredicate& predicate);

void append_zone(Type type, const Zone& zone, Bytes& out);
Zone read_zone(Type type, u32 rows, ByteReader& in);  // throws Fault

}  // namespace spillway::format
