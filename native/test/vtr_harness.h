// For tests of .vtr files: tables of vectors, a driver that feeds a sink from several threads, and reading back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/vtr_source.h"
#include "engine/vtr_writer.h"

namespace spillway::vtr_test {

// A column of a table in memory. Text: `texts` (owned by `words`); else `values`.
struct Column {
  Type type = Type::I32;
  std::vector<u8> values;
  std::vector<std::string> words;
  std::vector<bool> valid;  // empty: all

  bool is_valid(u64 row) const { return valid.empty() || valid[row]; }
};

struct Table {
  u64 rows = 0;
  std::vector<Column> columns;
};

template <class T>
Column column_of(Type type, u64 rows, const std::function<T(u64)>& make) {
  Column column;
  column.type = type;
  column.values.resize(rows * sizeof(T));
  for (u64 row = 0; row < rows; ++row) {
    const T value = make(row);
    std::memcpy(column.values.data() + row * sizeof(T), &value, sizeof(T));
  }
  return column;
}
Column text_column(u64 rows, const std::function<std::string(u64)>& make);

// A value as text, for comparing: "null", numbers in hexadecimal bits, or the text itself in quotes.
std::string show(const Column& column, u64 row);

std::string scratch_path(const std::string& name);  // a fresh file name in a folder of this process
QueryOptions options(u32 threads, std::size_t memory = std::size_t{1} << 30);

struct Written {
  VtrDescription description;
  u64 end = 0;
  std::vector<bool> nulls;
};

struct WriteSettings {
  u32 threads = 1;
  u32 morsel_rows = 40000;
  std::size_t memory = std::size_t{1} << 30;
  format::Compression compression = format::Compression::Fast;
  u32 keep_every = 1;  // only every so-manieth row is selected
  const Written* append_to = nullptr;
};

// Writes pages and statistics of a file that begins with a bare header page, as the storage room would.
Written write_table(const std::string& path, const Table& table, const WriteSettings& settings = {});

struct ReadSettings {
  std::vector<u32> columns;  // empty: all
  std::vector<ZonePredicate> predicates;
  VtrRows rows;
  VtrVerify verify = VtrVerify::Always;
  u32 threads = 1;
  std::function<void(const QueryCounters&)> counters;
};

// Reads everything back as a table of texts: one string per row, values joined by '|', with the row's number in front.
std::vector<std::string> read_rows(const VtrDescription& description, const ReadSettings& settings = {});
std::vector<std::string> show_rows(const Table& table, u32 keep_every = 1, u64 first_number = 0);

std::vector<u8> read_file(const std::string& path);
void write_file(const std::string& path, const std::vector<u8>& bytes);

}  // namespace spillway::vtr_test
