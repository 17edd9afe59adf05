// Fields of nodes that are being made.
#pragma once

#include <cstring>

#include "engine/types.h"

namespace spillway {

template <class T>
void put_field(u8* node, u32 at, T value) {
  std::memcpy(node + at, &value, sizeof value);
}

// Hamming: Annoy counts a word's bits from its highest.
inline bool bit_of(const u8* vector, u32 bit) {
  u64 word;
  std::memcpy(&word, vector + bit / 64 * 8, sizeof word);
  return (word >> (63 - bit % 64) & 1) != 0;
}

}  // namespace spillway
