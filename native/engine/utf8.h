// Walking over UTF-8: code points, their lengths, and white space. Broken bytes count as one code point each.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "engine/types.h"

namespace spillway {

struct CodePoint {
  u32 value;
  u32 bytes;  // 1 … 4
  bool valid;
};

inline bool is_continuation(char c) { return (static_cast<u8>(c) & 0xc0) == 0x80; }

// The code point at `at` (< text.size()).
inline CodePoint decode_utf8(std::string_view text, std::size_t at) {
  const u8 first = static_cast<u8>(text[at]);
  if (first < 0x80) return {first, 1, true};
  const u32 bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() - at < bytes) return {first, 1, false};
  u32 value = first & (0x7fu >> bytes);
  for (u32 i = 1; i < bytes; ++i) {
    if (!is_continuation(text[at + i])) return {first, 1, false};
    value = value << 6 | (static_cast<u8>(text[at + i]) & 0x3f);
  }
  return {value, bytes, true};
}

inline void append_utf8(std::string& out, u32 value) {
  if (value < 0x80) {
    out.push_back(static_cast<char>(value));
    return;
  }
  if (value < 0x800) {
    out.push_back(static_cast<char>(0xc0 | value >> 6));
  } else {
    if (value < 0x10000) {
      out.push_back(static_cast<char>(0xe0 | value >> 12));
    } else {
      out.push_back(static_cast<char>(0xf0 | value >> 18));
      out.push_back(static_cast<char>(0x80 | (value >> 12 & 0x3f)));
    }
    out.push_back(static_cast<char>(0x80 | (value >> 6 & 0x3f)));
  }
  out.push_back(static_cast<char>(0x80 | (value & 0x3f)));
}

// Bytes that begin a code point: all but continuations, eight at a time.
inline u64 count_code_points(std::string_view text) {
  u64 continuations = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    u64 bytes;
    std::memcpy(&bytes, text.data() + at, 8);
    continuations += static_cast<u64>(__builtin_popcountll(bytes >> 7 & ~(bytes >> 6) & 0x0101010101010101u));
  }
  for (; at < text.size(); ++at) continuations += is_continuation(text[at]);
  return text.size() - continuations;
}

// Unicode's White_Space.
inline bool is_white_space(u32 c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

}  // namespace spillway
