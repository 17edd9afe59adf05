// Random tables with nulls, NaN, both zeros and extremes, the aggregates over them, and the settings that must agree.
#pragma once

#include <limits>

#include "test/aggregate_harness.h"

namespace spillway::aggregate_test {

class Random {
 public:
  explicit Random(u64 seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}
  u64 next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  u64 below(u64 bound) { return next() % bound; }
  f64 unit() { return static_cast<f64>(next() >> 11) * 0x1p-53; }

 private:
  u64 state_;
};

enum class KeyKind { Ranged, Dictionary, LocalDictionary, Wide, Real, Text };

struct KeyColumn {
  KeyKind kind;
  u64 values;
};

inline std::string text_of(u64 number) {
  std::string text = "g" + std::to_string(number);
  if (number % 3 == 0) text += " with a tail that is long enough to be stored apart " + std::to_string(number * 7919);
  return text;
}

inline Column key_column(Random& random, std::size_t rows, const KeyColumn& key, bool nulls) {
  Column column;
  const auto fill = [&](auto make) {
    for (std::size_t i = 0; i < rows; ++i)
      column.values.push_back(nulls && random.below(50) == 0 ? Value() : make(random.below(key.values)));
  };
  switch (key.kind) {
    case KeyKind::Ranged:
      column.type = Type::I32;
      column.ranged = true;
      fill([](u64 v) { return Value::of(static_cast<i64>(v) - 5); });
      break;
    case KeyKind::Wide:
      column.type = Type::I64;
      fill([](u64 v) { return Value::of(static_cast<i64>(v * 0x9e3779b97f4a7c15u)); });
      break;
    case KeyKind::Real:
      column.type = Type::F64;
      fill([](u64 v) {
        if (v == 0) return Value::of(std::numeric_limits<f64>::quiet_NaN());
        if (v == 1) return Value::of(-std::numeric_limits<f64>::infinity());
        return Value::of(static_cast<f64>(v - 2) / 3);
      });
      for (Value& value : column.values) {
        if (value.kind == Value::Real && value.real == 0 && random.below(2) == 0) value.real = -0.0;
      }
      break;
    default:
      column.type = Type::Utf8;
      if (key.kind != KeyKind::Text) column.dictionary = std::make_shared<TextDictionary>();
      column.own_dictionary = key.kind == KeyKind::Dictionary;
      fill([](u64 v) { return Value::of(text_of(v)); });
      break;
  }
  return column;
}

// Keys, then: i32 ranged, i64 wild, f64, f64 with NaN and infinities, text, bool, dictionary text, u64, f32, date.
inline Table mixed_table(Random& random, std::size_t rows, const std::vector<KeyColumn>& keys) {
  Table table;
  for (const KeyColumn& key : keys) table.columns.push_back(key_column(random, rows, key, true));
  const auto add = [&](Type type, u32 nulls, auto make) -> Column& {
    Column column;
    column.type = type;
    for (std::size_t i = 0; i < rows; ++i)
      column.values.push_back(nulls != 0 && random.below(nulls) == 0 ? Value() : make());
    table.columns.push_back(std::move(column));
    return table.columns.back();
  };
  add(Type::I32, 0, [&] { return Value::of(static_cast<i64>(random.below(15)) - 3); }).ranged = true;
  add(Type::I64, 7, [&] { return Value::of(static_cast<i64>(random.next()) >> (20 + random.below(40))); });
  add(Type::F64, 9, [&] { return Value::of(random.unit() * 1000 - 500); });
  add(Type::F64, 5, [&] {
    const u64 choice = random.below(400);
    if (choice == 0) return Value::of(std::numeric_limits<f64>::quiet_NaN());
    if (choice == 1) return Value::of(std::numeric_limits<f64>::infinity());
    return Value::of(choice == 2 ? -0.0 : static_cast<f64>(random.below(10)));
  });
  add(Type::Utf8, 6, [&] { return Value::of(text_of(random.below(1000))); });
  add(Type::Bool, 4, [&] { return Value::of(static_cast<i64>(random.below(2))); });
  add(Type::Utf8, 3, [&] { return Value::of(text_of(random.below(30))); }).dictionary =
      std::make_shared<TextDictionary>();
  add(Type::U64, 3, [&] { return Value::of(static_cast<i64>(random.below(u64{1} << 40))); });
  add(Type::F32, 0, [&] { return Value::of(f64{static_cast<f32>(random.unit())}); });
  add(Type::Date, 8, [&] { return Value::of(static_cast<i64>(random.below(20000)) - 10000); });
  return table;
}

// Everything that needs no values held, over mixed_table's columns behind `k` keys.
inline std::vector<AggregateDescription> streaming_aggregates(u32 k) {
  const u32 small = k, wild = k + 1, real = k + 2, odd = k + 3, text = k + 4, flag = k + 5, coded = k + 6;
  const u32 large = k + 7, narrow = k + 8, date = k + 9;
  return {
      of("countAll", {}, Type::I64),
      of("count", {wild}, Type::I64),
      of("sum", {small}, Type::I64),
      of("sum", {wild}, Type::I64),
      of("sum", {real}),
      of("sum", {odd}),
      of("sum", {large}, Type::I64),
      of("sum", {narrow}),
      of("sum", {flag}, Type::I64),
      of("mean", {small}),
      of("mean", {wild}),
      of("mean", {real}),
      of("mean", {large}),
      of("min", {wild}, Type::I64),
      of("max", {wild}, Type::I64),
      of("min", {odd}),
      of("max", {odd}),
      of("min", {text}, Type::Utf8),
      of("max", {text}, Type::Utf8),
      of("min", {coded}, Type::Utf8),
      of("max", {coded}, Type::Utf8),
      of("min", {date}, Type::Date),
      of("max", {large}, Type::U64),
      of("min", {narrow}, Type::F32),
      of("any", {flag}, Type::Bool),
      of("all", {flag}, Type::Bool),
      of("first", {wild}, Type::I64),
      of("last", {real}),
      of("first", {text}, Type::Utf8),
      of("last", {text}, Type::Utf8),
      of("first", {coded}, Type::Utf8),
      of("last", {date}, Type::Date),
      of("variance", {small}),
      of("sd", {real}),
      of("variance", {large}),
      of("sd", {narrow}),
      of("corr", {small, small}),
      of("corr", {real, narrow}),
      of("corr", {real, large}),
      of("corr", {small, large}),
  };
}

// Those that hold values: quantiles and everything distinct.
inline std::vector<AggregateDescription> held_aggregates(u32 k) {
  const u32 small = k, wild = k + 1, real = k + 2, odd = k + 3, text = k + 4, flag = k + 5, coded = k + 6;
  const u32 large = k + 7, narrow = k + 8, date = k + 9;
  return {
      of("median", {real}),
      of("quantile", {real}, Type::F64, false, {0.95}),
      of("median", {odd}),
      of("median", {small}),
      of("quantile", {large}, Type::F64, false, {0}),
      of("median", {narrow}),
      of("median", {odd}, Type::F64, true),
      of("nDistinct", {small}, Type::I64),
      of("nDistinct", {wild}, Type::I64),
      of("nDistinct", {odd}, Type::I64),
      of("nDistinct", {text}, Type::I64),
      of("nDistinct", {flag}, Type::I64),
      of("nDistinct", {coded}, Type::I64),
      of("nDistinct", {date}, Type::I64),
      of("sum", {small}, Type::I64, true),
      of("sum", {odd}, Type::F64, true),
      of("mean", {real}, Type::F64, true),
      of("sd", {small}, Type::F64, true),
      of("max", {real}, Type::F64, true),
      of("count", {coded}, Type::I64, true),
      of("sum", {real}),
      of("countAll", {}, Type::I64),
  };
}

inline std::vector<Settings> all_settings() {
  std::vector<Settings> all(7);
  all[1].threads = 4;
  all[1].morsel_rows = 700;
  all[2].threads = 3;
  all[2].chunk_rows = 61;
  all[2].skip_rows = true;
  all[3].force_spill = true;
  all[3].threads = 2;
  all[4].equal_hashes = true;
  all[4].threads = 2;
  all[5].memory = std::size_t{12} << 20;
  all[5].threads = 2;
  all[5].morsel_rows = 1500;
  all[6].memory = std::size_t{8} << 20;
  all[6].threads = 2;
  all[6].force_spill = true;
  all[6].skip_rows = true;
#if defined(__SANITIZE_THREAD__)
  // This build looks for races, many times slower: the settings with most threads, spilling and little memory suffice.
  return {all[1], all[3], all[5]};
#else
  return all;
#endif
}

}  // namespace spillway::aggregate_test
