// What folds see of a chunk: the rows with a value in every argument, and values as words that keep their order.
#pragma once

#include <bit>

#include "engine/vector.h"

namespace spillway {

// Rows of a chunk that have a value in every one of `count` columns, ascending.
struct FoldRows {
  u32 count = 0;
  bool all = false;  // they are rows 0 … count − 1, and `rows` is not written
  u16 rows[kVectorRows];

  u32 operator[](u32 i) const { return all ? i : rows[i]; }

  void find(const Chunk& chunk, const Vector* columns, u32 column_count) {
    bool nulls = false;
    for (u32 c = 0; c < column_count; ++c) nulls = nulls || columns[c].validity != nullptr;
    all = !nulls && chunk.selection == nullptr;
    count = chunk.selected;
    if (all) return;
    if (!nulls) {
      std::memcpy(rows, chunk.selection, count * sizeof(u16));
      return;
    }
    u32 kept = 0;
    for (u32 i = 0; i < chunk.selected; ++i) {
      const u32 row = chunk.row_at(i);
      bool valid = true;
      for (u32 c = 0; c < column_count; ++c) valid = valid && columns[c].valid(row);
      rows[kept] = static_cast<u16>(row);
      kept += valid ? 1 : 0;
    }
    count = kept;
  }
};

// Calls use(i, value) for the rows found, with the values of a column that has no text.
template <class T, class Use>
void each_value(const Vector& column, const FoldRows& rows, const Use& use) {
  const T* values = column.values<T>();
  if (column.constant) {
    for (u32 i = 0; i < rows.count; ++i) use(i, values[0]);
  } else if (rows.all) {
    for (u32 i = 0; i < rows.count; ++i) use(i, values[i]);
  } else {
    for (u32 i = 0; i < rows.count; ++i) use(i, values[rows.rows[i]]);
  }
}

// Words that order like values do: −0 is 0, every NaN is the one greatest; integers of any width as their value.
inline u64 ordered_word(f64 value) {
  if (value != value) return 0xFFF8000000000000u;
  const u64 bits = std::bit_cast<u64>(value == 0 ? 0.0 : value);
  return (bits >> 63) != 0 ? ~bits : bits | (u64{1} << 63);
}
inline u64 ordered_word(f32 value) { return ordered_word(static_cast<f64>(value)); }
inline u64 ordered_word(i64 value) { return static_cast<u64>(value) ^ (u64{1} << 63); }
inline u64 ordered_word(i32 value) { return ordered_word(i64{value}); }
inline u64 ordered_word(i16 value) { return ordered_word(i64{value}); }
inline u64 ordered_word(i8 value) { return ordered_word(i64{value}); }
inline u64 ordered_word(u64 value) { return value; }
inline u64 ordered_word(u32 value) { return value; }
inline u64 ordered_word(u16 value) { return value; }
inline u64 ordered_word(u8 value) { return value; }

// Calls use(i, word) for the rows found of a column of any type but text.
template <class Use>
void each_ordered_word(const Vector& column, const FoldRows& rows, const Use& use) {
  const auto as = [&]<class T>(T) {
    each_value<T>(column, rows, [&](u32 i, T value) { use(i, ordered_word(value)); });
  };
  switch (column.type) {
    case Type::Bool:
    case Type::U8: return as(u8{});
    case Type::I8: return as(i8{});
    case Type::I16: return as(i16{});
    case Type::U16: return as(u16{});
    case Type::I32:
    case Type::Date: return as(i32{});
    case Type::U32: return as(u32{});
    case Type::I64:
    case Type::Timestamp: return as(i64{});
    case Type::U64: return as(u64{});
    case Type::F32: return as(f32{});
    case Type::F64: return as(f64{});
    case Type::Utf8: return;
  }
}

// A word whose bits depend on all of x's, the same for ever: states on disk were made with it.
constexpr u64 mixed_word(u64 x) {
  x = (x ^ 0x9e3779b97f4a7c15u ^ (x >> 31)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace spillway
