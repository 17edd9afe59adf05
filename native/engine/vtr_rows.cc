// Copying of rows: from vectors into blocks, from slices of blocks into pages.
#include "engine/vtr_rows.h"

#include <algorithm>

#include "format/lanes.h"

namespace spillway {
namespace {

constexpr std::size_t round_up64(std::size_t bytes) { return (bytes + 63) & ~std::size_t{63}; }

void set_bit(u64* words, u32 bit) { words[bit / 64] |= u64{1} << (bit % 64); }
void clear_bit(u64* words, u32 bit) { words[bit / 64] &= ~(u64{1} << (bit % 64)); }
bool test_bit(const u64* words, u32 bit) { return ((words[bit / 64] >> (bit % 64)) & 1) != 0; }

// Sets bits [from, from + count) to one.
void set_bits(u64* words, u32 from, u32 count) {
  u32 bit = from;
  const u32 end = from + count;
  for (; bit < end && bit % 64 != 0; ++bit) set_bit(words, bit);
  for (; bit + 64 <= end; bit += 64) words[bit / 64] = ~u64{0};
  for (; bit < end; ++bit) set_bit(words, bit);
}

// Copies bits [from, from + count) of `source` (nullptr: all ones) to bit `to`; bits behind are left alone.
void copy_bits(u64* words, u32 to, const u64* source, u32 from, u32 count) {
  if (source == nullptr) return set_bits(words, to, count);
  u32 i = 0;
  if (to % 64 == 0 && from % 64 == 0) {
    for (; i + 64 <= count; i += 64) words[(to + i) / 64] = source[(from + i) / 64];
  }
  for (; i < count; ++i) {
    if (test_bit(source, from + i)) {
      set_bit(words, to + i);
    } else {
      clear_bit(words, to + i);
    }
  }
}

}  // namespace

VtrBlock::VtrBlock(const std::vector<VtrInput>& inputs, u32 capacity) : capacity_(capacity), columns_(inputs.size()) {
  std::size_t bytes = 0;
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    columns_[c].values = bytes;
    bytes += round_up64(std::size_t{capacity} * inputs[c].width);
    columns_[c].validity = bytes;
    bytes += round_up64((std::size_t{capacity} + 63) / 64 * 8);
  }
  memory_ = Buffer(std::max<std::size_t>(bytes, 64));
}

const u64* VtrBlock::validity(u32 column) const {
  if (!columns_[column].nulls) return nullptr;
  return reinterpret_cast<const u64*>(memory_.data() + columns_[column].validity);
}

void VtrBlock::clear() {
  rows_ = 0;
  for (Column& column : columns_) column.nulls = false;
  text_.reset();
  kept_.clear();
  kept_bytes_ = 0;
}

void VtrBlock::begin_nulls(Column& column) {
  if (column.nulls) return;
  column.nulls = true;
  std::memset(validity_words(column), 0, (std::size_t{capacity_} + 63) / 64 * 8);
  set_bits(validity_words(column), 0, rows_);
}

void VtrBlock::append_texts(StringView* to, const Vector& vector, const Chunk& chunk, u32 from, u32 count) {
  for (u32 i = 0; i < count; ++i) {
    const u32 row = vector.constant ? 0 : chunk.row_at(from + i);
    if (!vector.valid(row)) {
      to[i] = StringView();
    } else if (vector.dictionary != nullptr) {
      to[i] = vector.dictionary->entries()[vector.values<u32>()[row]];  // entries stay for as long as the query
    } else {
      to[i] = text_.copy(vector.values<StringView>()[row]);
    }
  }
}

void VtrBlock::append_values(const VtrInput& input, u8* to, const Vector& vector, const Chunk& chunk, u32 from,
                             u32 count) {
  if (input.type == Type::Utf8 && input.dictionary == nullptr) {
    return append_texts(reinterpret_cast<StringView*>(to), vector, chunk, from, count);
  }
  const u8* values = vector.values<u8>();
  if (!vector.constant && chunk.selection == nullptr) {
    std::memcpy(to, values + std::size_t{from} * input.width, std::size_t{count} * input.width);
    return;
  }
  format::with_lane(input.width, [&](auto lane) {
    using T = decltype(lane);
    const T* source = reinterpret_cast<const T*>(values);
    T* target = reinterpret_cast<T*>(to);
    if (vector.constant) {
      for (u32 i = 0; i < count; ++i) target[i] = source[0];
    } else {
      for (u32 i = 0; i < count; ++i) target[i] = source[chunk.selection[from + i]];
    }
  });
}

void VtrBlock::append(const std::vector<VtrInput>& inputs, const Chunk& chunk, u32 from, u32 count) {
  for (u32 c = 0; c < inputs.size(); ++c) {
    Column& column = columns_[c];
    const Vector& vector = chunk.columns[c];
    u8* to = memory_.data() + column.values + std::size_t{rows_} * inputs[c].width;
    append_values(inputs[c], to, vector, chunk, from, count);
    if (vector.validity == nullptr && !column.nulls) continue;
    begin_nulls(column);
    u64* words = validity_words(column);
    if (vector.validity == nullptr) {
      set_bits(words, rows_, count);
    } else if (chunk.selection == nullptr && !vector.constant) {
      copy_bits(words, rows_, vector.validity, from, count);
    } else {
      for (u32 i = 0; i < count; ++i) {
        if (vector.valid(chunk.row_at(from + i))) set_bit(words, rows_ + i);
      }
    }
  }
  rows_ += count;
}

void VtrBlock::append(const std::vector<VtrInput>& inputs, const VtrBlock& other) {
  for (u32 c = 0; c < inputs.size(); ++c) {
    Column& column = columns_[c];
    u8* to = memory_.data() + column.values + std::size_t{rows_} * inputs[c].width;
    if (inputs[c].type == Type::Utf8 && inputs[c].dictionary == nullptr) {
      const StringView* from = reinterpret_cast<const StringView*>(other.values(c));
      for (u32 i = 0; i < other.rows_; ++i) reinterpret_cast<StringView*>(to)[i] = text_.copy(from[i]);
    } else {
      std::memcpy(to, other.values(c), std::size_t{other.rows_} * inputs[c].width);
    }
    const u64* validity = other.validity(c);
    if (validity == nullptr && !column.nulls) continue;
    begin_nulls(column);
    copy_bits(validity_words(column), rows_, validity, 0, other.rows_);
  }
  rows_ += other.rows_;
}

void VtrBlock::take(const std::vector<VtrInput>& inputs, VtrBlock& other, const u32* order, u32 count) {
  for (u32 c = 0; c < inputs.size(); ++c) {
    Column& column = columns_[c];
    u8* to = memory_.data() + column.values + std::size_t{rows_} * inputs[c].width;
    const u8* from = other.values(c);
    if (inputs[c].width == sizeof(StringView)) {
      const StringView* texts = reinterpret_cast<const StringView*>(from);
      for (u32 i = 0; i < count; ++i) reinterpret_cast<StringView*>(to)[i] = texts[order[i]];
    } else {
      format::with_lane(inputs[c].width, [&](auto lane) {
        using T = decltype(lane);
        const T* source = reinterpret_cast<const T*>(from);
        T* target = reinterpret_cast<T*>(to);
        for (u32 i = 0; i < count; ++i) target[i] = source[order[i]];
      });
    }
    const u64* validity = other.validity(c);
    if (validity == nullptr && !column.nulls) continue;
    begin_nulls(column);
    u64* words = validity_words(column);
    for (u32 i = 0; i < count; ++i) {
      if (validity == nullptr || test_bit(validity, order[i])) set_bit(words, rows_ + i);
    }
  }
  rows_ += count;
  if (other.text_.bytes() == 0) return;
  kept_bytes_ += other.text_.bytes();
  kept_.push_back(std::move(other.text_));
}

bool gather_rows(const std::vector<VtrSlice>& slices, u32 column, u32 width, u32 first, u32 count, u8* values,
                 u64* validity) {
  bool all_valid = true;
  u32 done = 0;
  u32 start = 0;  // of the slice, in rows
  for (const VtrSlice& slice : slices) {
    const u32 end = start + slice.rows;
    if (end > first + done && done < count) {
      const u32 skip = first + done - start;
      const u32 take = std::min(slice.rows - skip, count - done);
      std::memcpy(values + std::size_t{done} * width,
                  slice.block->values(column) + std::size_t{slice.from + skip} * width, std::size_t{take} * width);
      const u64* source = slice.block->validity(column);
      if (source != nullptr && all_valid) {
        all_valid = false;
        std::memset(validity, 0, (std::size_t{count} + 63) / 64 * 8);
        set_bits(validity, 0, done);
      }
      if (!all_valid) copy_bits(validity, done, source, slice.from + skip, take);
      done += take;
    }
    start = end;
  }
  return all_valid;
}

}  // namespace spillway
