// A column of a block in a spill file: one extent per buffer, so that each can be loaded by itself.
#pragma once

#include "engine/block.h"
#include "engine/spill.h"

namespace spillway {

struct StoredColumn {
  Type type = Type::I32;
  u64 null_count = 0;
  std::size_t text_bytes = 0;
  const Dictionary* dictionary = nullptr;
  SpillExtent validity, values, offsets, text;  // those that the column has; others have no bytes
};

StoredColumn store_column(SpillFile& file, const BlockColumn& column, u32 rows);
BlockColumn load_column(SpillFile& file, const StoredColumn& stored);
// Its bytes are no longer needed.
void discard_column(SpillFile& file, const StoredColumn& stored);

}  // namespace spillway
