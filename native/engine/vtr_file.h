// An opened .vtr file at one of its versions: statistics and dictionaries, loaded when first needed, shared by queries.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/file.h"
#include "engine/vector.h"
#include "format/checksum.h"
#include "format/statistics.h"

namespace spillway {

// One statistics segment, as the footer lists it.
struct VtrSegment {
  u64 offset = 0;
  u64 bytes = 0;  // directory and all columns
  u64 directory_checksum = 0;
  u32 groups = 0;
  u64 rows = 0;
};

enum class VtrVerify : u8 { Always = 0, First = 1, Never = 2 };

// What the footer says; TypeScript has read it.
struct VtrDescription {
  std::string path;
  format::FileId id{};
  std::vector<Type> types;
  std::vector<VtrSegment> segments;
  VtrVerify verify = VtrVerify::Always;
};

struct VtrGroup {
  u64 first_row = 0;
  u32 rows = 0;
};

// The file-wide dictionary of one text column. Never changes once loaded.
class VtrDictionary final : public Dictionary {
 public:
  u32 size() const override { return static_cast<u32>(entries_.size()); }
  const StringView* entries() const override { return entries_.data(); }

 private:
  friend class VtrFile;
  std::vector<StringView> entries_;
  std::vector<format::Bytes> blocks_;
};

struct VtrColumn {
  Type type = Type::I32;
  std::vector<format::ChunkEntry> chunks;  // one per row group of the file
  std::vector<format::Zone> zones;         // one per row group
  std::vector<u32> dictionary_sizes;       // entries known after each row group
  format::Zone zone;                       // of the whole column; its 32-bit counts are not used
  u64 nulls = 0;
  bool all_codes = false;                       // every page with a value holds codes
  std::unique_ptr<VtrDictionary> dictionary;    // nullptr: none
  std::unique_ptr<std::atomic<u8>[]> verified;  // per page, 8 per row group; VtrVerify::First
};

class VtrFile {
 public:
  // Opens the file and checks that it is the one described. Throws Error Io, Format, Changed.
  explicit VtrFile(VtrDescription description);

  const std::string& path() const { return description_.path; }
  u32 column_count() const { return static_cast<u32>(description_.types.size()); }
  Type type(u32 column) const { return description_.types[column]; }
  VtrVerify verify() const { return description_.verify; }
  const format::FileId& id() const { return description_.id; }
  u64 rows() const { return rows_; }

  // Row groups of all segments. Loads the directories at the first call. Any thread.
  const std::vector<VtrGroup>& groups();
  // Statistics and dictionary of a column, loaded at the first call; stays as long as the file. Any thread.
  const VtrColumn& column(u32 index);

  void read(u64 offset, void* into, std::size_t bytes) const { file_.read(offset, into, bytes); }
  // A hint: will be read soon.
  void prefetch(u64 offset, u64 bytes) const noexcept { file_.prefetch(offset, bytes); }
  // Whether page bytes must be verified now (and marks them so). Throws Error Format when they fail.
  void check_page(const VtrColumn& column, u32 index, u32 group, u32 page, const u8* bytes) const;
  // Error Format naming path, offset and what is wrong.
  Error fault_at(u64 offset, const std::string& what) const;

 private:
  void load_directories();
  std::unique_ptr<VtrColumn> load_column(u32 index);
  void load_dictionary(u32 index, VtrColumn& column) const;
  format::Bytes read_checked(u64 offset, u64 bytes, u64 checksum, const format::Place& place, const char* what) const;

  VtrDescription description_;
  File file_;
  u64 file_bytes_ = 0;
  u64 rows_ = 0;
  std::mutex mutex_;
  bool directories_loaded_ = false;
  std::vector<format::Directory> directories_;
  std::vector<VtrGroup> groups_;
  std::vector<std::unique_ptr<VtrColumn>> columns_;
};

}  // namespace spillway
