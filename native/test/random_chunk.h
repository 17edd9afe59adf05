// Chunks of every type at random, with what their rows hold written out as text, for tests of everything that keeps
// rows.
#pragma once

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/block.h"
#include "engine/vector.h"

namespace spillway {

class TextDictionary final : public Dictionary {
 public:
  explicit TextDictionary(const std::string& prefix, u32 entries) {
    for (u32 i = 0; i < entries; ++i) texts_.push_back(prefix + std::string(i % 23, 'x') + std::to_string(i));
    for (const std::string& text : texts_) entries_.emplace_back(text);
  }
  u32 size() const override { return static_cast<u32>(entries_.size()); }
  const StringView* entries() const override { return entries_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<StringView> entries_;
};

// One value as text; "-" for null.
inline std::string show_value(const Vector& vector, u32 row) {
  if (!vector.valid(row)) return "-";
  u32 at = vector.constant ? 0 : row;
  switch (vector.type) {
    case Type::Bool: return vector.values<u8>()[at] != 0 ? "true" : "false";
    case Type::I8: return std::to_string(vector.values<i8>()[at]);
    case Type::U16: return std::to_string(vector.values<u16>()[at]);
    case Type::I32: return std::to_string(vector.values<i32>()[at]);
    case Type::F64: return std::to_string(vector.values<f64>()[at]);
    case Type::Utf8:
      if (vector.dictionary != nullptr)
        return std::string(vector.dictionary->entries()[vector.values<u32>()[at]].text());
      return std::string(vector.values<StringView>()[at].text());
    default: return "?";
  }
}

inline std::string show_value(const BlockColumn& column, u32 row) {
  if (!column.valid(row)) return "-";
  switch (column.type) {
    case Type::Bool: return ((column.values.data()[row / 8] >> (row % 8)) & 1) != 0 ? "true" : "false";
    case Type::I8: return std::to_string(column.values.as<i8>()[row]);
    case Type::U16: return std::to_string(column.values.as<u16>()[row]);
    case Type::I32: return std::to_string(column.values.as<i32>()[row]);
    case Type::F64: return std::to_string(column.values.as<f64>()[row]);
    case Type::Utf8:
      if (column.dictionary != nullptr)
        return std::string(column.dictionary->entries()[column.values.as<u32>()[row]].text());
      return std::string(column.text_at(row).text());
    default: return "?";
  }
}

class RandomChunks {
 public:
  explicit RandomChunks(u32 seed) : random_(seed) {}

  static std::vector<Type> types() {
    return {Type::Bool, Type::I8, Type::U16, Type::I32, Type::F64, Type::Utf8, Type::Utf8};
  }

  // The next chunk; what it points at stays until the one after. The last column is coded, now by one dictionary and
  // now by another when `dictionaries` is 2.
  const Chunk& next(u32 dictionaries = 1) {
    u32 rows = below(4) == 0 ? 1 + below(kVectorRows) : kVectorRows;
    texts_.clear();
    bytes_.clear();
    bytes_.reserve(types().size() * 3);
    vectors_.clear();
    for (Type type : types()) vectors_.push_back(make(type, rows, false));
    vectors_.back() = make(Type::Utf8, rows, true);
    vectors_.back().dictionary = below(dictionaries) == 0 ? &first_ : &second_;
    selection_.clear();
    chunk_.rows = chunk_.selected = rows;
    chunk_.selection = nullptr;
    if (below(2) == 0) {
      u32 keep = 1 + below(10);
      for (u32 row = 0; row < rows; ++row) {
        if (below(10) < keep) selection_.push_back(static_cast<u16>(row));
      }
      chunk_.selection = selection_.data();
      chunk_.selected = static_cast<u32>(selection_.size());
    }
    chunk_.column_count = static_cast<u32>(vectors_.size());
    chunk_.columns = vectors_.data();
    return chunk_;
  }

  // Rows of the chunk as they should come out, appended.
  static void show(const Chunk& chunk, std::vector<std::string>& rows) {
    for (u32 i = 0; i < chunk.selected; ++i) {
      std::string text;
      for (u32 c = 0; c < chunk.column_count; ++c) text += show_value(chunk.columns[c], chunk.row_at(i)) + "|";
      rows.push_back(std::move(text));
    }
  }

  static void show(const Block& block, std::vector<std::string>& rows) {
    for (u32 row = 0; row < block.rows; ++row) {
      std::string text;
      for (const BlockColumn& column : block.columns) text += show_value(column, row) + "|";
      rows.push_back(std::move(text));
    }
  }

  u32 below(u32 bound) { return static_cast<u32>(random_() % bound); }

 private:
  Vector make(Type type, u32 rows, bool coded) {
    Vector vector;
    vector.type = type;
    vector.constant = below(6) == 0;
    std::size_t width = coded ? 4 : width_of(type);
    u8* data = scratch(std::size_t{kVectorRows} * width);
    for (u32 i = 0; i < rows; ++i) {
      if (type == Type::Utf8 && !coded) {
        std::string& text = texts_.emplace_back(below(40), static_cast<char>('a' + below(26)));
        new (data + i * 16) StringView(text);
      } else if (coded) {
        u32 code = below(100);
        std::memcpy(data + i * 4, &code, 4);
      } else if (type == Type::Bool) {
        data[i] = static_cast<u8>(below(2));
      } else if (type == Type::F64) {
        f64 value = below(1000) / 8.0;
        std::memcpy(data + i * 8, &value, 8);
      } else {
        for (std::size_t b = 0; b < width; ++b) data[i * width + b] = static_cast<u8>(below(256));
      }
    }
    vector.data = data;
    if (below(3) == 0) {
      u8* bits = scratch(kVectorRows / 8);
      u32 nulls = below(5);
      for (u32 i = 0; i < kVectorRows / 8; ++i)
        bits[i] = nulls == 0 ? 0xFF : static_cast<u8>(below(256) | (nulls < 3 ? below(256) : 0));
      vector.validity = reinterpret_cast<const u64*>(bits);
    }
    return vector;
  }

  u8* scratch(std::size_t size) {
    bytes_.push_back(std::make_unique<u64[]>(size / 8 + 1));
    return reinterpret_cast<u8*>(bytes_.back().get());
  }

  std::mt19937 random_;
  TextDictionary first_{"a", 100}, second_{"b", 100};
  std::vector<std::unique_ptr<u64[]>> bytes_;
  std::deque<std::string> texts_;  // of the present chunk; they must not move
  std::vector<Vector> vectors_;
  std::vector<u16> selection_;
  Chunk chunk_;
};

}  // namespace spillway
