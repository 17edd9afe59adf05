// One row group being written: its columns' pages are encoded independently, by whichever thread is free.
#pragma once

#include "engine/vtr_dictionary.h"
#include "format/checksum.h"
#include "format/page.h"
#include "format/statistics.h"

namespace spillway {

// Scratch of one encoding thread.
struct VtrEncodeScratch {
  Buffer values{std::size_t{kPageRows} * 16};
  u64 validity[kPageRows / 64];
};

struct VtrGroupColumn {
  GroupTexts texts;  // text: found first
  bool collected = false;
  VtrDictionaryBuilder::Assigned assigned;
  format::Bytes pages;       // then the column's pages, one after the other
  format::ChunkEntry entry;  // offsets are filled in when the row group gets its place
};

class VtrRowGroup {
 public:
  VtrRowGroup(u32 number, std::vector<VtrSlice> slices, std::shared_ptr<void> owner, u32 rows, std::size_t columns)
      : number(number),
        rows(rows),
        slices(std::move(slices)),
        owner(std::move(owner)),
        columns(columns),
        left(static_cast<u32>(columns)) {}

  const u32 number;  // counted over the whole file
  const u32 rows;
  std::vector<VtrSlice> slices;
  std::shared_ptr<void> owner;  // keeps the slices' blocks
  std::vector<VtrGroupColumn> columns;
  std::atomic<u32> left;  // columns not encoded yet

  // Texts of column `index`: codes within the row group, unless the dictionary was given up already.
  void collect(u32 index, const VtrInput& input, const VtrDictionaryBuilder& dictionary);
  // Pages and zones of column `index`.
  void encode(u32 index, const VtrInput& input, format::Compression compression, const format::FileId& file,
              VtrEncodeScratch& scratch);
  std::size_t encoded_bytes() const;

 private:
  u32 fill_page(u32 index, const VtrInput& input, u32 first, u32 count, VtrEncodeScratch& scratch,
                const u64*& validity);
};

}  // namespace spillway
