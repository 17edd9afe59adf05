// The stages of a sort's keys: how they are cut into words, and comparisons of rows by them.
#include "engine/row_key.h"

#include <bit>

namespace spillway {
namespace {

constexpr u32 kTextStages = 4;  // words per text before comparisons take over

u32 bits_of(u64 span) { return span == 0 ? 0 : 64 - static_cast<u32>(std::countl_zero(span)); }

StringView text_at(const u8* place) {
  StringView text;
  std::memcpy(&text, place, sizeof text);
  return text;
}

}  // namespace

RowKey::RowKey(const RowLayout& layout, const std::vector<SortKey>& keys, u32 group_columns,
               const std::vector<std::string>& beginnings) {
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
      if (i < beginnings.size()) field.beginning = beginnings[i];
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

int RowKey::compare_rest(u32 stage, const u8* a, const u8* b) const {
  const Field& field = fields_[stages_[stage].field];
  StringView x = text_at(a + field.offset);
  StringView y = text_at(b + field.offset);
  if (x.text() == y.text()) return 0;
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
