// A column as someone else holds it in memory, checked and copied into a block.
#pragma once

#include "engine/block.h"

namespace spillway {

// Arrow's layout, starting anywhere: nothing is believed before it is checked.
struct FeedColumn {
  Type type = Type::I32;
  const u8* validity = nullptr;  // bits; nullptr: every row has a value
  std::size_t validity_bytes = 0;
  u64 validity_offset = 0;     // bits to skip
  const u8* values = nullptr;  // fixed-width values, bits for Bool, codes for text with a dictionary
  std::size_t values_bytes = 0;
  u32 values_width = 1;          // bytes of an element, for codes
  u64 values_offset = 0;         // Bool: bits to skip
  const i32* offsets = nullptr;  // text: of the rows, or of the dictionary's entries
  std::size_t offsets_count = 0;
  const u8* text = nullptr;
  std::size_t text_bytes = 0;
};

// Throws Error Argument, naming column `number`, when lengths, offsets or codes do not fit.
BlockColumn copy_feed_column(const FeedColumn& column, u32 rows, u32 number);

}  // namespace spillway
