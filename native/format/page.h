// One column page: 1 … 16,384 values of one column as bytes, and back, vector by vector.
#pragma once

#include <span>

#include "engine/memory.h"
#include "engine/vector.h"
#include "format/decimals.h"
#include "format/integers.h"
#include "format/texts.h"

namespace spillway::format {

enum class Compression : u32 { None = 0, Fast = 1, Small = 2 };

// What a page is made of. `values` as vectors hold them (text: StringView, or u32 codes when `codes`), with room for
// kPageRows values: rows without a value and the room behind `rows` are overwritten.
struct PageInput {
  Type type = Type::I32;
  bool codes = false;
  u32 rows = 0;
  u8* values = nullptr;
  const u64* validity = nullptr;  // nullptr: every row has a value
  u32 nulls = 0;
};

// Appends the page to `out`; its bytes are a multiple of 8.
void encode_page(const PageInput& input, Compression compression, Bytes& out);

// Scratch of whoever decodes: one vector's values, and what a page's body was unpacked to.
struct DecodeScratch {
  Buffer values{kVectorRows * 16};
  Buffer digits{kVectorRows * 8};
  Buffer body;
};

// A page whose header and directories were checked. Its bytes must stay as they are while it is used.
class Page {
 public:
  // `bytes`: 8-byte aligned. `dictionary_size`: codes must be below it. Throws Fault.
  static Page parse(Type type, u32 rows, std::span<const u8> bytes, u32 dictionary_size, DecodeScratch& scratch);

  u32 rows() const { return rows_; }
  bool codes() const { return (flags_ & kPageCodes) != 0; }
  bool all_null() const { return (flags_ & kPageAllNull) != 0; }
  bool some_null() const { return validity_ != nullptr; }
  Encoding encoding() const { return encoding_; }

  // Decodes vector `index` (0 …) into `scratch.values`, or points into the page. `out.dictionary` is left to the
  // caller. Throws Fault.
  void decode(u32 index, DecodeScratch& scratch, Vector& out) const;

 private:
  void parse_body(std::span<const u8> body);
  void check_codes(const u32* codes, u32 rows) const;

  Type type_ = Type::I32;
  Encoding encoding_ = Encoding::Constant;
  u8 flags_ = 0;
  u32 rows_ = 0;
  u32 dictionary_size_ = 0;
  const u64* validity_ = nullptr;
  IntegerBody integers_;
  DecimalBody decimals_;
  TextBody texts_;
  StringView constant_text_;
};

}  // namespace spillway::format
