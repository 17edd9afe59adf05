// Checks a page once (header, sizes, directories), then decodes any vector of it.
#include "format/compress.h"
#include "format/page.h"
#include "kernels/pages.h"

namespace spillway::format {
namespace {

// Unpacked bytes a page may claim: what its rows could need, with text held to the limit of a page.
u64 most_body_bytes(Type type, bool codes, u32 rows) {
  if (type == Type::Utf8 && !codes) return kMaxPageBytes + 65536 + u64{rows} * 4;
  return u64{rows} * 24 + 4096;
}

}  // namespace

Page Page::parse(Type type, u32 rows, std::span<const u8> bytes, u32 dictionary_size, DecodeScratch& scratch) {
  ByteReader in(bytes);
  Page page;
  page.type_ = type;
  const u32 encoding = in.read<u8>("encoding");
  page.flags_ = in.read<u8>("flags");
  page.rows_ = in.read<u16>("rows");
  const u64 body_bytes = in.read<u32>("size of the body");
  if (encoding >= kEncodingCount) fault("encoding " + std::to_string(encoding) + " is unknown");
  if ((page.flags_ & ~kPageFlags) != 0) fault("page flags " + std::to_string(page.flags_) + " are unknown");
  if (page.rows_ != rows)
    fault("a page of " + std::to_string(page.rows_) + " rows where " + std::to_string(rows) + " belong");
  page.encoding_ = static_cast<Encoding>(encoding);
  page.dictionary_size_ = dictionary_size;
  if (page.codes() && type != Type::Utf8) fault("dictionary codes in a column that is not text");
  if (page.all_null()) return page;
  if ((page.flags_ & kPageValidity) != 0) {
    page.validity_ = reinterpret_cast<const u64*>(in.take((u64{rows} + 63) / 64 * 8, "validity"));
  }
  if (body_bytes > most_body_bytes(type, page.codes(), rows)) {
    fault("a body of " + std::to_string(body_bytes) + " bytes for " + std::to_string(rows) + " rows");
  }
  const u8 packed = page.flags_ & (kPageLz4 | kPageZstd);
  const bool split = (page.flags_ & kPageByteSplit) != 0;
  if (packed == (kPageLz4 | kPageZstd) || (split && packed == 0)) fault("page flags that exclude each other");
  if (packed == 0) {
    page.parse_body({in.take(body_bytes, "body"), static_cast<std::size_t>(body_bytes)});
    return page;
  }
  const std::span<const u8> compressed = bytes.subspan(static_cast<std::size_t>(in.position()));
  if (body_bytes > (u64{16} << 20) && body_bytes / 1000 > compressed.size()) fault("a body packed beyond 1 to 1,000");
  const u64 needed = split ? 2 * body_bytes : body_bytes;
  if (scratch.body.size() < needed) scratch.body = Buffer(static_cast<std::size_t>(needed));
  u8* body = scratch.body.data();
  // What was packed says its size first: zeros behind it pad the page to a multiple of 8.
  ByteReader sized(compressed);
  const u64 size = sized.read<u32>("packed size");
  const std::span<const u8> block{sized.take(size, "packed body"), static_cast<std::size_t>(size)};
  (packed == kPageLz4 ? unpack_lz4 : unpack_zstd)(block, body, body_bytes);
  if (split) {
    const u32 width = width_of(type);
    if (page.encoding_ != Encoding::Plain || page.codes() || body_bytes % width != 0)
      fault("bytes regrouped where they cannot be");
    join_bytes(body, width, body_bytes / width, body + body_bytes);
    body += body_bytes;
  }
  page.parse_body({body, static_cast<std::size_t>(body_bytes)});
  return page;
}

void Page::parse_body(std::span<const u8> body) {
  ByteReader in(body);
  if (type_ == Type::Utf8 && !codes()) {
    if (encoding_ == Encoding::Text) {
      texts_ = parse_texts(rows_, in);
    } else if (encoding_ == Encoding::Constant) {
      const u64 size = in.read<u64>("length of the constant");
      const u8* text = in.take(size, "constant");
      if (!valid_utf8(text, static_cast<std::size_t>(size))) fault("text that is not UTF-8");
      constant_text_ = StringView(reinterpret_cast<const char*>(text), static_cast<u32>(size));
      in.align8("constant");
    } else {
      fault("text cannot have encoding " + std::to_string(static_cast<u32>(encoding_)));
    }
  } else if (encoding_ == Encoding::Decimal) {
    if (!is_float(type_)) fault("decimals in a column that is not float");
    decimals_ = parse_decimals(width_of(type_), rows_, in);
  } else {
    integers_ = parse_integers(encoding_, codes() ? 4 : width_of(type_), rows_, in);
  }
  in.end("body");
}

void Page::check_codes(const u32* codes, u32 rows) const {
  const u32 most = pages_kernels().greatest(codes, rows);
  if (most >= dictionary_size_) {
    fault("code " + std::to_string(most) + " in a dictionary of " + std::to_string(dictionary_size_));
  }
}

void Page::decode(u32 index, DecodeScratch& scratch, Vector& out) const {
  static constexpr u64 kNoValue = 0;
  const u32 first = index * kVectorRows;
  const u32 rows = rows_ - first < kVectorRows ? rows_ - first : kVectorRows;
  out.type = type_;
  out.dictionary = nullptr;
  out.constant = false;
  out.validity = validity_ == nullptr ? nullptr : validity_ + first / 64;
  u8* values = scratch.values.data();
  out.data = values;
  if (all_null()) {
    std::memset(values, 0, 16);
    out.constant = true;
    out.validity = &kNoValue;
    return;
  }
  if (type_ == Type::Utf8 && !codes()) {
    StringView* texts = reinterpret_cast<StringView*>(values);
    if (encoding_ == Encoding::Text) return decode_texts(texts_, index, scratch.digits.as<u32>(), texts);
    out.constant = validity_ == nullptr;
    for (u32 i = 0; i < (out.constant ? 1 : rows); ++i) texts[i] = constant_text_;
    return;
  }
  if (encoding_ == Encoding::Decimal) return decode_decimals(decimals_, index, scratch.digits.as<u64>(), values);
  const u32 lane = integers_.lane_bytes;
  if (encoding_ == Encoding::Constant && validity_ == nullptr) {
    out.constant = true;
    std::memcpy(values, integers_.data, 8);
  } else if (encoding_ == Encoding::Plain) {
    out.data = integers_.data + u64{first} * lane;
  } else {
    decode_integers(integers_, index, values);
  }
  const u32 count = out.constant ? 1 : rows;
  if (codes()) {
    check_codes(static_cast<const u32*>(out.data), count);
  } else if (type_ == Type::Bool) {
    const u8* bools = static_cast<const u8*>(out.data);
    u8 seen = 0;
    for (u32 i = 0; i < count; ++i) seen = static_cast<u8>(seen | bools[i]);
    if (seen > 1) fault("a bool that is neither 0 nor 1");
  }
}

}  // namespace spillway::format
