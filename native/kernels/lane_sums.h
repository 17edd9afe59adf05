// Sums of floats kept eight side by side, so that every instruction set adds in the same order.
#pragma once

#include <cstdint>

namespace spillway {

inline constexpr std::uint32_t kSumLanes = 8;

// Eight sums, each the exact value of high + low so far; row r of a run goes to lane r % 8. The result is the sum of
// the lanes in their order. They lie 64-aligned.
struct alignas(64) LaneSums {
  double high[kSumLanes];
  double low[kSumLanes];
};

}  // namespace spillway
