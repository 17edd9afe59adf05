// Loading of what a .vtr file says about itself; everything is checked before it is believed.
#include "engine/vtr_file.h"

#include <utility>

#include "format/texts.h"

namespace spillway {

using format::BlockKind;
using format::Bytes;
using format::ChunkEntry;
using format::Fault;
using format::Place;

namespace {

constexpr u64 kIdOffset = 16;  // of the file id in the header page

u64 sum_rows(const std::vector<VtrSegment>& segments) {
  u64 rows = 0;
  for (const VtrSegment& segment : segments) {
    if (__builtin_add_overflow(rows, segment.rows, &rows)) rows = ~u64{0};
  }
  return rows;
}

}  // namespace

VtrFile::VtrFile(VtrDescription description)
    : description_(std::move(description)), file_(description_.path, File::Mode::Read) {
  file_bytes_ = file_.size();
  rows_ = sum_rows(description_.segments);
  columns_.resize(description_.types.size());
  format::FileId found;
  if (file_.read_some(kIdOffset, found.data(), found.size()) != found.size() || found != description_.id) {
    throw Error(ErrorCode::Changed, path() + " is another file than the one opened before; open it again",
                {{"path", path()}, {"what", "file id"}});
  }
}

Error VtrFile::fault_at(u64 offset, const std::string& what) const {
  return Error(ErrorCode::Format,
               path() + " is damaged at byte " + std::to_string(offset) + ": " + what +
                   "; restore it from a copy or write it again",
               {{"path", path()}, {"offset", std::to_string(offset)}, {"what", what}});
}

Bytes VtrFile::read_checked(u64 offset, u64 bytes, u64 checksum, const Place& place, const char* what) const {
  if (offset > file_bytes_ || bytes > file_bytes_ - offset || bytes > format::kMaxStatisticsBytes) {
    throw fault_at(offset, std::string(what) + " of " + std::to_string(bytes) + " bytes lies outside the file of " +
                               std::to_string(file_bytes_));
  }
  Bytes found(static_cast<std::size_t>(bytes));
  file_.read(offset, found.data(), found.size());
  if (format::checksum(id(), place, found.data(), found.size()) != checksum) {
    throw fault_at(offset, std::string(what) + " does not match its checksum");
  }
  return found;
}

void VtrFile::load_directories() {
  u64 first_row = 0;
  std::vector<format::Directory> directories;
  std::vector<VtrGroup> groups;
  for (u32 s = 0; s < description_.segments.size(); ++s) {
    const VtrSegment& segment = description_.segments[s];
    const u64 size = format::directory_bytes(segment.groups, description_.types.size());
    if (size > segment.bytes) throw fault_at(segment.offset, "a statistics segment shorter than its directory");
    const Place place{BlockKind::Directory, 0, static_cast<u32>(groups.size()), 0};
    const Bytes bytes = read_checked(segment.offset, size, segment.directory_checksum, place, "a statistics directory");
    try {
      format::Directory directory =
          format::read_directory(segment.groups, static_cast<u32>(description_.types.size()), bytes);
      u64 rows = 0, total = size;
      for (u32 count : directory.rows) {
        groups.push_back({first_row + rows, count});
        rows += count;
      }
      if (rows != segment.rows) format::fault("row groups that do not add up to the segment's rows");
      for (const format::DirectoryColumn& column : directory.columns) {
        if (__builtin_add_overflow(total, column.bytes, &total)) format::fault("sizes beyond all bounds");
      }
      if (total != segment.bytes) format::fault("columns that do not add up to the segment's size");
      first_row += rows;
      directories.push_back(std::move(directory));
    } catch (const Fault& fault) {
      throw fault_at(segment.offset, fault.what);
    }
  }
  directories_ = std::move(directories);
  groups_ = std::move(groups);
  directories_loaded_ = true;
}

const std::vector<VtrGroup>& VtrFile::groups() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!directories_loaded_) load_directories();
  return groups_;
}

const VtrColumn& VtrFile::column(u32 index) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!directories_loaded_) load_directories();
  if (columns_[index] == nullptr) columns_[index] = load_column(index);
  return *columns_[index];
}

std::unique_ptr<VtrColumn> VtrFile::load_column(u32 index) {
  auto column = std::make_unique<VtrColumn>();
  column->type = description_.types[index];
  u32 first_group = 0;
  for (u32 s = 0; s < description_.segments.size(); ++s) {
    const VtrSegment& segment = description_.segments[s];
    const format::Directory& directory = directories_[s];
    u64 offset = segment.offset + format::directory_bytes(segment.groups, description_.types.size());
    for (u32 c = 0; c < index; ++c) offset += directory.columns[c].bytes;
    const format::DirectoryColumn& entry = directory.columns[index];
    const Place place{BlockKind::Statistics, index, first_group, 0};
    const Bytes block = read_checked(offset, entry.bytes, entry.checksum, place, "a column's statistics");
    try {
      std::vector<ChunkEntry> chunks = format::read_chunks(column->type, directory.rows, file_bytes_, block);
      for (ChunkEntry& chunk : chunks) column->chunks.push_back(std::move(chunk));
    } catch (const Fault& fault) {
      throw fault_at(offset, fault.what);
    }
    first_group += segment.groups;
  }
  column->all_codes = column->type == Type::Utf8;
  for (const ChunkEntry& chunk : column->chunks) {
    format::Zone zone;
    for (const format::PageEntry& page : chunk.pages) format::widen(column->type, zone, page.zone);
    format::widen(column->type, column->zone, zone);
    column->nulls += zone.nulls;
    if (!chunk.codes && zone.nulls != zone.rows) column->all_codes = false;
    column->zones.push_back(zone);
  }
  if (column->type == Type::Utf8) load_dictionary(index, *column);
  if (verify() == VtrVerify::First) {
    column->verified = std::make_unique<std::atomic<u8>[]>(column->chunks.size());
  }
  return column;
}

void VtrFile::load_dictionary(u32 index, VtrColumn& column) const {
  auto dictionary = std::make_unique<VtrDictionary>();
  u64 bytes = 0;
  for (u32 g = 0; g < column.chunks.size(); ++g) {
    const ChunkEntry& chunk = column.chunks[g];
    if (chunk.dictionary_entries != 0) {
      bytes += chunk.dictionary_bytes;
      if (dictionary->entries_.size() + chunk.dictionary_entries > format::kMaxDictionaryEntries ||
          bytes > 2 * format::kMaxDictionaryBytes) {
        throw fault_at(chunk.dictionary_offset, "a dictionary above the format's limits");
      }
      const Place place{BlockKind::Dictionary, index, g, 0};
      dictionary->blocks_.push_back(read_checked(chunk.dictionary_offset, chunk.dictionary_bytes,
                                                 chunk.dictionary_checksum, place, "a dictionary block"));
      try {
        format::parse_entries(dictionary->blocks_.back(), chunk.dictionary_entries, dictionary->entries_);
      } catch (const Fault& fault) {
        throw fault_at(chunk.dictionary_offset, fault.what);
      }
    }
    column.dictionary_sizes.push_back(static_cast<u32>(dictionary->entries_.size()));
  }
  if (!dictionary->entries_.empty()) column.dictionary = std::move(dictionary);
  if (column.dictionary == nullptr) column.all_codes = false;
}

void VtrFile::check_page(const VtrColumn& column, u32 index, u32 group, u32 page, const u8* bytes) const {
  if (verify() == VtrVerify::Never) return;
  const u8 bit = static_cast<u8>(1u << page);
  if (verify() == VtrVerify::First && (column.verified[group].load(std::memory_order_relaxed) & bit) != 0) return;
  const format::PageEntry& entry = column.chunks[group].pages[page];
  if (format::checksum(id(), Place{BlockKind::Page, index, group, page}, bytes, entry.bytes) != entry.checksum) {
    throw fault_at(entry.offset, "page " + std::to_string(page) + " of row group " + std::to_string(group) +
                                     ", column " + std::to_string(index) + " does not match its checksum");
  }
  if (verify() == VtrVerify::First) column.verified[group].fetch_or(bit, std::memory_order_relaxed);
}

}  // namespace spillway
