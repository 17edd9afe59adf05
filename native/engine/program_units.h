// Units of timestamps as instructions carry them: 0 seconds, 1 milliseconds, 2 microseconds, 3 nanoseconds.
#pragma once

#include "engine/types.h"

namespace spillway {

inline constexpr i64 kSecondsPerDay = 86400;

// 0 for a number that is no unit (−1: the operand is a date).
constexpr i64 ticks_per_second(i64 unit) {
  switch (unit) {
    case 0: return 1;
    case 1: return 1'000;
    case 2: return 1'000'000;
    case 3: return 1'000'000'000;
    default: return 0;
  }
}

}  // namespace spillway
