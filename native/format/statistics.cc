// Statistics segments as bytes.
#include "format/statistics.h"

namespace spillway::format {
namespace {

constexpr u32 kChunkFixedBytes = 8 + 1 + 8 + 4 + 4 + 8;
constexpr u32 kPageFixedBytes = 4 + 8 + 4 + 1;

void check_extent(u64 offset, u64 bytes, u64 file_bytes, const char* what) {
  if (offset < kHeaderBytes || offset > file_bytes || bytes > file_bytes - offset) {
    fault(std::string(what) + " at " + std::to_string(offset) + " of " + std::to_string(bytes) +
          " bytes lies outside the file of " + std::to_string(file_bytes));
  }
}

ChunkEntry read_chunk(Type type, u32 rows, u64 file_bytes, ByteReader& in) {
  ChunkEntry chunk;
  chunk.offset = in.read<u64>("offset of a chunk");
  const u8 form = in.read<u8>("form of a chunk");
  if (form > 1 || (form == 1 && type != Type::Utf8)) fault("form " + std::to_string(form) + " of a chunk is unknown");
  chunk.codes = form == 1;
  chunk.dictionary_offset = in.read<u64>("offset of dictionary entries");
  chunk.dictionary_bytes = in.read<u32>("size of dictionary entries");
  chunk.dictionary_entries = in.read<u32>("count of dictionary entries");
  chunk.dictionary_checksum = in.read<u64>("checksum of dictionary entries");
  if (chunk.dictionary_entries != 0) {
    if (type != Type::Utf8) fault("dictionary entries of a column that is not text");
    check_extent(chunk.dictionary_offset, chunk.dictionary_bytes, file_bytes, "dictionary block");
    if (u64{chunk.dictionary_entries} * 4 > chunk.dictionary_bytes) fault("more dictionary entries than bytes");
  }
  u64 offset = chunk.offset;
  const u32 pages = pages_of(rows);
  chunk.pages.reserve(pages);
  for (u32 p = 0; p < pages; ++p) {
    PageEntry& page = chunk.pages.emplace_back();
    const u32 page_rows = rows - p * kPageRows < kPageRows ? rows - p * kPageRows : kPageRows;
    page.offset = offset;
    page.bytes = in.read<u32>("size of a page");
    page.checksum = in.read<u64>("checksum of a page");
    page.zone = read_zone(type, page_rows, in);
    if (page.bytes % 8 != 0 || page.bytes < kPageHeaderBytes)
      fault("a page of " + std::to_string(page.bytes) + " bytes");
    check_extent(offset, page.bytes, file_bytes, "page");
    offset += page.bytes;
  }
  return chunk;
}

}  // namespace

void append_chunks(Type type, std::span<const ChunkEntry> chunks, Bytes& out) {
  for (const ChunkEntry& chunk : chunks) {
    append(out, chunk.offset);
    out.push_back(chunk.codes ? 1 : 0);
    append(out, chunk.dictionary_offset);
    append(out, chunk.dictionary_bytes);
    append(out, chunk.dictionary_entries);
    append(out, chunk.dictionary_checksum);
    for (const PageEntry& page : chunk.pages) {
      append(out, page.bytes);
      append(out, page.checksum);
      append_zone(type, page.zone, out);
    }
  }
}

std::vector<ChunkEntry> read_chunks(Type type, std::span<const u32> rows, u64 file_bytes, std::span<const u8> block) {
  ByteReader in(block);
  // The least a group takes: claims beyond the bytes at hand end here, before anything is allocated for them.
  if (u64{rows.size()} * (kChunkFixedBytes + kPageFixedBytes) > block.size()) fault("more row groups than bytes");
  std::vector<ChunkEntry> chunks;
  chunks.reserve(rows.size());
  for (u32 group_rows : rows) chunks.push_back(read_chunk(type, group_rows, file_bytes, in));
  in.end("statistics of a column");
  return chunks;
}

void append_directory(const Directory& directory, Bytes& out) {
  const std::size_t start = out.size();
  append(out, kDirectoryMagic);
  append(out, static_cast<u32>(directory.rows.size()));
  append(out, static_cast<u32>(directory.columns.size()));
  append(out, u32{0});
  for (u32 rows : directory.rows) append(out, rows);
  pad8(out, start);
  for (const DirectoryColumn& column : directory.columns) {
    append(out, column.bytes);
    append(out, column.checksum);
  }
}

Directory read_directory(u32 groups, u32 columns, std::span<const u8> bytes) {
  ByteReader in(bytes);
  if (in.read<u32>("magic") != kDirectoryMagic) fault("a statistics segment without its magic");
  if (in.read<u32>("count of row groups") != groups || in.read<u32>("count of columns") != columns) {
    fault("a statistics segment of other counts than the footer says");
  }
  in.read<u32>("reserved");
  Directory directory;
  const u8* rows = in.take(u64{4} * groups, "rows of row groups");
  directory.rows.resize(groups);
  if (groups != 0) std::memcpy(directory.rows.data(), rows, std::size_t{4} * groups);
  for (u32 count : directory.rows) {
    if (count == 0 || count > kRowGroupRows) fault("a row group of " + std::to_string(count) + " rows");
  }
  in.align8("rows of row groups");
  for (u32 c = 0; c < columns; ++c) {
    DirectoryColumn column;
    column.bytes = in.read<u64>("size of a column's statistics");
    column.checksum = in.read<u64>("checksum of a column's statistics");
    directory.columns.push_back(column);
  }
  in.end("directory");
  return directory;
}

}  // namespace spillway::format
