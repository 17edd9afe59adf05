// Texts in pages and dictionaries. Whatever comes from a file is well-formed UTF-8 before anyone else sees it.
#include "format/texts.h"

#include "engine/error.h"
#include "format/integers.h"
#include "kernels/pages.h"

namespace spillway::format {
namespace {

// Length of the well-formed sequence at `at`, 0 when there is none (RFC 3629: no overlong forms, no surrogates).
u32 sequence_at(const u8* at, const u8* end) {
  const u8 lead = *at;
  if (lead < 0x80) return 1;
  const auto tail = [&](u32 i, u8 low, u8 high) { return at + i < end && at[i] >= low && at[i] <= high; };
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const u8 low = lead == 0xE0 ? 0xA0 : 0x80;
    const u8 high = lead == 0xED ? 0x9F : 0xBF;
    return tail(1, low, high) && tail(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const u8 low = lead == 0xF0 ? 0x90 : 0x80;
    const u8 high = lead == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2, 0x80, 0xBF) && tail(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

bool continues(u8 byte) { return (byte & 0xC0) == 0x80; }

void too_long() {
  throw Error(ErrorCode::Limit,
              "the texts of 16,384 neighbouring rows take more than 1 GiB in one column; a .vtr page "
              "holds less: split the texts or store them elsewhere");
}

}  // namespace

bool valid_utf8(const u8* bytes, std::size_t size) {
  if (pages_kernels().ascii(bytes, size)) return true;
  const u8* end = bytes + size;
  while (bytes < end) {
    const u32 length = sequence_at(bytes, end);
    if (length == 0) return false;
    bytes += length;
  }
  return true;
}

void encode_texts(const StringView* texts, u32 rows, Bytes& out) {
  alignas(64) u32 lengths[kPageRows];
  u64 total = 0;
  const u32 vectors = vectors_of(rows);
  for (u32 row = 0; row < rows; ++row) {
    if (row % kVectorRows == 0) append(out, static_cast<u32>(total));
    lengths[row] = texts[row].length;
    total += texts[row].length;
    if (total > kMaxPageBytes) too_long();
  }
  append(out, static_cast<u32>(total));
  if (vectors % 2 == 0) append(out, u32{0});
  encode_packed(reinterpret_cast<u8*>(lengths), 4, false, rows, out);
  std::size_t at = out.size();
  out.resize(at + round_up8(total));
  for (u32 row = 0; row < rows; ++row) {
    std::memcpy(out.data() + at, texts[row].data(), texts[row].length);
    at += texts[row].length;
  }
}

TextBody parse_texts(u32 rows, ByteReader& in) {
  TextBody body;
  body.rows = rows;
  const u32 vectors = vectors_of(rows);
  for (u32 v = 0; v <= vectors; ++v) {
    body.start[v] = in.read<u32>("starts of texts");
    if (v == 0 ? body.start[0] != 0 : body.start[v] < body.start[v - 1]) fault("starts of texts that do not ascend");
  }
  if (vectors % 2 == 0) in.read<u32>("padding");
  const u64 before = in.left();
  body.lengths = in.take(0, "lengths");
  ByteReader lengths({body.lengths, static_cast<std::size_t>(in.left())});
  parse_integers(Encoding::Packed, 4, rows, lengths);
  body.lengths_bytes = before - lengths.left();
  in.take(body.lengths_bytes, "lengths");
  body.text = in.take(round_up8(body.start[vectors]), "texts");
  return body;
}

void decode_texts(const TextBody& body, u32 vector, u32* lengths, StringView* out) {
  ByteReader in({body.lengths, static_cast<std::size_t>(body.lengths_bytes)});
  decode_integers(parse_integers(Encoding::Packed, 4, body.rows, in), vector, reinterpret_cast<u8*>(lengths));
  const u32 first = vector * kVectorRows;
  const u32 rows = body.rows - first < kVectorRows ? body.rows - first : kVectorRows;
  const u8* at = body.text + body.start[vector];
  const u8* end = body.text + body.start[vector + 1];
  const bool plain = pages_kernels().ascii(at, static_cast<std::size_t>(end - at));
  if (!plain && !valid_utf8(at, static_cast<std::size_t>(end - at))) fault("text that is not UTF-8");
  for (u32 i = 0; i < rows; ++i) {
    if (lengths[i] > static_cast<u64>(end - at)) fault("lengths of texts beyond their bytes");
    if (!plain && lengths[i] != 0 && continues(*at)) fault("a text that begins inside a character");
    out[i] = StringView(reinterpret_cast<const char*>(at), lengths[i]);
    at += lengths[i];
  }
  if (at != end) fault("lengths of texts short of their bytes");
}

void encode_entries(const StringView* entries, u32 count, Bytes& out) {
  append(out, count);
  for (u32 i = 0; i < count; ++i) append(out, entries[i].length);
  for (u32 i = 0; i < count; ++i) append_bytes(out, entries[i].data(), entries[i].length);
}

void parse_entries(std::span<const u8> block, u32 count, std::vector<StringView>& out) {
  ByteReader in(block);
  if (in.read<u32>("count of entries") != count) fault("a dictionary block with another count of entries");
  const u8* lengths = in.take(u64{4} * count, "lengths of entries");
  for (u32 i = 0; i < count; ++i) {
    u32 length;
    std::memcpy(&length, lengths + u64{4} * i, 4);
    const u8* text = in.take(length, "dictionary entry");
    if (!valid_utf8(text, length)) fault("a dictionary entry that is not UTF-8");
    out.emplace_back(reinterpret_cast<const char*>(text), length);
  }
  in.end("dictionary block");
}

}  // namespace spillway::format
