// Appending to Arrow buffers: values by width, bits by shifting, text by copying, codes while they may stay codes.
#include "engine/column_builder.h"

#include <algorithm>
#include <bit>

#include "engine/gather.h"

namespace spillway {
namespace {

void enlarge(Buffer& buffer, std::size_t used, std::size_t bytes) {
  Buffer larger(bytes);
  if (used != 0) std::memcpy(larger.data(), buffer.data(), used);
  buffer = std::move(larger);
}

}  // namespace

void ColumnBuilder::reserve(u32 more) {
  u32 needed = rows_ + more;
  if (needed <= capacity_) return;
  u32 capacity = std::max({needed, capacity_ * 4, expected_, u32{1024}});
  if (expected_ != 0 && needed <= expected_) capacity = expected_;
  if (type_ == Type::Bool) {
    enlarge(values_, bitmap_bytes(rows_), bitmap_bytes(capacity));
  } else if (type_ == Type::Utf8 && dictionary_ == nullptr) {
    bool fresh = offsets_.empty();
    enlarge(offsets_, fresh ? 0 : (std::size_t{rows_} + 1) * 4, (std::size_t{capacity} + 1) * 4);
    if (fresh) offsets_.as<i32>()[0] = 0;
  } else {
    std::size_t width = block_width(type_, true);
    enlarge(values_, rows_ * width, capacity * width);
  }
  if (!validity_.empty()) enlarge(validity_, bitmap_bytes(rows_), bitmap_bytes(capacity));
  capacity_ = capacity;
}

void ColumnBuilder::reserve_text(std::size_t more) {
  std::size_t needed = text_bytes_ + more;
  if (needed <= text_.size()) return;
  enlarge(text_, text_bytes_, std::max({needed, text_.size() * 2, std::size_t{4096}}));
}

void ColumnBuilder::append_text(const StringView& text) {
  if (text_bytes_ + text.length > kBlockTextBytes) {
    throw Error(ErrorCode::Limit, "a text column holds more than 2 GiB in " + std::to_string(rows_) +
                                      " rows; ask for fewer rows at a time with `batchRows`");
  }
  reserve_text(text.length);
  if (text.length != 0) std::memcpy(text_.data() + text_bytes_, text.data(), text.length);
  text_bytes_ += text.length;
}

// Codes already there become the texts they stand for: another dictionary, or none, serves from here on.
void ColumnBuilder::flatten() {
  Buffer codes = std::move(values_);
  const StringView* entries = dictionary_->entries();
  dictionary_ = nullptr;
  offsets_ = Buffer((std::size_t{capacity_} + 1) * 4);
  i32* offsets = offsets_.as<i32>();
  offsets[0] = 0;
  for (u32 row = 0; row < rows_; ++row) {
    bool valid = validity_.empty() || ((validity_.data()[row / 8] >> (row % 8)) & 1) != 0;
    if (valid) append_text(entries[codes.as<u32>()[row]]);
    offsets[row + 1] = static_cast<i32>(text_bytes_);
  }
}

void ColumnBuilder::use_dictionary(const Dictionary* dictionary) {
  if (!decided_) {
    dictionary_ = dictionary;
    decided_ = true;
  } else if (dictionary_ != nullptr && dictionary_ != dictionary) {
    flatten();
  }
}

// The first null: every row before has a value.
void ColumnBuilder::need_validity() {
  if (!validity_.empty()) return;
  validity_ = Buffer(bitmap_bytes(capacity_));
  set_bits(validity_.data(), 0, rows_);
}

void ColumnBuilder::append_validity(const Vector& vector, const Chunk& chunk, u32 skip, u32 count) {
  RowRange rows(chunk, skip, count);
  bool all_valid = vector.validity == nullptr || (vector.constant && vector.valid(0));
  if (all_valid) {
    if (!validity_.empty()) set_bits(validity_.data(), rows_, count);
    return;
  }
  if (vector.constant) {
    need_validity();
    u8 none[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (u32 i = 0; i < count; i += 64) copy_bits(validity_.data(), rows_ + i, none, 0, std::min<u32>(64, count - i));
    null_count_ += count;
    return;
  }
  const u8* source = reinterpret_cast<const u8*>(vector.validity);
  alignas(8) u8 packed[kVectorRows / 8];
  u64 from = rows.first;
  if (rows.selection != nullptr) {
    u8 bytes[kVectorRows];
    for (u32 i = 0; i < count; ++i)
      bytes[i] = static_cast<u8>(vector.validity[rows.selection[i] / 64] >> (rows.selection[i] % 64)) & 1;
    pack_bits(bytes, count, packed);
    source = packed;
    from = 0;
  }
  u64 nulls = count - count_bits(source, from, count);
  if (nulls != 0) need_validity();
  if (!validity_.empty()) copy_bits(validity_.data(), rows_, source, from, count);
  null_count_ += nulls;
}

void ColumnBuilder::append_validity(const BlockColumn& column, u32 from, u32 count) {
  u64 nulls = column.validity.empty() ? 0 : count - count_bits(column.validity.data(), from, count);
  if (nulls != 0) need_validity();
  if (validity_.empty()) return;
  if (nulls == 0) {
    set_bits(validity_.data(), rows_, count);
  } else {
    copy_bits(validity_.data(), rows_, column.validity.data(), from, count);
  }
  null_count_ += nulls;
}

// Equal rows are equal bytes, whatever lay under the nulls.
void ColumnBuilder::clear_nulls(u32 from, u32 count) {
  std::size_t width = block_width(type_, true);
  const u8* bits = validity_.data();
  auto clear = [&](u32 row) {
    if (type_ == Type::Bool) {
      values_.data()[row / 8] = static_cast<u8>(values_.data()[row / 8] & ~(1u << (row % 8)));
    } else {
      std::memset(values_.data() + row * width, 0, width);
    }
  };
  for (u32 row = from; row < from + count;) {
    if (row % 8 == 0 && row + 8 <= from + count && bits[row / 8] == 0xFF) {
      row += 8;
      continue;
    }
    if (((bits[row / 8] >> (row % 8)) & 1) == 0) clear(row);
    row += 1;
  }
}

void ColumnBuilder::append(const Vector& vector, const Chunk& chunk, u32 skip, u32 count) {
  if (count == 0) return;
  if (type_ == Type::Utf8) use_dictionary(vector.dictionary);
  reserve(count);
  u64 nulls_before = null_count_;
  append_validity(vector, chunk, skip, count);
  RowRange rows(chunk, skip, count);
  if (type_ == Type::Utf8 && dictionary_ == nullptr) {
    const StringView* entries = vector.dictionary == nullptr ? nullptr : vector.dictionary->entries();
    i32* offsets = offsets_.as<i32>() + rows_ + 1;
    for (u32 i = 0; i < count; ++i) {
      u32 row = vector.constant ? 0 : rows.row(i);
      if (vector.valid(row)) {
        append_text(entries == nullptr ? vector.values<StringView>()[row] : entries[vector.values<u32>()[row]]);
      }
      offsets[i] = static_cast<i32>(text_bytes_);
    }
    rows_ += count;
    return;
  }
  if (type_ == Type::Bool) {
    u8 bytes[kVectorRows];
    alignas(8) u8 bits[kVectorRows / 8];
    gather<u8>(vector, rows, bytes);
    pack_bits(bytes, count, bits);
    copy_bits(values_.data(), rows_, bits, 0, count);
  } else {
    u32 width = block_width(type_, true);
    u8* target = values_.data() + std::size_t{rows_} * width;
    switch (width) {
      case 1: gather<u8>(vector, rows, target); break;
      case 2: gather<u16>(vector, rows, reinterpret_cast<u16*>(target)); break;
      case 4: gather<u32>(vector, rows, reinterpret_cast<u32*>(target)); break;
      default: gather<u64>(vector, rows, reinterpret_cast<u64*>(target)); break;
    }
  }
  if (null_count_ != nulls_before) clear_nulls(rows_, count);
  rows_ += count;
}

void ColumnBuilder::append(const BlockColumn& column, u32 from, u32 count) {
  if (count == 0) return;
  if (type_ == Type::Utf8) use_dictionary(column.dictionary);
  reserve(count);
  append_validity(column, from, count);
  if (type_ == Type::Utf8 && dictionary_ == nullptr) {
    i32* offsets = offsets_.as<i32>() + rows_ + 1;
    if (column.dictionary == nullptr) {
      const i32* given = column.offsets.as<i32>() + from;
      std::size_t bytes = static_cast<std::size_t>(given[count] - given[0]);
      reserve_text(bytes);
      if (bytes != 0) std::memcpy(text_.data() + text_bytes_, column.text.data() + given[0], bytes);
      i32 shift = static_cast<i32>(text_bytes_) - given[0];
      for (u32 i = 0; i < count; ++i) offsets[i] = given[i + 1] + shift;
      text_bytes_ += bytes;
    } else {
      const StringView* entries = column.dictionary->entries();
      for (u32 i = 0; i < count; ++i) {
        if (column.valid(from + i)) append_text(entries[column.values.as<u32>()[from + i]]);
        offsets[i] = static_cast<i32>(text_bytes_);
      }
    }
  } else if (type_ == Type::Bool) {
    copy_bits(values_.data(), rows_, column.values.data(), from, count);
  } else {
    std::size_t width = block_width(type_, true);
    std::memcpy(values_.data() + rows_ * width, column.values.data() + from * width, count * width);
  }
  rows_ += count;
}

BlockColumn ColumnBuilder::finish() {
  if (rows_ == 0) reserve(1);
  // Bits beyond the rows are zero, so that equal columns are equal bytes.
  if (rows_ % 8 != 0) {
    u8 ones = static_cast<u8>((1u << (rows_ % 8)) - 1);
    if (!validity_.empty()) validity_.data()[rows_ / 8] &= ones;
    if (type_ == Type::Bool) values_.data()[rows_ / 8] &= ones;
  }
  BlockColumn column;
  column.type = type_;
  column.null_count = null_count_;
  column.validity = std::move(validity_);
  column.values = std::move(values_);
  column.offsets = std::move(offsets_);
  column.text = std::move(text_);
  column.text_bytes = text_bytes_;
  column.dictionary = dictionary_;
  *this = ColumnBuilder(type_);
  return column;
}

}  // namespace spillway
