// Packing vectors into rows and rows into vectors.
#include "engine/sort_row.h"

#include <limits>

namespace spillway {
namespace {

// Rows handled together, so that they stay in the first-level cache while column after column is written.
constexpr u32 kPackRows = 256;

u32 slot_width(u64 span) {
  if (span <= 0xFF) return 1;
  if (span <= 0xFFFF) return 2;
  return span <= 0xFFFFFFFF ? 4 : 8;
}

i64 type_minimum(Type type) {
  switch (type) {
    case Type::I8: return std::numeric_limits<i8>::min();
    case Type::I16: return std::numeric_limits<i16>::min();
    case Type::I32:
    case Type::Date: return std::numeric_limits<i32>::min();
    case Type::I64:
    case Type::Timestamp: return std::numeric_limits<i64>::min();
    default: return 0;
  }
}

u64 type_span(u32 width) { return width == 8 ? ~u64{0} : (u64{1} << (8 * width)) - 1; }

RowSlot make_slot(const ColumnFacts& facts) {
  RowSlot slot;
  slot.type = facts.type;
  slot.natural = width_of(facts.type);
  slot.dictionary = facts.dictionary;
  if (facts.dictionary != nullptr) {
    slot.natural = 4;
    slot.span = facts.dictionary->size() == 0 ? 0 : facts.dictionary->size() - 1;
    slot.width = slot_width(slot.span);
  } else if (facts.type == Type::Utf8 || is_float(facts.type)) {
    slot.width = slot.natural;
  } else if (facts.has_range && facts.min <= facts.max) {
    slot.base = static_cast<u64>(facts.min);
    slot.span = static_cast<u64>(facts.max) - static_cast<u64>(facts.min);
    slot.width = slot_width(slot.span);
    if (slot.width > slot.natural) slot.width = slot.natural;
  } else {
    slot.base = static_cast<u64>(type_minimum(facts.type));
    slot.span = facts.type == Type::Bool ? 1 : type_span(slot.natural);
    slot.width = slot.natural;
  }
  return slot;
}

template <class T>
T load(const u8* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void store(u8* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

struct Target {
  u8* out;
  u32 stride;
  u32 count;
};

template <class In, class Slot>
void pack_as(const Vector& vector, const u16* selection, u32 first, In base, Target to) {
  const In* values = vector.values<In>();
  u8* out = to.out;
  if (vector.constant) {
    Slot value = static_cast<Slot>(static_cast<In>(values[0] - base));
    for (u32 i = 0; i < to.count; ++i, out += to.stride) store(out, value);
  } else if (selection != nullptr) {
    for (u32 i = 0; i < to.count; ++i, out += to.stride) {
      store(out, static_cast<Slot>(static_cast<In>(values[selection[i]] - base)));
    }
  } else {
    values += first;
    for (u32 i = 0; i < to.count; ++i, out += to.stride) {
      store(out, static_cast<Slot>(static_cast<In>(values[i] - base)));
    }
  }
}

template <class In>
void pack_from(const RowSlot& slot, const Vector& vector, const u16* selection, u32 first, Target to) {
  In base = static_cast<In>(slot.base);
  if (slot.width == 1) return pack_as<In, u8>(vector, selection, first, base, to);
  if constexpr (sizeof(In) >= 2) {
    if (slot.width == 2) return pack_as<In, u16>(vector, selection, first, base, to);
  }
  if constexpr (sizeof(In) >= 4) {
    if (slot.width == 4) return pack_as<In, u32>(vector, selection, first, base, to);
  }
  if constexpr (sizeof(In) == 8) pack_as<In, u64>(vector, selection, first, base, to);
}

void pack_text(const Vector& vector, const u16* selection, u32 first, Arena* heap, Target to) {
  u8* out = to.out;
  for (u32 i = 0; i < to.count; ++i, out += to.stride) {
    u32 row = selection != nullptr ? selection[i] : first + i;
    StringView text;
    if (vector.valid(row)) {
      u32 at = vector.constant ? 0 : row;
      text = vector.dictionary != nullptr ? vector.dictionary->entries()[vector.values<u32>()[at]]
                                          : vector.values<StringView>()[at];
      if (heap != nullptr) text = heap->copy(text);
    }
    store(out, text);
  }
}

void pack_nulls(const RowSlot& slot, const Vector& vector, const u16* selection, u32 first, Target to) {
  if (vector.validity == nullptr) return;
  u8* out = to.out + static_cast<u32>(slot.null_bit) / 8;
  u32 shift = static_cast<u32>(slot.null_bit) % 8;
  for (u32 i = 0; i < to.count; ++i, out += to.stride) {
    u32 row = vector.constant ? 0 : selection != nullptr ? selection[i] : first + i;
    u64 valid = (vector.validity[row / 64] >> (row % 64)) & 1;
    *out = static_cast<u8>(*out | ((valid ^ 1) << shift));
  }
}

template <class Out, class Slot>
void unpack_as(const u8* from, u32 stride, u32 count, Out base, void* values) {
  Out* out = static_cast<Out*>(values);
  for (u32 i = 0; i < count; ++i, from += stride) out[i] = static_cast<Out>(load<Slot>(from) + base);
}

template <class Out>
void unpack_to(const RowSlot& slot, const u8* from, u32 stride, u32 count, void* values) {
  Out base = static_cast<Out>(slot.base);
  if (slot.width == 1) return unpack_as<Out, u8>(from, stride, count, base, values);
  if constexpr (sizeof(Out) >= 2) {
    if (slot.width == 2) return unpack_as<Out, u16>(from, stride, count, base, values);
  }
  if constexpr (sizeof(Out) >= 4) {
    if (slot.width == 4) return unpack_as<Out, u32>(from, stride, count, base, values);
  }
  if constexpr (sizeof(Out) == 8) unpack_as<Out, u64>(from, stride, count, base, values);
}

std::vector<u32> all_of(std::size_t count) {
  std::vector<u32> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = static_cast<u32>(i);
  return all;
}

}  // namespace

RowLayout::RowLayout(const std::vector<ColumnFacts>& columns) : RowLayout(columns, all_of(columns.size())) {}

RowLayout::RowLayout(const std::vector<ColumnFacts>& columns, const std::vector<u32>& kept)
    : slots_(columns.size()), kept_(kept) {
  i32 nulls = 0;
  for (u32 column : kept) {
    RowSlot slot = make_slot(columns[column]);
    slot.offset = width_;
    width_ += slot.width;
    if (columns[column].may_be_null) slot.null_bit = nulls++;
    if (slot.is_text()) text_columns_.push_back(column);
    slots_[column] = slot;
  }
  has_text_ = !text_columns_.empty();
  null_offset_ = width_;
  null_bytes_ = static_cast<u32>(nulls + 7) / 8;
  width_ += null_bytes_;
  if (width_ == 0) width_ = 1;  // rows without columns still are rows
}

void RowLayout::pack(const Vector* columns, const u16* selection, u32 first, u32 count, u8* rows, Arena* heap) const {
  for (u32 done = 0; done < count; done += kPackRows) {
    u32 now = count - done < kPackRows ? count - done : kPackRows;
    const u16* chosen = selection == nullptr ? nullptr : selection + done;
    u8* out = rows + std::size_t{done} * width_;
    if (null_bytes_ != 0) {
      for (u32 i = 0; i < now; ++i) std::memset(out + std::size_t{i} * width_ + null_offset_, 0, null_bytes_);
    }
    for (u32 column : kept_) {
      const RowSlot& slot = slots_[column];
      Target to{out + slot.offset, width_, now};
      switch (slot.natural) {
        case 1: pack_from<u8>(slot, columns[column], chosen, first + done, to); break;
        case 2: pack_from<u16>(slot, columns[column], chosen, first + done, to); break;
        case 4: pack_from<u32>(slot, columns[column], chosen, first + done, to); break;
        case 8: pack_from<u64>(slot, columns[column], chosen, first + done, to); break;
        default: pack_text(columns[column], chosen, first + done, heap, to); break;
      }
      if (slot.null_bit >= 0) {
        pack_nulls(slot, columns[column], chosen, first + done, {out + null_offset_, width_, now});
      }
    }
  }
}

void RowLayout::unpack(u32 column, const u8* rows, u32 stride, u32 count, void* values, u64* validity) const {
  const RowSlot& slot = slots_[column];
  const u8* from = rows + slot.offset;
  switch (slot.natural) {
    case 1: unpack_to<u8>(slot, from, stride, count, values); break;
    case 2: unpack_to<u16>(slot, from, stride, count, values); break;
    case 4: unpack_to<u32>(slot, from, stride, count, values); break;
    case 8: unpack_to<u64>(slot, from, stride, count, values); break;
    default: {
      auto* out = static_cast<StringView*>(values);
      for (u32 i = 0; i < count; ++i, from += stride) out[i] = load<StringView>(from);
    }
  }
  if (slot.null_bit < 0) return;
  const u8* nulls = rows + null_offset_ + static_cast<u32>(slot.null_bit) / 8;
  u32 shift = static_cast<u32>(slot.null_bit) % 8;
  for (u32 i = 0; i < count; i += 64) {
    u64 word = 0;
    u32 bits = count - i < 64 ? count - i : 64;
    for (u32 bit = 0; bit < bits; ++bit, nulls += stride) word |= u64{((*nulls >> shift) & 1u) ^ 1u} << bit;
    validity[i / 64] = word;
  }
}

}  // namespace spillway
