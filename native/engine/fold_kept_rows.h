// The few rows of many that come first in some order, with copies of their values.
#pragma once

#include <string>
#include <vector>

#include "engine/vector.h"
#include "format/bytes.h"

namespace spillway {

// Rows come first by their word, then (told so) by the text in their first column, then by place, then by arrival.
// Twice as many as asked for are held at most, so that choosing costs little per row.
class KeptRows {
 public:
  enum class TextOrder : u8 { None, Ascending, Descending };
  // `unit` is the plan's, kept for who reads the rows: of timestamps 0 … 3, of others 255.
  struct Column {
    Type type;
    u8 unit;
  };
  // The last of the rows that came first when they were chosen last.
  struct Bound {
    u64 word = ~u64{0};
    u64 place = ~u64{0};
    std::string text;  // only with an order of texts
    bool set = false;
  };

  // `units`: one number for each argument, negative for none.
  static std::vector<Column> columns_of(const std::vector<ColumnFacts>& arguments, const f64* units);

  KeptRows(std::vector<Column> columns, u64 limit, TextOrder order);

  // Of use before a row is looked at: false if it cannot be among those that come first. With an order of texts that is
  // the row's.
  bool admits(u64 word, u64 place) const {
    return word < bound_.word || (word == bound_.word && (place < bound_.place || !bound_.set));
  }
  bool admits(u64 word, u64 place, const StringView& text) const {
    if (word != bound_.word || !bound_.set) return word <= bound_.word;
    const int side = text.text().compare(bound_.text);
    return side == 0 ? place < bound_.place : (side < 0) == (order_ == TextOrder::Ascending);
  }
  // Copies row `row` of the columns.
  void add(u64 word, u64 place, const Vector* columns, u32 row);
  void merge(const KeptRows& other);

  // u32 columns, of each u8 type and u8 unit; u64 rows that are kept, each as its place and its values: per column u8
  // null (1) or not (0), then if not null the value, of text u32 length and the bytes. First come first.
  void save(format::Bytes& out) const;
  // `word_of(place, values)`: `values` are the bytes of the row as save wrote them, checked.
  template <class WordOf>
  void load(format::ByteReader& in, const WordOf& word_of);
  std::size_t bytes() const { return bytes_.capacity() + entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    u64 word, place, arrival, offset;
    u32 length;
  };

  bool by_text() const { return order_ != TextOrder::None; }
  bool before(const Entry& a, const Entry& b) const;
  void check_columns(format::ByteReader& in) const;
  void check_row(format::ByteReader& in) const;
  void keep(u64 word, u64 place, u64 offset);
  void choose();

  const std::vector<Column> columns_;
  const u64 limit_;
  const TextOrder order_;
  std::vector<Entry> entries_;
  std::vector<u8> bytes_;
  std::size_t settled_bytes_ = 0;  // after the last choice
  u64 arrivals_ = 0;
  Bound bound_;
};

// The order of texts as far as eight bytes tell it.
inline u64 text_word(const char* text, u32 length) {
  u64 word = 0;
  std::memcpy(&word, text, length < 8 ? length : 8);
  return __builtin_bswap64(word);
}

template <class WordOf>
void KeptRows::load(format::ByteReader& in, const WordOf& word_of) {
  check_columns(in);
  const u64 count = in.read<u64>("kept rows");
  if (count > limit_) format::fault("more rows than are kept");
  for (u64 i = 0; i < count; ++i) {
    const u64 place = in.read<u64>("a row's place");
    format::ByteReader ahead = in;
    check_row(ahead);
    const u64 length = ahead.position() - in.position();
    const u8* values = in.take(length, "a row");
    const u64 offset = bytes_.size();
    format::append_bytes(bytes_, values, static_cast<std::size_t>(length));
    keep(word_of(place, values), place, offset);
  }
}

}  // namespace spillway
