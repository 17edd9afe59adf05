// Builds one column of a block from vectors, keeping dictionary codes for as long as one dictionary serves.
#pragma once

#include "engine/block.h"

namespace spillway {

// Appends grow the buffers; `finish` gives the column and leaves the builder empty, ready for the next block.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(Type type) : type_(type) {}

  // Room for so many rows is made at the first append, so that a block of the usual size never grows.
  void expect(u32 rows) { expected_ = rows; }

  // Text: codes are resolved as they come.
  void keep_plain() { decided_ = true; }

  // The chunk's selected rows of `vector` (one of its columns), the first `count` of them after `skip`.
  void append(const Vector& vector, const Chunk& chunk, u32 skip, u32 count);
  // Rows `from` … `from + count` of a column built earlier.
  void append(const BlockColumn& column, u32 from, u32 count);

  u32 rows() const { return rows_; }
  // Text so far, of a column that is not coded. A block's offsets are i32: whoever appends closes it before 2^31.
  std::size_t text_bytes() const { return text_bytes_; }
  std::size_t bytes() const { return validity_.size() + values_.size() + offsets_.size() + text_.size(); }

  BlockColumn finish();

 private:
  void reserve(u32 more);
  void reserve_text(std::size_t more);
  void use_dictionary(const Dictionary* dictionary);
  void flatten();
  void append_validity(const Vector& vector, const Chunk& chunk, u32 skip, u32 count);
  void append_validity(const BlockColumn& column, u32 from, u32 count);
  void need_validity();
  void append_text(const StringView& text);
  void clear_nulls(u32 from, u32 count);

  Type type_;
  bool decided_ = false;  // text: coded or plain is known once the first rows came
  const Dictionary* dictionary_ = nullptr;
  u32 rows_ = 0;
  u32 expected_ = 0;
  u32 capacity_ = 0;  // rows that fit
  u64 null_count_ = 0;
  std::size_t text_bytes_ = 0;
  Buffer validity_, values_, offsets_, text_;
};

}  // namespace spillway
