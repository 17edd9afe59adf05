// Columns into the forms that grouping works on: keys packed into words, values widened to words, hashes, group
// numbers.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i64 = std::int64_t;
using f64 = double;

inline constexpr u32 kProbeLimit = 128;  // slots one search may look at

// An open-addressing table of group rows. A row begins with its key's words. A slot is 0, or the upper half of the
// key's hash above the row's number + 1. Rows are found by the hash's low bits.
struct GroupSlots {
  u64* slots;
  u64 mask;  // slots − 1
  u8* rows;
  u64 stride;
  u32 count;  // rows in use
  u32 words;  // of a key
};

// Rows are rows[selection[i]], or rows[i] where selection is null. `validity` as in Vector; null: all valid.
// Functions per type are indexed by Type's number, text standing for its u32 dictionary codes.
struct GroupTable {
  // out[i] (+)= (valid ? value − minimum : null_code) * factor; floats by their canonical bits. `add` 0: assign.
  void (*pack[14])(const void* values, const u16* selection, const u64* validity, u32 n, u64 minimum, u64 null_code,
                   u64 factor, bool add, u64* out);
  // Integers to i64 (U64: same bits), floats to f64, text codes to u64.
  void (*widen[14])(const void* values, const u16* selection, u32 n, u64* out);
  // Rows that are valid, as numbers 0 … n − 1 among the rows; returns how many.
  u32 (*valid_rows)(const u16* selection, const u64* validity, u32 n, u16* out);
  // Words to u32; returns the greatest, which says whether all are below the caller's bound.
  u64 (*narrow)(const u64* words, u32 n, u32* out);
  void (*gather_words)(const u64* in, const u16* index, u32 n, u64* out);
  void (*gather_groups)(const u32* in, const u16* index, u32 n, u32* out);
  // To unsigned numbers in the values' order (NaN the greatest, −0 as 0), `flip` all ones: in the opposite order.
  void (*order_integers)(const u64* in, u32 n, u64 flip, u64* out);
  void (*order_unsigned)(const u64* in, u32 n, u64 flip, u64* out);
  void (*order_reals)(const f64* in, u32 n, u64 flip, u64* out);
  // One NaN, one zero.
  void (*canonical_reals)(const u64* in, u32 n, u64* out);
  void (*hash)(const u64* const* words, u32 count, u32 n, u64* out);
  // group[i] = number of the row with this key, a new zeroed row where there is none; there must be room for n more
  // rows and slots. Returns n, or the number of the first row whose search looked at kProbeLimit slots.
  u32 (*find)(GroupSlots* table, const u64* const* key, const u64* hash, u32 n, u32* group);
};

SPILLWAY_KERNEL(group, GroupTable)

}  // namespace spillway
