// Fixed fields, little-endian; docs/format.md has the table.
#include "neighbors/prepared_manifest.h"

#include <cstring>

namespace spillway {
namespace {

constexpr char kMagic[8] = {'S', 'P', 'W', 'P', 'R', 'E', 'P', '\n'};
// Checksums of the file's own parts, told apart from those of pieces by the column.
constexpr u32 kHeaderPart = ~u32{0}, kManifestPart = ~u32{0} - 1;

u64 header_checksum(const u8* bytes) {
  return format::checksum({}, {format::BlockKind::Header, kHeaderPart, 0, 0}, bytes, kPreparedHeaderBytes - 8);
}

void append_text(format::Bytes& out, const std::string& text) {
  format::append(out, static_cast<u32>(text.size()));
  format::append_bytes(out, text.data(), text.size());
}

std::string read_text(format::ByteReader& reader, const char* what) {
  const u32 size = reader.read<u32>(what);
  if (size > 64) format::fault(std::string(what) + " has " + std::to_string(size) + " bytes, at most 64 are allowed");
  return std::string(reinterpret_cast<const char*>(reader.take(size, what)), size);
}

PreparedSection read_section(format::ByteReader& reader, u64& end, u64 data_end) {
  PreparedSection section;
  section.name = read_text(reader, "the name of a section");
  section.offset = reader.read<u64>("the offset of a section");
  section.bytes = reader.read<u64>("the size of a section");
  // Sections follow each other, so that none reaches into another.
  if (section.offset % kPreparedAlignment != 0 || section.offset < end || section.offset > data_end ||
      section.bytes > data_end - section.offset) {
    format::fault("the section " + section.name + " is not where it can be");
  }
  end = section.offset + section.bytes;
  const u64 pieces = pieces_of(section.bytes);
  if (pieces > reader.left() / 8) format::fault("the section " + section.name + " lacks checksums");
  section.checksums.reserve(pieces);
  for (u64 i = 0; i < pieces; ++i) section.checksums.push_back(reader.read<u64>("a checksum"));
  return section;
}

}  // namespace

u64 pieces_of(u64 bytes) { return bytes / kPreparedPieceBytes + (bytes % kPreparedPieceBytes != 0 ? 1 : 0); }

u64 piece_checksum(const format::FileId& id, u32 section, u32 piece, const void* bytes, std::size_t size) {
  return format::checksum(id, {format::BlockKind::Page, section, piece, 0}, bytes, size);
}

u64 manifest_checksum(const format::FileId& id, const format::Bytes& manifest) {
  return format::checksum(id, {format::BlockKind::Footer, kManifestPart, 0, 0}, manifest.data(), manifest.size());
}

format::Bytes encode_header(const PreparedHeader& header) {
  format::Bytes out;
  out.reserve(kPreparedHeaderBytes);
  format::append_bytes(out, kMagic, sizeof kMagic);
  format::append(out, kPreparedVersion);
  format::append(out, u32{0});
  format::append_bytes(out, header.id.data(), header.id.size());
  format::append(out, header.manifest_offset);
  format::append(out, header.manifest_bytes);
  format::append(out, header.manifest_checksum);
  format::append(out, header_checksum(out.data()));
  return out;
}

PreparedHeader decode_header(std::span<const u8> bytes, u64 file_bytes) {
  format::ByteReader reader(bytes);
  if (std::memcmp(reader.take(sizeof kMagic, "the magic number"), kMagic, sizeof kMagic) != 0) {
    format::fault("it is no prepared reference");
  }
  const u32 version = reader.read<u32>("the version");
  if (version != kPreparedVersion) {
    format::fault("it is of version " + std::to_string(version) + "; this release reads version " +
                  std::to_string(kPreparedVersion));
  }
  reader.take(4, "the header");
  PreparedHeader header;
  std::memcpy(header.id.data(), reader.take(16, "the header"), 16);
  header.manifest_offset = reader.read<u64>("the header");
  header.manifest_bytes = reader.read<u64>("the header");
  header.manifest_checksum = reader.read<u64>("the header");
  if (reader.read<u64>("the header") != header_checksum(bytes.data())) {
    format::fault("the checksum of its header does not match");
  }
  if (header.manifest_bytes > kMaxPreparedManifest || header.manifest_offset < kPreparedHeaderBytes ||
      header.manifest_offset > file_bytes || header.manifest_bytes != file_bytes - header.manifest_offset) {
    format::fault("it has " + std::to_string(file_bytes) + " bytes, not those it was written with");
  }
  return header;
}

format::Bytes encode_manifest(const PreparedManifest& manifest) {
  format::Bytes out;
  out.reserve(256);
  format::append(out, static_cast<u32>(manifest.metric.kind));
  format::append(out, static_cast<u32>(manifest.skip_missing ? 1 : 0) | static_cast<u32>(manifest.single ? 2 : 0));
  format::append(out, manifest.metric.p);
  format::append(out, manifest.rows);
  format::append(out, manifest.columns);
  format::append(out, static_cast<u32>(manifest.sections.size()));
  append_text(out, manifest.method);
  append_text(out, manifest.fingerprint);
  for (const PreparedSection& section : manifest.sections) {
    append_text(out, section.name);
    format::append(out, section.offset);
    format::append(out, section.bytes);
    for (u64 checksum : section.checksums) format::append(out, checksum);
  }
  return out;
}

PreparedManifest decode_manifest(std::span<const u8> bytes, u64 data_end) {
  format::ByteReader reader(bytes);
  PreparedManifest manifest;
  const u32 metric = reader.read<u32>("the metric");
  if (metric > static_cast<u32>(Metric::Haversine)) format::fault("its metric is not known");
  manifest.metric.kind = static_cast<Metric>(metric);
  const u32 flags = reader.read<u32>("the flags");
  if (flags > 3) format::fault("its flags are not known");
  manifest.skip_missing = (flags & 1) != 0;
  manifest.single = (flags & 2) != 0;
  manifest.metric.p = reader.read<f64>("the exponent");
  if (!(manifest.metric.p >= 1 && manifest.metric.p <= 1e300)) format::fault("its exponent is not possible");
  manifest.rows = reader.read<u64>("the rows");
  manifest.columns = reader.read<u32>("the columns");
  const u32 sections = reader.read<u32>("the sections");
  if (manifest.rows == 0 || manifest.rows >= ~u32{0} || manifest.columns == 0)
    format::fault("its shape is not possible");
  if (manifest.metric.kind == Metric::Haversine && manifest.columns != 2) format::fault("its shape is not possible");
  if (sections == 0 || sections > kMaxPreparedSections) format::fault("it has an impossible number of sections");
  manifest.method = read_text(reader, "the method");
  manifest.fingerprint = read_text(reader, "the fingerprint");
  u64 end = kPreparedHeaderBytes;
  for (u32 i = 0; i < sections; ++i) manifest.sections.push_back(read_section(reader, end, data_end));
  reader.end("the manifest");
  const PreparedSection& rows = manifest.sections.front();
  const u64 row = u64{manifest.columns} * (manifest.single ? 4 : 8);
  if (rows.name != "rows" || rows.bytes / row != manifest.rows || rows.bytes % row != 0) {
    format::fault("its rows do not fit its shape");
  }
  return manifest;
}

}  // namespace spillway
