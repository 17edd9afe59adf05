// Bitmaps as validity uses them: bit i of a bitmap is bit i % 8 of byte i / 8, one means present.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

struct BitsTable {
  // Ones among the first `bits` bits.
  std::size_t (*count)(const std::uint8_t* bitmap, std::size_t bits);
  // out = a & b, out = a | b, out = a & ~b over the bytes that hold `bits` bits; out may be a or b. The unused high
  // bits of the last byte come out as the operation makes them.
  void (*both)(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out, std::size_t bits);
  void (*either)(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out, std::size_t bits);
  void (*without)(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* out, std::size_t bits);
};

SPILLWAY_KERNEL(bits, BitsTable)

}  // namespace spillway
