// Checksums of blocks: XXH3-64 over the bytes, seeded by the file's identity and the block's place in it.
#pragma once

#include <array>

#include "format/layout.h"

namespace spillway::format {

using FileId = std::array<u8, 16>;

struct Place {
  BlockKind kind = BlockKind::Page;
  u32 column = 0;
  u32 group = 0;  // row group, counted over the whole file; for directories and footers what docs/format.md says
  u32 page = 0;
};

u64 checksum(const FileId& file, const Place& place, const void* bytes, std::size_t size);

}  // namespace spillway::format
