// What a prepared file says of itself: its header and manifest, to bytes and back with every bound checked.
#pragma once

#include <string>
#include <vector>

#include "format/bytes.h"
#include "format/checksum.h"
#include "neighbors/metric.h"

namespace spillway {

inline constexpr u32 kPreparedVersion = 1;
inline constexpr u32 kPreparedHeaderBytes = 64;
inline constexpr u32 kPreparedAlignment = 64;        // where sections begin
inline constexpr u32 kPreparedPieceBytes = 1 << 20;  // what one checksum covers
inline constexpr u32 kMaxPreparedSections = 256;
inline constexpr u64 kMaxPreparedManifest = u64{1} << 30;

// A stretch of the file. Section 0 is the rows; the others are the index's.
struct PreparedSection {
  std::string name;
  u64 offset = 0;
  u64 bytes = 0;
  std::vector<u64> checksums;  // of each piece
};

struct PreparedManifest {
  MetricSpec metric;
  bool skip_missing = false;
  bool single = false;  // rows are floats
  u64 rows = 0;
  u32 columns = 0;
  std::string method;
  std::string fingerprint;  // 32 hexadecimal digits
  std::vector<PreparedSection> sections;
};

struct PreparedHeader {
  format::FileId id{};
  u64 manifest_offset = 0;
  u64 manifest_bytes = 0;
  u64 manifest_checksum = 0;
};

u64 pieces_of(u64 bytes);
u64 piece_checksum(const format::FileId& id, u32 section, u32 piece, const void* bytes, std::size_t size);
u64 manifest_checksum(const format::FileId& id, const format::Bytes& manifest);

format::Bytes encode_header(const PreparedHeader& header);
format::Bytes encode_manifest(const PreparedManifest& manifest);
// Throw format::Fault for anything that was not encoded so, or does not fit a file of so many bytes.
PreparedHeader decode_header(std::span<const u8> bytes, u64 file_bytes);
PreparedManifest decode_manifest(std::span<const u8> bytes, u64 data_end);

}  // namespace spillway
