// Copies with every bound checked; texts of a dictionary are written out.
#include "engine/feed_column.h"

#include <algorithm>
#include <string>

#include "engine/gather.h"

namespace spillway {
namespace {

[[noreturn]] void refuse(u32 number, const std::string& why) {
  throw Error(ErrorCode::Argument, "column " + std::to_string(number) + " of the rows given " + why,
              {{"column", std::to_string(number)}});
}

void copy_validity(const FeedColumn& from, u32 rows, u32 number, BlockColumn& to) {
  if (from.validity == nullptr) return;
  if (from.validity_bytes * 8 < from.validity_offset + rows)
    refuse(number, "has a validity bitmap shorter than its rows");
  u64 nulls = rows - count_bits(from.validity, from.validity_offset, rows);
  if (nulls == 0) return;
  to.null_count = nulls;
  to.validity = Buffer(bitmap_bytes(rows));
  std::memset(to.validity.data(), 0, to.validity.size());
  copy_bits(to.validity.data(), 0, from.validity, from.validity_offset, rows);
}

i64 code_at(const FeedColumn& from, u32 row) {
  switch (from.values_width) {
    case 1: return from.values[row];
    case 2: {
      u16 code;
      std::memcpy(&code, from.values + std::size_t{row} * 2, 2);
      return code;
    }
    case 4: {
      u32 code;
      std::memcpy(&code, from.values + std::size_t{row} * 4, 4);
      return code;
    }
    default: {
      i64 code;
      std::memcpy(&code, from.values + std::size_t{row} * 8, 8);
      return code;
    }
  }
}

// Where a text lies, or a refusal: `at` counts rows, or the entries of a dictionary.
std::pair<std::size_t, std::size_t> text_range(const FeedColumn& from, std::size_t at, u32 number) {
  i64 start = from.offsets[at], end = from.offsets[at + 1];
  if (start < 0 || end < start || static_cast<std::size_t>(end) > from.text_bytes) {
    refuse(number, "has text offsets that fall or leave the text");
  }
  return {static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)};
}

void copy_plain_text(const FeedColumn& from, u32 rows, u32 number, BlockColumn& to) {
  if (from.offsets_count < std::size_t{rows} + 1) refuse(number, "has fewer text offsets than rows");
  i32* offsets = to.offsets.as<i32>();
  for (u32 row = 0; row < rows; ++row) text_range(from, row, number);
  i32 first = from.offsets[0];
  for (u32 row = 0; row <= rows; ++row) offsets[row] = from.offsets[row] - first;
  to.text_bytes = static_cast<std::size_t>(offsets[rows]);
  to.text = Buffer(to.text_bytes);
  if (to.text_bytes != 0) std::memcpy(to.text.data(), from.text + first, to.text_bytes);
}

void copy_coded_text(const FeedColumn& from, u32 rows, u32 number, BlockColumn& to) {
  if (from.values_bytes / from.values_width < rows) refuse(number, "has fewer codes than rows");
  i64 entries = static_cast<i64>(from.offsets_count) - 1;
  i32* offsets = to.offsets.as<i32>();
  std::size_t bytes = 0;
  for (u32 row = 0; row < rows; ++row) {
    if (to.valid(row)) {
      i64 code = code_at(from, row);
      if (code < 0 || code >= entries) refuse(number, "has a code outside its dictionary");
      bytes += text_range(from, static_cast<std::size_t>(code), number).second;
      if (bytes > kBlockTextBytes) refuse(number, "has more than 2 GiB of text");
    }
    offsets[row + 1] = static_cast<i32>(bytes);
  }
  to.text_bytes = bytes;
  to.text = Buffer(bytes);
  for (u32 row = 0; row < rows; ++row) {
    if (!to.valid(row)) continue;
    const i32* at = from.offsets + code_at(from, row);
    if (at[1] != at[0])
      std::memcpy(to.text.data() + offsets[row], from.text + at[0], static_cast<std::size_t>(at[1] - at[0]));
  }
}

}  // namespace

BlockColumn copy_feed_column(const FeedColumn& from, u32 rows, u32 number) {
  BlockColumn to;
  to.type = from.type;
  copy_validity(from, rows, number, to);
  if (from.type == Type::Utf8) {
    to.offsets = Buffer((std::size_t{rows} + 1) * 4);
    to.offsets.as<i32>()[0] = 0;
    if (from.values != nullptr) {
      copy_coded_text(from, rows, number, to);
    } else {
      copy_plain_text(from, rows, number, to);
    }
    return to;
  }
  if (from.type == Type::Bool) {
    if (from.values_bytes * 8 < from.values_offset + rows) refuse(number, "has fewer bits than rows");
    to.values = Buffer(bitmap_bytes(rows));
    if (rows != 0) copy_bits(to.values.data(), 0, from.values, from.values_offset, rows);
    return to;
  }
  std::size_t width = width_of(from.type);
  if (from.values_width != width)
    refuse(number,
           "has elements of " + std::to_string(from.values_width) + " bytes, expected " + std::to_string(width));
  if (from.values_bytes / width < rows) refuse(number, "has fewer values than rows");
  to.values = Buffer(rows * width);
  if (rows != 0) std::memcpy(to.values.data(), from.values, rows * width);
  return to;
}

}  // namespace spillway
