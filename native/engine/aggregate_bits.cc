// Counting distinct values by a bit for each.
#include <algorithm>
#include <bit>

#include "engine/aggregate_values.h"

namespace spillway {

void ValueStore::set_bits(const ArgumentColumn& column, const u32* groups) {
  const StreamKeys& layout = shape_.stream_keys[stream_];
  const u64 values = layout.bit_values;
  u64* bits = bits_.as<u64>();
  for (u32 i = 0; i < column.valid_count; ++i) {
    const u32 row = column.valid == nullptr ? i : column.valid[i];
    const u64 value = column.words[row] - layout.least;
    if (value >= values) {
      throw Error(ErrorCode::Format, "a value lies outside the range that its column's statistics promise");
    }
    const u64 bit = groups[row] * values + value;
    bits[bit / 64] |= u64{1} << (bit % 64);
  }
}

void count_bits(const AggregateShape& shape, u32 stream, const std::vector<const u64*>& stores, u32 stretch,
                const ValueTarget& target) {
  const u64 values = shape.stream_keys[stream].bit_values;
  const u64 end = std::min((stretch + u64{1}) * kBitStretch, target.groups * values);
  for (u64 at = stretch * kBitStretch; at < end;) {
    const u64 group = at / values;
    const u64 until = std::min(end, (group + 1) * values);
    u64 count = 0;
    while (at < until) {
      u64 word = 0;
      for (const u64* store : stores) word |= store[at / 64];
      const u64 taken = std::min(until - at, 64 - at % 64);
      word >>= at % 64;
      if (taken < 64) word &= (u64{1} << taken) - 1;
      count += static_cast<u64>(std::popcount(word));
      at += taken;
    }
    if (count == 0) continue;
    for (const Part& part : shape.plan.parts) {
      if (part.stream != static_cast<i32>(stream)) continue;
      auto* state = reinterpret_cast<u64*>(target.states + group * target.stride + part.offset);
      __atomic_fetch_add(state, count, __ATOMIC_RELAXED);
    }
  }
}

}  // namespace spillway
