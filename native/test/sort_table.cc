// Making random columns and ordering rows by plain comparisons.
#include "test/sort_table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace spillway::sorting {
namespace {

// Rows far down may differ from the first ones, which a sort may have drawn conclusions from.
std::string prefixed_text(std::size_t row, Random& random) {
  static const char* const odd[] = {"", "customer", "customer-", "custom", "a", "zz", "customer-\x01"};
  if (row > 3000 && random.chance(3)) return odd[random.below(7)];
  return "customer-" + std::to_string(random.below(100000));
}

std::string random_text(Random& random, bool is_long) {
  static const char* const starts[] = {"", "a", "https://example.org/some/long/path/", "\xC3\xA9t\xC3\xA9", "zz"};
  std::string text = starts[random.below(5)];
  u64 length = random.below(is_long ? 60 : 8);
  for (u64 i = 0; i < length; ++i) text.push_back(static_cast<char>(random.chance(3) ? 0 : 'a' + random.below(3)));
  return text;
}

u64 random_bits(Type type, Shape shape, std::size_t row, Random& random) {
  if (is_float(type)) {
    static const f64 odd[] = {0.0,
                              -0.0,
                              std::numeric_limits<f64>::quiet_NaN(),
                              -std::numeric_limits<f64>::quiet_NaN(),
                              std::numeric_limits<f64>::infinity(),
                              -std::numeric_limits<f64>::infinity(),
                              std::numeric_limits<f64>::denorm_min()};
    f64 value = shape == Shape::Sorted  ? static_cast<f64>(row)
                : random.chance(10)     ? odd[random.below(7)]
                : shape == Shape::Small ? static_cast<f64>(random.below(5)) - 2
                                        : (static_cast<f64>(random.below(1u << 30)) - (1 << 29)) / 1000;
    if (type == Type::F32) return std::bit_cast<u32>(static_cast<f32>(value));
    return std::bit_cast<u64>(value);
  }
  u64 value = random.next();
  switch (shape) {
    case Shape::Small: value = random.below(3); break;
    case Shape::Ranged: value = static_cast<u64>(static_cast<i64>(random.below(1000)) - 500); break;
    case Shape::Constant: value = 7; break;
    case Shape::Sorted: value = row; break;
    default: break;
  }
  if (type == Type::Bool) return value & 1;
  if (type == Type::U8 || type == Type::U16 || type == Type::U32 || type == Type::U64) value &= ~(u64{1} << 63);
  u32 width = width_of(type);
  return width == 8 ? value : value & ((u64{1} << (8 * width)) - 1);
}

i64 integer(Type type, u64 bits) {
  switch (type) {
    case Type::I8: return static_cast<i8>(bits);
    case Type::I16: return static_cast<i16>(bits);
    case Type::I32:
    case Type::Date: return static_cast<i32>(bits);
    default: return static_cast<i64>(bits);
  }
}

template <class T>
int by_value(T a, T b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

int by_real(f64 a, f64 b) {
  bool a_nan = std::isnan(a);
  bool b_nan = std::isnan(b);
  if (a_nan || b_nan) return by_value<int>(a_nan, b_nan);
  return by_value(a, b);
}

int compare_cells(const Column& column, std::size_t a, std::size_t b) {
  switch (column.facts.type) {
    case Type::Utf8: return column.texts[a].compare(column.texts[b]);
    case Type::F64: return by_real(std::bit_cast<f64>(column.bits[a]), std::bit_cast<f64>(column.bits[b]));
    case Type::F32:
      return by_real(std::bit_cast<f32>(static_cast<u32>(column.bits[a])),
                     std::bit_cast<f32>(static_cast<u32>(column.bits[b])));
    case Type::U64: return by_value(column.bits[a], column.bits[b]);
    default: return by_value(integer(column.facts.type, column.bits[a]), integer(column.facts.type, column.bits[b]));
  }
}

int compare_key(const Column& column, const SortKey& key, std::size_t a, std::size_t b) {
  if (!column.valid[a] || !column.valid[b]) {
    if (column.valid[a] == column.valid[b]) return 0;
    return column.valid[a] == key.nulls_first ? 1 : -1;
  }
  int order = compare_cells(column, a, b);
  return key.descending ? -order : order;
}

}  // namespace

void TextDictionary::finish() {
  views.clear();
  for (const std::string& text : texts) views.emplace_back(text);
}

std::string Column::cell(std::size_t row) const {
  if (!valid[row]) return "null";
  if (facts.type == Type::Utf8) return '"' + texts[row] + '"';
  return std::to_string(bits[row]);
}

Column& Table::add(Type type, Shape shape, u32 null_percent, Random& random) {
  Column column;
  column.facts.type = type;
  column.facts.may_be_null = null_percent != 0;
  if (shape == Shape::Dictionary) {
    column.dictionary = std::make_shared<TextDictionary>();
    u64 size = 1 + random.below(300);
    while (column.dictionary->texts.size() < size) {
      std::string text = random_text(random, true) + std::to_string(column.dictionary->texts.size());
      column.dictionary->texts.push_back(text);
    }
    column.dictionary->finish();
    column.facts.dictionary = column.dictionary.get();
  }
  for (std::size_t row = 0; row < rows; ++row) {
    column.valid.push_back(!random.chance(null_percent));
    if (shape == Shape::Dictionary) {
      column.bits.push_back(random.below(column.dictionary->texts.size()));
      column.texts.push_back(column.dictionary->texts[column.bits.back()]);
    } else if (type == Type::Utf8) {
      column.bits.push_back(0);
      column.texts.push_back(shape == Shape::Prefixed ? prefixed_text(row, random)
                                                      : random_text(random, shape == Shape::LongText));
    } else {
      column.bits.push_back(random_bits(type, shape, row, random));
      column.texts.emplace_back();
    }
  }
  bool ranged = (shape == Shape::Ranged || shape == Shape::Constant || shape == Shape::Sorted) && !is_float(type);
  if (ranged && type != Type::Utf8) {
    column.facts.has_range = true;
    column.facts.min = std::numeric_limits<i64>::max();
    column.facts.max = std::numeric_limits<i64>::min();
    for (std::size_t row = 0; row < rows; ++row) {
      if (!column.valid[row]) continue;
      column.facts.min = std::min(column.facts.min, integer(type, column.bits[row]));
      column.facts.max = std::max(column.facts.max, integer(type, column.bits[row]));
    }
    if (column.facts.min > column.facts.max) column.facts.has_range = false;
  }
  columns.push_back(std::move(column));
  return columns.back();
}

std::vector<std::size_t> expected_order(const Table& table, const SinkDescription& sort) {
  std::vector<std::size_t> order(table.rows);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  auto compare = [&](std::size_t a, std::size_t b, std::size_t keys) {
    for (std::size_t k = 0; k < keys; ++k) {
      int by = compare_key(table.columns[sort.sort_keys[k].column], sort.sort_keys[k], a, b);
      if (by != 0) return by;
    }
    return 0;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return compare(a, b, sort.sort_keys.size()) < 0; });
  if (sort.group_limit >= 0) {
    std::vector<std::size_t> kept;
    i64 seen = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      seen = i != 0 && compare(order[i - 1], order[i], sort.group_columns) == 0 ? seen + 1 : 0;
      if (seen < sort.group_limit) kept.push_back(order[i]);
    }
    order = std::move(kept);
  }
  std::size_t from = std::min<std::size_t>(order.size(), static_cast<std::size_t>(sort.offset));
  order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(from));
  if (sort.limit >= 0 && order.size() > static_cast<std::size_t>(sort.limit)) {
    order.resize(static_cast<std::size_t>(sort.limit));
  }
  return order;
}

}  // namespace spillway::sorting
