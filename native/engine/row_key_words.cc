// Computing the words of rows.
#include <bit>

#include "engine/row_key.h"

namespace spillway {
namespace {

constexpr u32 kBlockRows = 256;  // words computed together
constexpr u32 kTextBytes = 7;    // bytes of text in one word; the eighth counts them

template <class T>
T load(const u8* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Order-preserving codes of floats: −0 is 0, every NaN is the one greatest. Codes 0 and ~0 are nobody's.
u64 code_of(f64 value) {
  u64 bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return 0xFFF8000000000000u;
  if (value == 0) bits = 0;
  return (bits >> 63) != 0 ? ~bits : bits | (u64{1} << 63);
}

u64 code_of(f32 value) {
  u32 bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return 0xFFC00000u;
  if (value == 0) bits = 0;
  return (bits >> 31) != 0 ? static_cast<u32>(~bits) : bits | (u32{1} << 31);
}

struct Strided {
  const u8* rows;
  u32 stride;
  const u8* operator()(u32 i) const { return rows + std::size_t{i} * stride; }
  Strided from(u32 i) const { return {(*this)(i), stride}; }
};

struct Pointed {
  const u8* const* rows;
  const u8* operator()(u32 i) const { return rows[i]; }
  Pointed from(u32 i) const { return {rows + i}; }
};

template <class T, class At>
void load_all(At at, u32 offset, u32 count, u64* out) {
  for (u32 i = 0; i < count; ++i) out[i] = load<T>(at(i) + offset);
}

template <class At>
void load_slots(At at, u32 offset, u32 width, u32 count, u64* out) {
  switch (width) {
    case 1: load_all<u8>(at, offset, count, out); break;
    case 2: load_all<u16>(at, offset, count, out); break;
    case 4: load_all<u32>(at, offset, count, out); break;
    default: load_all<u64>(at, offset, count, out); break;
  }
}

}  // namespace

template <class At>
void RowKey::field_codes(const Field& field, At at, u32 count, u64* out) const {
  const u64 last = ~u64{0};
  if (field.coding == Coding::NullFlag) {
    for (u32 i = 0; i < count; ++i) {
      u64 null = (at(i)[field.null_offset] >> field.null_shift) & 1u;
      out[i] = field.nulls_first ? null ^ 1 : null;
    }
    return;
  }
  load_slots(at, field.offset, field.width, count, out);
  u64 null_code = 0;
  u64 raise = 0;
  switch (field.coding) {
    case Coding::Float64:
      for (u32 i = 0; i < count; ++i) out[i] = code_of(std::bit_cast<f64>(out[i]));
      if (field.descending) {
        for (u32 i = 0; i < count; ++i) out[i] = ~out[i];
      }
      null_code = field.nulls_first ? 0 : last;
      break;
    case Coding::Float32:
      for (u32 i = 0; i < count; ++i) out[i] = code_of(std::bit_cast<f32>(static_cast<u32>(out[i])));
      if (field.descending) {
        for (u32 i = 0; i < count; ++i) out[i] = static_cast<u32>(~out[i]);
      }
      null_code = field.nulls_first ? 0 : 0xFFFFFFFFu;
      break;
    default:
      if (field.coding == Coding::Rank && !field.ranks->empty()) {
        const u32* ranks = field.ranks->data();
        for (u32 i = 0; i < count; ++i) out[i] = ranks[out[i]];
      }
      raise = field.nulls_coded && field.nulls_first && !field.flagged ? 1 : 0;
      null_code = field.nulls_first || field.flagged ? 0 : field.span + 1;
      if (field.descending) {
        for (u32 i = 0; i < count; ++i) out[i] = field.span - out[i] + raise;
      } else if (raise != 0) {
        for (u32 i = 0; i < count; ++i) out[i] += raise;
      }
  }
  if (!field.nulls_coded) return;
  for (u32 i = 0; i < count; ++i) {
    if (((at(i)[field.null_offset] >> field.null_shift) & 1) != 0) out[i] = null_code;
  }
}

template <class At>
void RowKey::fixed_words(const Stage& stage, At at, u32 count, u64* out) const {
  u64 codes[kBlockRows];
  for (u32 i = 0; i < count; ++i) out[i] = 0;
  for (const Part& part : stage.parts) {
    field_codes(fields_[part.field], at, count, codes);
    if (part.shift >= 0) {
      for (u32 i = 0; i < count; ++i) out[i] |= codes[i] << part.shift;
    } else {
      for (u32 i = 0; i < count; ++i) out[i] |= codes[i] >> -part.shift;
    }
  }
}

u64 RowKey::text_word(const Stage& stage, const u8* row) const {
  const Field& field = fields_[stage.field];
  if (field.nulls_coded && ((row[field.null_offset] >> field.null_shift) & 1) != 0) {
    return field.nulls_first ? 0 : ~u64{0};
  }
  StringView text = load<StringView>(row + field.offset);
  u8 bytes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  u32 from = stage.chunk * kTextBytes;
  u32 lead = 0;  // bytes of the word taken by the text's place beside the beginning
  if (!field.beginning.empty()) {
    u32 shared = static_cast<u32>(field.beginning.size());
    int side = text.text().substr(0, shared).compare(field.beginning);
    if (stage.chunk == 0) {
      lead = 1;
      bytes[0] = static_cast<u8>(side < 0 ? 1 : side == 0 ? 2 : 3);
    } else {
      --from;
    }
    if (side == 0) from += shared;
  }
  u32 left = text.length > from ? text.length - from : 0;
  u32 most = kTextBytes - lead;
  if (left != 0) std::memcpy(bytes + lead, text.data() + from, left < most ? left : most);
  // Counting from 1 leaves the word 0 to nulls; no text's word is ~0, which leaves them that, too.
  bytes[7] = static_cast<u8>((left <= most ? left : most + 1) + 1);
  u64 word = __builtin_bswap64(load<u64>(bytes));
  return field.descending ? ~word : word;
}

void RowKey::words(u32 stage, const u8* rows, u32 stride, u32 count, u64* out) const {
  const Stage& s = stages_[stage];
  Strided at{rows, stride};
  if (s.kind == Kind::Text) {
    for (u32 i = 0; i < count; ++i) out[i] = text_word(s, at(i));
    return;
  }
  for (u32 done = 0; done < count; done += kBlockRows) {
    u32 now = count - done < kBlockRows ? count - done : kBlockRows;
    fixed_words(s, at.from(done), now, out + done);
  }
}

void RowKey::words_at(u32 stage, const u8* const* rows, u32 count, u64* out) const {
  const Stage& s = stages_[stage];
  Pointed at{rows};
  if (s.kind == Kind::Text) {
    for (u32 i = 0; i < count; ++i) out[i] = text_word(s, at(i));
    return;
  }
  for (u32 done = 0; done < count; done += kBlockRows) {
    u32 now = count - done < kBlockRows ? count - done : kBlockRows;
    fixed_words(s, at.from(done), now, out + done);
  }
}

}  // namespace spillway
