// Loops that add values to groups' states: what every aggregate's state looks like and how it takes values.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

using u8 = std::uint8_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i64 = std::int64_t;
using f64 = double;
__extension__ typedef __int128 i128;

// States begin as zero bytes. They lie 8-aligned; a 128-bit sum is two words, the low one first.

// A sum of floats: the pair's exact value is the sum so far. A non-finite `high` says all; `low` is then ignored.
struct RealSum {
  f64 high;
  f64 low;
};

// Powers of x − origin, where origin is the first value that this state saw: results depend on it only far below
// the last bit, and equal values give exactly zero.
struct RealMoments {
  u64 count;
  f64 origin;
  RealSum first, second;
};

// The same for pairs.
struct RealComoments {
  u64 count;
  f64 origin_x, origin_y;
  RealSum x, y, xx, yy, xy;
};

// Value i belongs to the state at base + group[i] * stride. The `one_` forms add everything to the state at base.
struct AggregateTable {
  void (*count)(u8* base, u64 stride, const u32* group, u32 n);
  void (*sum_narrow)(u8* base, u64 stride, const u32* group, const i64* value,
                     u32 n);  // i64: the caller knows that it fits
  void (*sum_wide)(u8* base, u64 stride, const u32* group, const i64* value, u32 n);      // i128
  void (*sum_unsigned)(u8* base, u64 stride, const u32* group, const u64* value, u32 n);  // i128
  void (*sum_real)(u8* base, u64 stride, const u32* group, const f64* value, u32 n);      // RealSum
  void (*product_narrow)(u8* base, u64 stride, const u32* group, const i64* x, const i64* y, u32 n);
  void (*product_wide)(u8* base, u64 stride, const u32* group, const i64* x, const i64* y, u32 n);
  void (*moments)(u8* base, u64 stride, const u32* group, const f64* value, u32 n);
  void (*comoments)(u8* base, u64 stride, const u32* group, const f64* x, const f64* y, u32 n);
  void (*maximum)(u8* base, u64 stride, const u32* group, const u64* value, u32 n);  // unsigned; zero is the least

  void (*one_sum_narrow)(u8* state, const i64* value, u32 n);
  void (*one_sum_wide)(u8* state, const i64* value, u32 n);
  void (*one_sum_unsigned)(u8* state, const u64* value, u32 n);
  void (*one_sum_real)(u8* state, const f64* value, u32 n);
  void (*one_product_narrow)(u8* state, const i64* x, const i64* y, u32 n);
  void (*one_product_wide)(u8* state, const i64* x, const i64* y, u32 n);
  void (*one_moments)(u8* state, const f64* value, u32 n);
  void (*one_comoments)(u8* state, const f64* x, const f64* y, u32 n);
  void (*one_maximum)(u8* state, const u64* value, u32 n);

  // Whether all n ≥ 1 group numbers are the same.
  bool (*single)(const u32* group, u32 n);
  // Notes the least position[i] + 1 of each group (0: none yet); returns how many groups were new.
  u32 (*note_first)(u8* base, u64 stride, const u32* group, const u64* position, u32 n);
};

SPILLWAY_KERNEL(aggregate, AggregateTable)

}  // namespace spillway
