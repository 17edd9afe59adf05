// Encoding of a row group, page by page.
#include "engine/vtr_group.h"

#include <algorithm>

namespace spillway {
namespace {

u32 nulls_in(const u64* validity, u32 rows) {
  u32 valid = 0;
  for (u32 row = 0; row < rows; row += 64) {
    const u64 mask = rows - row >= 64 ? ~u64{0} : (u64{1} << (rows - row)) - 1;
    valid += static_cast<u32>(__builtin_popcountll(validity[row / 64] & mask));
  }
  return rows - valid;
}

}  // namespace

void VtrRowGroup::collect(u32 index, const VtrInput& input, const VtrDictionaryBuilder& dictionary) {
  VtrGroupColumn& column = columns[index];
  // Whether this sees the giving up or not, the file is the same: assign() decides, in order.
  if (dictionary.given_up()) return;
  column.collected = collect_texts(slices, index, input, rows, rows, column.texts);
}

std::size_t VtrRowGroup::encoded_bytes() const {
  std::size_t bytes = 0;
  for (const VtrGroupColumn& column : columns) bytes += column.pages.size() + column.assigned.block.size();
  return bytes;
}

// Brings rows [first, first + count) of a column into the scratch as its pages hold them; answers how many are null.
u32 VtrRowGroup::fill_page(u32 index, const VtrInput& input, u32 first, u32 count, VtrEncodeScratch& scratch,
                           const u64*& validity) {
  const VtrGroupColumn& column = columns[index];
  u8* values = scratch.values.data();
  const bool coded = input.type == Type::Utf8 && !column.assigned.plain;
  if (coded) {
    std::memcpy(values, column.texts.codes.data() + first, std::size_t{count} * 4);
    validity = column.texts.validity.empty() ? nullptr : column.texts.validity.data() + first / 64;
  } else {
    const bool all_valid = gather_rows(slices, index, input.width, first, count, values, scratch.validity);
    validity = all_valid ? nullptr : scratch.validity;
    if (input.dictionary != nullptr) {
      // Codes become texts, last row first: a text is wider than a code and would run over those not read yet.
      StringView* texts = reinterpret_cast<StringView*>(values);
      const StringView* entries = input.dictionary->entries();
      for (u32 i = count; i-- > 0;) {
        u32 code;
        std::memcpy(&code, values + std::size_t{i} * 4, 4);
        const bool valid = validity == nullptr || ((validity[i / 64] >> (i % 64)) & 1) != 0;
        texts[i] = valid ? entries[code] : StringView();
      }
    }
  }
  return validity == nullptr ? 0 : nulls_in(validity, count);
}

void VtrRowGroup::encode(u32 index, const VtrInput& input, format::Compression compression, const format::FileId& file,
                         VtrEncodeScratch& scratch) {
  VtrGroupColumn& column = columns[index];
  const bool text = input.type == Type::Utf8;
  const bool coded = text && !column.assigned.plain;
  column.entry.codes = coded && column.texts.nulls < rows;
  column.entry.dictionary_entries = column.assigned.new_entries;
  if (column.assigned.new_entries > 0) {
    column.entry.dictionary_bytes = static_cast<u32>(column.assigned.block.size());
    column.entry.dictionary_checksum = format::checksum(file, {format::BlockKind::Dictionary, index, number, 0},
                                                        column.assigned.block.data(), column.assigned.block.size());
  }
  for (u32 first = 0, page = 0; first < rows; first += kPageRows, ++page) {
    format::PageInput in;
    in.type = input.type;
    in.codes = coded;
    in.rows = std::min(kPageRows, rows - first);
    in.values = scratch.values.data();
    in.nulls = fill_page(index, input, first, in.rows, scratch, in.validity);
    if (in.nulls == 0) in.validity = nullptr;
    format::PageEntry& entry = column.entry.pages.emplace_back();
    entry.zone =
        format::measure(input.type, in.values, in.validity, in.rows, coded ? column.texts.entries.data() : nullptr);
    if (coded) {
      u32* codes = reinterpret_cast<u32*>(in.values);
      for (u32 i = 0; i < in.rows; ++i) {
        codes[i] = codes[i] < column.assigned.file_codes.size() ? column.assigned.file_codes[codes[i]] : 0;
      }
    }
    const std::size_t begin = column.pages.size();
    format::encode_page(in, compression, column.pages);
    // Pages of a column are about equally large: room for all spares copies and fresh memory for them.
    if (first == 0) column.pages.reserve(column.pages.size() * format::pages_of(rows) * 9 / 8);
    entry.bytes = static_cast<u32>(column.pages.size() - begin);
    entry.checksum = format::checksum(file, {format::BlockKind::Page, index, number, page}, column.pages.data() + begin,
                                      entry.bytes);
  }
  column.texts = GroupTexts();
  column.assigned.file_codes = {};
}

}  // namespace spillway
