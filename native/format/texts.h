// Bodies of texts written as they are (lengths, then bytes), blocks of dictionary entries, and the check of UTF-8.
#pragma once

#include "format/bytes.h"
#include "format/layout.h"

namespace spillway::format {

// Appends the body for `rows` texts; null rows are given as empty texts. Throws Error Limit above kMaxPageBytes.
void encode_texts(const StringView* texts, u32 rows, Bytes& out);

struct TextBody {
  u32 rows = 0;
  const u8* lengths = nullptr;  // a Packed body over u32 …
  u64 lengths_bytes = 0;
  const u8* text = nullptr;
  u32 start[kPageVectors + 1] = {};  // of each vector's bytes in `text`; the last is their total
};

// Throws Fault.
TextBody parse_texts(u32 rows, ByteReader& in);

// Decodes one vector into views that point into the body. `lengths` is scratch for 2,048 numbers. Checks lengths and
// UTF-8; throws Fault.
void decode_texts(const TextBody& body, u32 vector, u32* lengths, StringView* out);

// Whether the bytes are well-formed UTF-8.
bool valid_utf8(const u8* bytes, std::size_t size);

// New dictionary entries of one row group: u32 count, u32 lengths, bytes.
void encode_entries(const StringView* entries, u32 count, Bytes& out);

// Views into `block` for all its entries, appended to `out`. Throws Fault.
void parse_entries(std::span<const u8> block, u32 count, std::vector<StringView>& out);

}  // namespace spillway::format
