// Statistics segments: where every page of some row groups lies, its checksum and its zone, column by column, so that
// a scan loads only what its columns need. One segment per write or append.
#pragma once

#include <span>

#include "format/bytes.h"
#include "format/zone.h"

namespace spillway::format {

struct PageEntry {
  u64 offset = 0;  // in the file
  u32 bytes = 0;
  u64 checksum = 0;
  Zone zone;
};

// One column of one row group. Pages follow each other in the file from `offset`.
struct ChunkEntry {
  u64 offset = 0;
  bool codes = false;         // text: pages hold codes (pages without any value fit both)
  u64 dictionary_offset = 0;  // the row group's new entries; none when `dictionary_entries` is 0
  u32 dictionary_bytes = 0;
  u32 dictionary_entries = 0;
  u64 dictionary_checksum = 0;
  std::vector<PageEntry> pages;
};

// The chunks of one column, one per row group of the segment.
void append_chunks(Type type, std::span<const ChunkEntry> chunks, Bytes& out);

// `rows`: of each row group. Every extent is checked to lie within [kHeaderBytes, file_bytes). Throws Fault.
std::vector<ChunkEntry> read_chunks(Type type, std::span<const u32> rows, u64 file_bytes, std::span<const u8> block);

// A segment's first bytes: rows of its groups, and where each column's block lies behind the directory.
struct DirectoryColumn {
  u64 bytes = 0;
  u64 checksum = 0;
};
struct Directory {
  std::vector<u32> rows;
  std::vector<DirectoryColumn> columns;
};
void append_directory(const Directory& directory, Bytes& out);
Directory read_directory(u32 groups, u32 columns, std::span<const u8> bytes);  // throws Fault
constexpr u64 directory_bytes(u64 groups, u64 columns) { return round_up8(16 + 4 * groups) + 16 * columns; }

}  // namespace spillway::format
