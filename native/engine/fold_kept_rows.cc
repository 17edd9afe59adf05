// Values lie one after another in one buffer; choosing moves the entries about and then the values together.
#include "engine/fold_kept_rows.h"

#include <algorithm>
#include <numeric>

namespace spillway {
namespace {

constexpr u64 kSpareRows = 256;                  // at least so many rows are added between choices
constexpr std::size_t kSpareBytes = 256 * 1024;  // texts may differ in length by a lot

template <class T>
T read_at(const u8* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// The text in the first column, which has one.
std::string_view first_text(const u8* values) {
  return {reinterpret_cast<const char*>(values + 1 + sizeof(u32)), read_at<u32>(values + 1)};
}

}  // namespace

std::vector<KeptRows::Column> KeptRows::columns_of(const std::vector<ColumnFacts>& arguments, const f64* units) {
  std::vector<Column> columns;
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const bool known = units[a] >= 0 && units[a] < 255;
    columns.push_back({arguments[a].type, known ? static_cast<u8>(units[a]) : u8{255}});
  }
  return columns;
}

KeptRows::KeptRows(std::vector<Column> columns, u64 limit, TextOrder order)
    : columns_(std::move(columns)), limit_(limit), order_(order) {}

bool KeptRows::before(const Entry& a, const Entry& b) const {
  if (a.word != b.word) return a.word < b.word;
  if (by_text()) {
    const int side = first_text(bytes_.data() + a.offset).compare(first_text(bytes_.data() + b.offset));
    if (side != 0) return (side < 0) == (order_ == TextOrder::Ascending);
  }
  if (a.place != b.place) return a.place < b.place;
  return a.arrival < b.arrival;
}

void KeptRows::add(u64 word, u64 place, const Vector* columns, u32 row) {
  const u64 offset = bytes_.size();
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Vector& column = columns[c];
    const bool valid = column.valid(row);
    bytes_.push_back(valid ? 0 : 1);
    if (!valid) continue;
    const u32 at = column.constant ? 0 : row;
    if (columns_[c].type != Type::Utf8) {
      const u32 width = width_of(columns_[c].type);
      format::append_bytes(bytes_, static_cast<const u8*>(column.data) + std::size_t{at} * width, width);
      continue;
    }
    const StringView& text = column.dictionary != nullptr ? column.dictionary->entries()[column.values<u32>()[at]]
                                                          : column.values<StringView>()[at];
    format::append(bytes_, text.length);
    format::append_bytes(bytes_, text.data(), text.length);
  }
  keep(word, place, offset);
  if (entries_.size() >= limit_ + std::max(limit_, kSpareRows) ||
      (entries_.size() > limit_ && bytes_.size() > 2 * settled_bytes_ + kSpareBytes)) {
    choose();
  }
}

void KeptRows::keep(u64 word, u64 place, u64 offset) {
  entries_.push_back({word, place, arrivals_++, offset, static_cast<u32>(bytes_.size() - offset)});
}

void KeptRows::merge(const KeptRows& other) {
  const u64 shift = bytes_.size(), later = arrivals_;
  bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
  for (Entry entry : other.entries_) {
    entry.offset += shift;
    entry.arrival += later;
    entries_.push_back(entry);
  }
  arrivals_ += other.arrivals_;
  if (entries_.size() > limit_) choose();
}

void KeptRows::choose() {
  const auto last = entries_.begin() + static_cast<std::ptrdiff_t>(limit_ - 1);
  std::nth_element(entries_.begin(), last, entries_.end(),
                   [&](const Entry& a, const Entry& b) { return before(a, b); });
  bound_.word = last->word;
  bound_.place = last->place;
  bound_.set = true;
  if (by_text()) bound_.text = first_text(bytes_.data() + last->offset);
  entries_.resize(static_cast<std::size_t>(limit_));
  std::size_t needed = 0;
  for (const Entry& entry : entries_) needed += entry.length;
  std::vector<u8> together;
  together.reserve(2 * needed);
  for (Entry& entry : entries_) {
    const u64 offset = together.size();
    format::append_bytes(together, bytes_.data() + entry.offset, entry.length);
    entry.offset = offset;
  }
  bytes_ = std::move(together);
  settled_bytes_ = bytes_.size();
}

void KeptRows::check_columns(format::ByteReader& in) const {
  if (in.read<u32>("columns") != columns_.size()) format::fault("rows of other columns");
  for (const Column& column : columns_) {
    const u8 type = in.read<u8>("type"), unit = in.read<u8>("unit");
    if (type != static_cast<u8>(column.type) || unit != column.unit) format::fault("rows of columns of other types");
  }
}

void KeptRows::check_row(format::ByteReader& in) const {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const u8 null = in.read<u8>("a null mark");
    if (null > 1 || (null == 1 && c == 0 && by_text())) format::fault("a value that is neither null nor not");
    if (null == 1) continue;
    if (columns_[c].type == Type::Utf8) {
      in.take(in.read<u32>("a text's length"), "a text");
    } else if (*in.take(width_of(columns_[c].type), "a value") > 1 && columns_[c].type == Type::Bool) {
      format::fault("a bool that is neither true nor false");
    }
  }
}

void KeptRows::save(format::Bytes& out) const {
  std::vector<Entry> chosen = entries_;
  std::sort(chosen.begin(), chosen.end(), [&](const Entry& a, const Entry& b) { return before(a, b); });
  if (chosen.size() > limit_) chosen.resize(static_cast<std::size_t>(limit_));
  format::append(out, static_cast<u32>(columns_.size()));
  for (const Column& column : columns_) {
    format::append(out, static_cast<u8>(column.type));
    format::append(out, column.unit);
  }
  format::append(out, static_cast<u64>(chosen.size()));
  for (const Entry& entry : chosen) {
    format::append(out, entry.place);
    format::append_bytes(out, bytes_.data() + entry.offset, entry.length);
  }
}

}  // namespace spillway
