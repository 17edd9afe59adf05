// Maps letters by ranges; texts of ASCII alone take a shorter way.
#include "engine/case_mapping.h"

#include <algorithm>

#include "engine/utf8.h"

namespace spillway {
namespace {

u32 map_code_point(std::span<const CaseRange> ranges, u32 value) {
  const auto at = std::lower_bound(ranges.begin(), ranges.end(), value,
                                   [](const CaseRange& range, u32 wanted) { return range.last < wanted; });
  if (at == ranges.end() || value < at->first || (value - at->first) % at->stride != 0) return value;
  return static_cast<u32>(static_cast<i32>(value) + at->delta);
}

char map_ascii(char c, Case wanted) {
  const char first = wanted == Case::Upper ? 'a' : 'A';
  return static_cast<char>(c ^ (static_cast<u8>(c - first) < 26 ? 0x20 : 0));
}

}  // namespace

bool change_ascii_case(std::string_view text, Case wanted, char* out) {
  u8 any = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    any |= static_cast<u8>(text[i]);
    out[i] = map_ascii(text[i], wanted);
  }
  return any < 0x80;
}

void change_case(std::string_view text, Case wanted, std::string& out) {
  out.resize(text.size());
  if (change_ascii_case(text, wanted, out.data())) return;
  out.clear();
  const std::span<const CaseRange> ranges = wanted == Case::Upper ? upper_ranges() : lower_ranges();
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text, i);
    if (c.value < 0x80) {
      out.push_back(map_ascii(text[i], wanted));
    } else if (c.valid) {
      append_utf8(out, map_code_point(ranges, c.value));
    } else {
      out.push_back(text[i]);
    }
    i += c.bytes;
  }
}

}  // namespace spillway
