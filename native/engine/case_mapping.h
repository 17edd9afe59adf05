// Upper and lower case of UTF-8 text: one code point for one code point, independent of language.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/types.h"

namespace spillway {

// Code points first, first + stride … last map to themselves + delta.
struct CaseRange {
  u32 first;
  u32 last;
  u32 stride;
  i32 delta;
};

// Ascending, beyond ASCII.
std::span<const CaseRange> upper_ranges();
std::span<const CaseRange> lower_ranges();

enum class Case { Upper, Lower };

// Writes the text in the other case to `out` (text.size() bytes) if it is ASCII alone; false, and `out` unspecified, if
// not.
bool change_ascii_case(std::string_view text, Case wanted, char* out);

// Replaces `out` by the text in the other case. Bytes that are not UTF-8 stay as they are.
void change_case(std::string_view text, Case wanted, std::string& out);

}  // namespace spillway
