// Dates and timestamps as ISO 8601 text and back.
#pragma once

#include <string_view>

#include "engine/types.h"

namespace spillway {

inline constexpr u32 kMaxDateText = 48;

// Each writes at most kMaxDateText bytes and returns how many: 2024-02-29, 2024-02-29 10:30:00[.fraction without
// trailing zeros]. Years outside 0 … 9999 are signed and have at least six digits.
u32 print_date(i32 days, char* out);
u32 print_timestamp(i64 ticks, i64 ticks_per_second, char* out);

// Strict. A timestamp: date, `T` or a blank, hh:mm[:ss[.fraction]], then nothing, Z, or an offset ±hh:mm or ±hhmm; or a
// date alone. False: not that, a day or time that does not exist, a fraction finer than the unit, or out of range.
bool parse_date(std::string_view text, i32& days);
bool parse_timestamp(std::string_view text, i64 ticks_per_second, i64& ticks);

}  // namespace spillway
