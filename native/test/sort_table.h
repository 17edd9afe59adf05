// Random tables for the tests of the sort, and the order a sort must give them, found the slow and plain way.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/description.h"
#include "engine/vector.h"

namespace spillway::sorting {

struct Random {
  u64 state;
  u64 next() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  }
  u64 below(u64 bound) { return next() % bound; }
  bool chance(u32 percent) { return below(100) < percent; }
};

struct TextDictionary : Dictionary {
  std::vector<std::string> texts;
  std::vector<StringView> views;
  void finish();
  u32 size() const override { return static_cast<u32>(views.size()); }
  const StringView* entries() const override { return views.data(); }
};

// A column of cells: numbers as the bits of their vector's value, text as text.
struct Column {
  ColumnFacts facts;
  std::vector<u64> bits;
  std::vector<std::string> texts;
  std::vector<bool> valid;
  std::shared_ptr<TextDictionary> dictionary;
  std::string cell(std::size_t row) const;
};

enum class Shape { Small, Wide, Ranged, Constant, Text, LongText, Prefixed, Dictionary, Sorted };

struct Table {
  std::size_t rows = 0;
  std::vector<Column> columns;
  Column& add(Type type, Shape shape, u32 null_percent, Random& random);
};

// Row numbers in the order that these keys ask for.
std::vector<std::size_t> expected_order(const Table& table, const SinkDescription& sort);

}  // namespace spillway::sorting
