// Numbers as text and back: shortest text that reads back as the same number, written as JavaScript writes it.
#pragma once

#include <string_view>

#include "engine/types.h"

namespace spillway {

inline constexpr u32 kMaxNumberText = 32;

// Each writes at most kMaxNumberText bytes and returns how many. 1e21, 0.1, NaN, -Infinity; −0 is 0. A float32 is
// written with as few digits as tell it from other float32 numbers.
u32 print_i64(i64 value, char* out);
u32 print_u64(u64 value, char* out);
u32 print_f64(f64 value, char* out);
u32 print_f32(f32 value, char* out);

// Strict: the whole text is one number, no blanks. Integers: digits with an optional sign. Floats: decimal digits with
// an optional point, exponent and sign, or NaN, Infinity, inf in any case; correctly rounded; finite text never becomes
// infinite. False: the text is not that, or the number does not fit.
bool parse_i64(std::string_view text, i64& value);
bool parse_u64(std::string_view text, u64& value);
bool parse_f64(std::string_view text, f64& value);
bool parse_f32(std::string_view text, f32& value);

}  // namespace spillway
