// The numbers of the .vtr format that the native side knows: docs/format.md explains each, layout.ts repeats them.
#pragma once

#include "engine/types.h"

namespace spillway::format {

// How the values of one page are written.
enum class Encoding : u8 {
  Constant = 0,  // one value for every row
  Plain = 1,     // the values themselves
  Packed = 2,    // difference to the least value of each vector, in as few bits as fit
  Delta = 3,     // differences along lanes, packed
  Runs = 4,      // values with the row each run starts at
  Decimal = 5,   // floats as whole numbers of 10^-k, packed, with exceptions
  Text = 6,      // lengths, packed, then the bytes
};
inline constexpr u32 kEncodingCount = 7;

// Flags of a page's header.
inline constexpr u8 kPageValidity = 1;   // a validity bitmap precedes the body
inline constexpr u8 kPageAllNull = 2;    // no row has a value
inline constexpr u8 kPageCodes = 4;      // text: the values are codes into the column's dictionary
inline constexpr u8 kPageByteSplit = 8;  // the body's bytes are regrouped: all first bytes, all second bytes, …
inline constexpr u8 kPageLz4 = 16;       // the body is one LZ4 block
inline constexpr u8 kPageZstd = 32;      // the body is one zstd frame
inline constexpr u8 kPageFlags = 63;

inline constexpr u32 kPageHeaderBytes = 8;  // encoding, flags, rows (u16), unpacked bytes of the body (u32)
inline constexpr u32 kPageVectors = kPageRows / kVectorRows;
inline constexpr u32 kGroupPages = kRowGroupRows / kPageRows;

// Flags of a zone: what is known of a page's values.
inline constexpr u8 kZoneRange = 1;    // low and high are given
inline constexpr u8 kZoneNan = 2;      // NaN occurs (and is not in the range)
inline constexpr u8 kZoneLowCut = 4;   // text: low is only a prefix
inline constexpr u8 kZoneHighCut = 8;  // text: high is only a prefix
inline constexpr u8 kZoneFlags = 15;
inline constexpr u32 kZoneTextBytes = 32;

// What a checksum covers besides the bytes: so that a block in the wrong place fails.
enum class BlockKind : u32 {
  Page = 1,
  Dictionary = 2,
  Directory = 3,
  Statistics = 4,
  Footer = 5,
  Slot = 6,
  Header = 7
};

inline constexpr u32 kDirectoryMagic = 0x47455356;  // "VSEG"
inline constexpr u32 kHeaderBytes = 4096;           // data begins here

// Bounds that no honest file exceeds; they keep a hostile one from asking for much.
inline constexpr u64 kMaxPageBytes = u64{1} << 30;
inline constexpr u64 kMaxDictionaryEntries = u64{1} << 20;
inline constexpr u64 kMaxDictionaryBytes = u64{32} << 20;
inline constexpr u32 kMaxColumns = 65535;
inline constexpr u64 kMaxStatisticsBytes = u64{1} << 30;

constexpr u64 round_up8(u64 bytes) { return (bytes + 7) & ~u64{7}; }
constexpr u32 vectors_of(u32 rows) { return (rows + kVectorRows - 1) / kVectorRows; }
constexpr u32 pages_of(u32 rows) { return (rows + kPageRows - 1) / kPageRows; }

}  // namespace spillway::format
