// Bitmaps, selections, choices and gathers: how rows are kept, dropped, picked and moved.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

// Widths of values as tables below list them: 1, 2, 4, 8, 16 bytes.
inline constexpr unsigned kKernelWidths = 5;

struct SelectTable {
  // Bit r = byte r is not 0; bits from `rows` up to the next multiple of 64 are 0.
  void (*bits_of_bytes)(std::uint64_t* bits, const std::uint8_t* bytes, std::uint32_t rows);
  // Byte r = bit r; writes whole words of 64 rows.
  void (*bytes_of_bits)(std::uint8_t* bytes, const std::uint64_t* bits, std::uint32_t rows);
  // Positions of the ones, ascending; returns how many. `out` has room for 64 · words + 64 entries.
  std::uint32_t (*indices)(std::uint16_t* out, const std::uint64_t* bits, std::uint32_t words);
  // The bits of `bits` at the ones of `mask`, moved together; returns how many. Unused bits of the last word are 0.
  std::uint32_t (*compress_bits)(std::uint64_t* out, const std::uint64_t* bits, const std::uint64_t* mask,
                                 std::uint32_t words);
  // out[r] = bit r ? a : b, each flat or constant. By width.
  void (*choose[kKernelWidths])(void* out, const std::uint64_t* bits, KernelOperand a, KernelOperand b,
                                std::uint32_t rows);
  // out[i] = in[index[i]]; `out` may be `in` when the index is ascending. By width.
  void (*gather[kKernelWidths])(void* out, const void* in, const std::uint16_t* index, std::uint32_t rows);
  // out[r] = table[code[r]]. By width.
  void (*look_up[kKernelWidths])(void* out, const void* table, const std::uint32_t* codes, std::uint32_t rows);
  // Bytes: out = a and b, a or b, not a; operands hold any byte for true.
  VectorKernel both, either, negate;
};

SPILLWAY_KERNEL(select, SelectTable)

}  // namespace spillway
