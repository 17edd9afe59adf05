// Rows at rest in Arrow's layout: what is delivered to JavaScript, pushed by it, kept between pipelines, and spilled.
#pragma once

#include <vector>

#include "engine/flat_dictionary.h"
#include "engine/memory.h"
#include "engine/vector.h"

namespace spillway {

// Text of one column of a block: its offsets are i32.
inline constexpr std::size_t kBlockTextBytes = (std::size_t{1} << 31) - 1;

// One column of a block. Buffers may be larger than what the rows need. Bytes under a null are zero.
struct BlockColumn {
  Type type = Type::I32;
  u64 null_count = 0;
  Buffer validity;  // bit r: row r has a value; empty when every row has
  Buffer values;    // fixed-width values, bits for Bool, u32 codes with a dictionary
  Buffer offsets;   // text without a dictionary: i32, rows + 1 of them …
  Buffer text;      // … into these bytes
  std::size_t text_bytes = 0;
  const Dictionary* dictionary = nullptr;
  std::shared_ptr<const FlatDictionary> flat;  // the dictionary's texts, in blocks on their way to JavaScript

  bool is_plain_text() const { return type == Type::Utf8 && dictionary == nullptr; }
  bool valid(u32 row) const { return validity.empty() || ((validity.data()[row / 8] >> (row % 8)) & 1) != 0; }
  StringView text_at(u32 row) const;  // of plain text; the view points into `text`
  std::size_t bytes() const { return validity.size() + values.size() + offsets.size() + text.size(); }
};

struct Block {
  u32 rows = 0;
  std::vector<BlockColumn> columns;
  Reservation reserved;  // what of it counts against the query's budget

  std::size_t bytes() const;
};

// Bytes of one value as a block holds it; 0 for Bool (bits) and plain text.
constexpr u32 block_width(Type type, bool coded) {
  if (type == Type::Bool) return 0;
  if (type == Type::Utf8) return coded ? 4 : 0;
  return width_of(type);
}

// Bytes for so many bits, in whole 64-bit words.
constexpr std::size_t bitmap_bytes(u64 bits) { return static_cast<std::size_t>((bits + 63) / 64 * 8); }

// Copies `count` bits from bit `from` of `source` to bit `to` of `target`; bits of the target beyond are kept.
void copy_bits(u8* target, u64 to, const u8* source, u64 from, u64 count);
void set_bits(u8* target, u64 to, u64 count);           // to one
u64 count_bits(const u8* source, u64 from, u64 count);  // that are one

}  // namespace spillway
