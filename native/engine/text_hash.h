// Hash of a text's bytes, the same in every process: short texts by their view's two words, longer ones eight bytes at
// a time.
#pragma once

#include "engine/types.h"

namespace spillway {

inline u64 multiply_fold(u64 a, u64 b) {
  const u128 product = static_cast<u128>(a) * b;
  return static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
}

inline u64 text_hash(const StringView& text) {
  constexpr u64 kA = 0xa0761d6478bd642fu, kB = 0xe7037ed1a0b428dbu;
  u64 first, second;
  std::memcpy(&first, &text, 8);
  if (text.is_inline()) {
    std::memcpy(&second, text.rest, 8);
    return multiply_fold(first ^ kA, second ^ kB);
  }
  u64 hash = first ^ kA;
  const char* at = text.pointer;
  u32 left = text.length;
  for (; left > 8; left -= 8, at += 8) {
    u64 word;
    std::memcpy(&word, at, 8);
    hash = multiply_fold(hash ^ word, kB);
  }
  u64 tail;
  std::memcpy(&tail, at + left - 8, 8);  // overlaps bytes already seen
  return multiply_fold(hash ^ tail, kA ^ text.length);
}

}  // namespace spillway
