// One loop per width; texts become views or stay codes.
#include "neighbors/join_gather.h"

#include <algorithm>
#include <cstring>

namespace spillway {
namespace {

void make_room(GatheredColumn& out) {
  if (out.values.empty()) out.values = Buffer(kVectorRows * sizeof(StringView));
}

template <class T>
void pick(const void* values, const u32* rows, u32 first, const u16* order, u32 count, void* target) {
  const T* from = static_cast<const T*>(values);
  T* to = static_cast<T*>(target);
  for (u32 i = 0; i < count; ++i) to[order[i]] = from[rows[order[i]] - first];
}

template <class T>
void pick_rows(const Vector& vector, const u16* at, u32 count, void* target) {
  const T* from = vector.values<T>();
  T* to = static_cast<T*>(target);
  if (vector.constant) {
    std::fill_n(to, count, from[0]);
  } else {
    for (u32 i = 0; i < count; ++i) to[i] = from[at[i]];
  }
}

}  // namespace

ColumnGather::ColumnGather(Type type, const ColumnFacts& facts, u32 count, GatheredColumn& out)
    : type_(type), dictionary_(facts.dictionary), nullable_(facts.may_be_null), out_(out) {
  make_room(out_);
  out_.text.reset();
  if (nullable_) std::fill_n(out_.validity, (count + 63) / 64, ~u64{0});
}

void ColumnGather::take(const BlockColumn& column, const u32* rows, u32 first, const u16* order, u32 count,
                        bool stays) {
  u8* to = out_.values.data();
  const u8* from = column.values.data();
  if (type_ == Type::Bool) {
    for (u32 i = 0; i < count; ++i) {
      const u32 row = rows[order[i]] - first;
      to[order[i]] = (from[row / 8] >> (row % 8)) & 1;
    }
  } else if (type_ == Type::Utf8 && dictionary_ == nullptr) {
    take_text(column, rows, first, order, count, stays);
  } else {
    switch (block_width(type_, true)) {
      case 1: pick<u8>(from, rows, first, order, count, to); break;
      case 2: pick<u16>(from, rows, first, order, count, to); break;
      case 4: pick<u32>(from, rows, first, order, count, to); break;
      default: pick<u64>(from, rows, first, order, count, to);
    }
  }
  if (column.validity.empty() || column.null_count == 0) return;
  for (u32 i = 0; i < count; ++i) {
    if (!column.valid(rows[order[i]] - first)) set_null(order[i]);
  }
}

void ColumnGather::take_text(const BlockColumn& column, const u32* rows, u32 first, const u16* order, u32 count,
                             bool stays) {
  StringView* to = out_.values.as<StringView>();
  if (column.dictionary != nullptr) {
    const StringView* entries = column.dictionary->entries();
    const u32* codes = column.values.as<u32>();
    for (u32 i = 0; i < count; ++i) {
      const u32 row = rows[order[i]] - first;
      // Under a null there may be no entry at all.
      to[order[i]] = column.valid(row) ? entries[codes[row]] : StringView();
    }
    return;
  }
  for (u32 i = 0; i < count; ++i) {
    const StringView text = column.text_at(rows[order[i]] - first);
    to[order[i]] = stays ? text : out_.text.copy(text);
  }
}

void ColumnGather::finish() {
  out_.vector.type = type_;
  out_.vector.constant = false;
  out_.vector.data = out_.values.data();
  out_.vector.validity = nullable_ ? out_.validity : nullptr;
  out_.vector.dictionary = dictionary_;
}

void gather_places(const Vector& vector, const u16* at, u32 count, GatheredColumn& out) {
  make_room(out);
  void* to = out.values.data();
  if (vector.type == Type::Utf8 && vector.dictionary == nullptr) {
    pick_rows<StringView>(vector, at, count, to);
  } else {
    switch (vector.type == Type::Utf8 ? 4 : width_of(vector.type)) {
      case 1: pick_rows<u8>(vector, at, count, to); break;
      case 2: pick_rows<u16>(vector, at, count, to); break;
      case 4: pick_rows<u32>(vector, at, count, to); break;
      default: pick_rows<u64>(vector, at, count, to);
    }
  }
  if (vector.validity != nullptr) {
    std::fill_n(out.validity, kVectorWords, u64{0});
    for (u32 i = 0; i < count; ++i) {
      if (vector.valid(at[i])) out.validity[i / 64] |= u64{1} << (i % 64);
    }
  }
  out.vector = vector;
  out.vector.constant = false;
  out.vector.data = to;
  out.vector.validity = vector.validity == nullptr ? nullptr : out.validity;
}

}  // namespace spillway
