// Building a sort's stages and computing their words.
#include "engine/row_key.h"

#include <bit>

namespace spillway {
namespace {

constexpr u32 kBlockRows = 256;  // words computed together
constexpr u32 kTextBytes = 7;    // bytes of text in one word; the eighth counts them
constexpr u32 kTextStages = 4;   // words per text before comparisons take over

template <class T>
T load(const u8* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

u32 bits_of(u64 span) { return span == 0 ? 0 : 64 - static_cast<u32>(std::countl_zero(span)); }

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

bool equal_text(const StringView& a, const StringView& b) { return a.text() == b.text(); }

}  // namespace

RowKey::RowKey(const RowLayout& layout, const std::vector<SortKey>& keys, u32 group_columns) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == group_columns && i != 0) {
      group_stages_ = bit_ == 64 ? stages() : stages() - 1;
      group_mask_ = bit_ == 64 ? 0 : ~(~u64{0} >> bit_);
    }
    const RowSlot& slot = layout.slot(keys[i].column);
    Field field;
    field.column = keys[i].column;
    field.span = slot.span;
    field.descending = keys[i].descending;
    field.nulls_first = keys[i].nulls_first;
    field.nulls_coded = slot.null_bit >= 0;
    find(field, layout);
    if (slot.is_text()) {
      add_text(field);
    } else if (is_float(slot.type)) {
      field.coding = slot.type == Type::F32 ? Coding::Float32 : Coding::Float64;
      field.bits = slot.width * 8;
      add_fixed(field);
    } else {
      if (slot.dictionary != nullptr) {
        field.coding = Coding::Rank;
        field.ranks = rank_codes(*slot.dictionary);
      }
      if (field.nulls_coded && field.span == ~u64{0}) {
        Field flag = field;
        flag.coding = Coding::NullFlag;
        flag.bits = 1;
        add_fixed(flag);
        field.bits = 64;
        field.flagged = true;
      } else {
        field.bits = bits_of(field.span + (field.nulls_coded ? 1 : 0));
      }
      add_fixed(field);
    }
  }
  if (group_columns != 0 && group_columns >= keys.size()) {
    group_stages_ = bit_ == 64 ? stages() : stages() - 1;
    group_mask_ = bit_ == 64 ? 0 : ~(~u64{0} >> bit_);
  }
  // Keys that cannot differ need no bits; one word, always 0, stands for them.
  if (stages_.empty()) stages_.push_back(Stage{});
}

RowKey RowKey::over(const RowLayout& layout) const {
  RowKey other = *this;
  for (Field& field : other.fields_) find(field, layout);
  return other;
}

void RowKey::find(Field& field, const RowLayout& layout) {
  const RowSlot& slot = layout.slot(field.column);
  field.offset = slot.offset;
  field.width = slot.width;
  if (slot.null_bit < 0) return;
  field.null_offset = layout.null_offset() + static_cast<u32>(slot.null_bit) / 8;
  field.null_shift = static_cast<u32>(slot.null_bit) % 8;
}

void RowKey::add_fixed(Field field) {
  u32 index = static_cast<u32>(fields_.size());
  u32 left = field.bits;
  fields_.push_back(std::move(field));
  while (left > 0) {
    if (bit_ == 64) {
      stages_.push_back(Stage{});
      bit_ = 0;
    }
    stages_.back().parts.push_back({index, static_cast<i32>(64 - bit_) - static_cast<i32>(left)});
    u32 now = left < 64 - bit_ ? left : 64 - bit_;
    bit_ += now;
    left -= now;
  }
}

void RowKey::add_text(Field field) {
  u32 index = static_cast<u32>(fields_.size());
  fields_.push_back(std::move(field));
  for (u32 chunk = 0; chunk < kTextStages; ++chunk) {
    Stage stage;
    stage.kind = Kind::Text;
    stage.field = index;
    stage.chunk = chunk;
    stages_.push_back(stage);
  }
  Stage rest;
  rest.kind = Kind::Rest;
  rest.field = index;
  stages_.push_back(rest);
  bit_ = 64;
}

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
  u32 from = stage.chunk * kTextBytes;
  u32 left = text.length > from ? text.length - from : 0;
  u8 bytes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  if (left != 0) std::memcpy(bytes, text.data() + from, left < kTextBytes ? left : kTextBytes);
  // Counting from 1 leaves the word 0 to nulls; bytes of UTF-8 never are FF, which leaves them ~0, too.
  bytes[7] = static_cast<u8>((left <= kTextBytes ? left : kTextBytes + 1) + 1);
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

int RowKey::compare_rest(u32 stage, const u8* a, const u8* b) const {
  const Field& field = fields_[stages_[stage].field];
  StringView x = load<StringView>(a + field.offset);
  StringView y = load<StringView>(b + field.offset);
  if (equal_text(x, y)) return 0;
  bool less = x.text() < y.text();
  return less != field.descending ? -1 : 1;
}

int RowKey::compare(const u8* a, const u8* b) const {
  for (u32 stage = 0; stage < stages(); ++stage) {
    if (is_rest(stage)) {
      int order = compare_rest(stage, a, b);
      if (order != 0) return order;
    } else {
      u64 x = word(stage, a);
      u64 y = word(stage, b);
      if (x != y) return x < y ? -1 : 1;
    }
  }
  return 0;
}

bool RowKey::same_group(const u8* a, const u8* b) const {
  for (u32 stage = 0; stage < group_stages_; ++stage) {
    if (is_rest(stage) ? compare_rest(stage, a, b) != 0 : word(stage, a) != word(stage, b)) return false;
  }
  return group_mask_ == 0 || ((word(group_stages_, a) ^ word(group_stages_, b)) & group_mask_) == 0;
}

}  // namespace spillway
