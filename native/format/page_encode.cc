// Writes a page: nulls get a neighbour's value, the type's encoder makes the body, compression is tried where it pays.
#include "engine/error.h"
#include "format/compress.h"
#include "format/lanes.h"
#include "format/page.h"

namespace spillway::format {
namespace {

bool present(const u64* validity, u32 row) { return ((validity[row / 64] >> (row % 64)) & 1) != 0; }

// Rows without a value repeat the value before them (the first ones: the value after them), which costs fewest bits.
void fill_nulls(u8* values, u32 width, const u64* validity, u32 rows) {
  u32 first = 0;
  while (first < rows && !present(validity, first)) ++first;
  if (first == rows) return;
  for (u32 row = 0; row < rows; ++row) {
    if (present(validity, row)) continue;
    const u32 from = row < first ? first : row - 1;
    std::memcpy(values + u64{row} * width, values + u64{from} * width, width);
  }
}

bool all_same_text(const StringView* texts, u32 rows) {
  for (u32 i = 1; i < rows; ++i) {
    if (!(texts[i] == texts[0])) return false;
  }
  return true;
}

Encoding encode_float_body(const PageInput& input, Bytes& out) {
  const u32 lane = width_of(input.type);
  const u32 runs = changes_in(lane, input.values, input.rows) + 1;
  if (runs == 1) {
    u64 value = 0;
    std::memcpy(&value, input.values, lane);
    append(out, value);
    return Encoding::Constant;
  }
  if (runs_bytes(runs, lane) * 3 < u64{input.rows} * lane) {
    encode_runs(input.values, lane, input.rows, out);
    return Encoding::Runs;
  }
  if (encode_decimals(input.values, lane, input.rows, out)) return Encoding::Decimal;
  const std::size_t begin = out.size();
  append_bytes(out, input.values, u64{input.rows} * lane);
  pad8(out, begin);
  return Encoding::Plain;
}

Encoding encode_text_body(const PageInput& input, Bytes& out) {
  StringView* texts = reinterpret_cast<StringView*>(input.values);
  if (all_same_text(texts, input.rows)) {
    append(out, u64{texts[0].length});
    const std::size_t begin = out.size();
    append_bytes(out, texts[0].data(), texts[0].length);
    pad8(out, begin);
    return Encoding::Constant;
  }
  if (input.nulls > 0) {
    for (u32 row = 0; row < input.rows; ++row) {
      if (!present(input.validity, row)) texts[row] = StringView();
    }
  }
  encode_texts(texts, input.rows, out);
  return Encoding::Text;
}

Encoding encode_body(const PageInput& input, Bytes& out) {
  if (input.type == Type::Utf8 && !input.codes) return encode_text_body(input, out);
  if (is_float(input.type)) return encode_float_body(input, out);
  const bool is_signed = is_signed_integer(input.type) || input.type == Type::Date || input.type == Type::Timestamp;
  return encode_integers(input.values, input.codes ? 4 : width_of(input.type), is_signed, input.rows, out);
}

// Replaces the body by its compressed form when that is clearly smaller. Lightweight encodings read faster than any
// general one, so `fast` compresses text alone.
u8 compress_body(const PageInput& input, Encoding encoding, Compression compression, std::size_t begin, Bytes& out) {
  const u64 size = out.size() - begin;
  if (compression == Compression::None || encoding == Encoding::Constant || size < 256) return 0;
  if (compression == Compression::Fast && encoding != Encoding::Text) return 0;
  const bool split = encoding == Encoding::Plain && width_of(input.type) > 1 && !input.codes;
  Bytes body(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
  if (split) {
    const u32 width = width_of(input.type);
    Bytes regrouped(body.size());
    split_bytes(body.data(), width, body.size() / width, regrouped.data());
    body.swap(regrouped);
  }
  Bytes packed;
  const bool fits = compression == Compression::Small ? compress_zstd(body, size - size / 16, packed)
                                                      : compress_lz4(body, size - size / 4, packed);
  if (!fits) return 0;
  out.resize(begin);
  append(out, static_cast<u32>(packed.size()));
  append_bytes(out, packed.data(), packed.size());
  const u8 method = compression == Compression::Small ? kPageZstd : kPageLz4;
  return split ? static_cast<u8>(method | kPageByteSplit) : method;
}

}  // namespace

void encode_page(const PageInput& input, Compression compression, Bytes& out) {
  const std::size_t start = out.size();
  const bool all_null = input.nulls == input.rows;
  u8 flags = input.codes && !all_null ? kPageCodes : 0;
  out.resize(start + kPageHeaderBytes);
  Encoding encoding = Encoding::Constant;
  u64 body_bytes = 8;
  if (all_null) {
    flags |= kPageAllNull;
    append(out, u64{0});
  } else {
    if (input.nulls > 0) {
      flags |= kPageValidity;
      const std::size_t at = out.size();
      append_bytes(out, input.validity, (u64{input.rows} + 63) / 64 * 8);
      if (input.rows % 64 != 0) {  // bits behind the rows are zero, so that equal pages are equal bytes
        u64 last;
        u8* word = out.data() + at + input.rows / 64 * 8;
        std::memcpy(&last, word, 8);
        last &= (u64{1} << (input.rows % 64)) - 1;
        std::memcpy(word, &last, 8);
      }
      fill_nulls(input.values, input.codes ? 4 : width_of(input.type), input.validity, input.rows);
    }
    const std::size_t begin = out.size();
    encoding = encode_body(input, out);
    body_bytes = out.size() - begin;
    if (body_bytes > kMaxPageBytes) {
      throw Error(ErrorCode::Limit,
                  "a column page of " + std::to_string(body_bytes) + " bytes is above the limit of 1 GiB");
    }
    flags |= compress_body(input, encoding, compression, begin, out);
    pad8(out, start);
  }
  u8* header = out.data() + start;
  const u16 rows = static_cast<u16>(input.rows);
  const u32 unpacked = static_cast<u32>(body_bytes);
  header[0] = static_cast<u8>(encoding);
  header[1] = flags;
  std::memcpy(header + 2, &rows, 2);
  std::memcpy(header + 4, &unpacked, 4);
}

}  // namespace spillway::format
