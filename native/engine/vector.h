// Vectors of up to 2,048 values, chunks of them with a selection, and what is known of a column beforehand.
#pragma once

#include <memory>
#include <string>

#include "engine/types.h"

namespace spillway {

// Distinct texts of one column; code c means entries()[c]. Entries are unique, and neither move nor change while
// a query that saw the dictionary runs.
class Dictionary {
 public:
  virtual ~Dictionary() = default;
  virtual u32 size() const = 0;
  virtual const StringView* entries() const = 0;
};

// Values of one register or column. Rows outside the selection or not valid hold unspecified but readable
// (initialised) values; a dictionary code is in range even there.
struct Vector {
  Type type = Type::I32;
  bool constant = false;          // `data` (and bit 0 of `validity`) holds one value for every row
  const void* data = nullptr;     // Bool: u8 0/1; Utf8: StringView, or u32 codes when `dictionary` is set
  const u64* validity = nullptr;  // bit r of word r / 64: row r has a value; nullptr: every row has
  const Dictionary* dictionary = nullptr;

  template <class T>
  const T* values() const {
    return static_cast<const T*>(data);
  }
  bool valid(u32 row) const {
    if (validity == nullptr) return true;
    u32 r = constant ? 0 : row;
    return (validity[r / 64] >> (r % 64)) & 1;
  }
};

// What flows from stages into a sink: `rows` rows of which `selected` count, listed ascending in `selection`
// (nullptr: all rows, selected == rows).
struct Chunk {
  u32 rows = 0;
  u32 selected = 0;
  const u16* selection = nullptr;
  u32 column_count = 0;
  const Vector* columns = nullptr;
  u64 first_row = 0;            // the source's number of its row 0 …
  const u16* origin = nullptr;  // … and which of its rows row r is; nullptr: row r

  // The source's number of row r: the same under every setting.
  u64 place_of(u32 r) const { return first_row + (origin == nullptr ? r : origin[r]); }
  u32 row_at(u32 i) const { return selection == nullptr ? i : selection[i]; }
};

// What is known of a column before a row is read. Everything is a promise, nothing a guess.
struct ColumnFacts {
  Type type = Type::I32;
  bool may_be_null = true;
  bool has_range = false;  // integers, dates, timestamps, bool: min ≤ value ≤ max for valid rows
  i64 min = 0;             // (U64 beyond the range of i64: has_range is false)
  i64 max = 0;
  const Dictionary* dictionary = nullptr;  // every vector of the column uses exactly this dictionary
};

}  // namespace spillway
