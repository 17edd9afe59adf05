// Aggregates computed the plain way, from the lists of each group's values.
#pragma once

#include <set>

#include "test/aggregate_harness.h"

namespace spillway::aggregate_test {

inline f64 number(const Value& value) { return value.kind == Value::Real ? value.real : static_cast<f64>(value.whole); }

// NaN last.
inline bool less(const Value& a, const Value& b) {
  if (a.kind == Value::Text) return a.text < b.text;
  if (a.kind == Value::Whole) return a.whole < b.whole;
  if (std::isnan(a.real) || std::isnan(b.real)) return !std::isnan(a.real) && std::isnan(b.real);
  return a.real < b.real;
}

inline Value quantile(std::vector<Value> values, f64 p) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end(), less);
  const f64 place = p * static_cast<f64>(values.size() - 1);
  const std::size_t low = static_cast<std::size_t>(place);
  const f64 a = number(values[low]), b = number(values[std::min(low + 1, values.size() - 1)]);
  const f64 part = place - static_cast<f64>(low);
  return Value::of(part == 0 || a == b ? a : a + (b - a) * part);
}

inline Value spread(const std::vector<Value>& values, bool root) {
  if (values.size() < 2) return {};
  long double mean = 0, square = 0;
  for (const Value& v : values) mean += number(v);
  mean /= static_cast<long double>(values.size());
  for (const Value& v : values) square += (number(v) - mean) * (number(v) - mean);
  square /= static_cast<long double>(values.size() - 1);
  return Value::of(static_cast<f64>(root ? sqrtl(square) : square));
}

inline Value correlation(const std::vector<std::pair<f64, f64>>& pairs) {
  if (pairs.empty()) return {};
  long double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
  for (const auto& [x, y] : pairs) mx += x, my += y;
  mx /= static_cast<long double>(pairs.size());
  my /= static_cast<long double>(pairs.size());
  for (const auto& [x, y] : pairs) {
    xx += (x - mx) * (x - mx);
    yy += (y - my) * (y - my);
    xy += (x - mx) * (y - my);
  }
  return Value::of(static_cast<f64>(xy / sqrtl(xx * yy)));
}

inline Value reduce(const Table& table, const AggregateDescription& aggregate, const std::vector<std::size_t>& rows) {
  const std::string& name = aggregate.name;
  if (name == "countAll") return Value::of(static_cast<i64>(rows.size()));
  const std::vector<Value>& column = table.columns[aggregate.arguments[0]].values;
  if (name == "corr") {
    const std::vector<Value>& other = table.columns[aggregate.arguments[1]].values;
    std::vector<std::pair<f64, f64>> pairs;
    for (const std::size_t row : rows) {
      if (!column[row].null() && !other[row].null()) pairs.emplace_back(number(column[row]), number(other[row]));
    }
    return correlation(pairs);
  }
  std::vector<Value> values;
  std::set<std::string> seen;
  for (const std::size_t row : rows) {
    const Value& value = column[row];
    const bool once = aggregate.distinct || name == "nDistinct";
    if (!value.null() && (!once || seen.insert(value.key()).second)) values.push_back(value);
  }
  if (name == "count" || name == "nDistinct") return Value::of(static_cast<i64>(values.size()));
  if (name == "variance" || name == "sd") return spread(values, name == "sd");
  if (values.empty()) return {};
  if (name == "first") return values.front();
  if (name == "last") return values.back();
  if (name == "min" || name == "all") return *std::min_element(values.begin(), values.end(), less);
  if (name == "max" || name == "any") return *std::max_element(values.begin(), values.end(), less);
  if (name == "median") return quantile(values, 0.5);
  if (name == "quantile") return quantile(values, aggregate.parameters[0]);
  long double real = 0;
  i64 whole = 0;
  for (const Value& value : values) {
    real += number(value);
    whole += value.whole;
  }
  if (name == "mean") return Value::of(static_cast<f64>(real / static_cast<long double>(values.size())));
  return aggregate.result == Type::I64 ? Value::of(whole) : Value::of(static_cast<f64>(real));
}

// Rows of the result by key, in first-seen order.
inline std::vector<Row> reference(const Table& table, u32 keys, const std::vector<AggregateDescription>& aggregates) {
  std::map<std::string, std::size_t> numbers;
  std::vector<std::vector<std::size_t>> groups;
  if (keys == 0) groups.emplace_back();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string key;
    for (u32 k = 0; k < keys; ++k) key += table.columns[k].values[row].key() + "|";
    std::size_t number_of = 0;
    if (keys != 0) {
      const auto [place, fresh] = numbers.emplace(key, groups.size());
      if (fresh) groups.emplace_back();
      number_of = place->second;
    }
    groups[number_of].push_back(row);
  }
  std::vector<Row> result;
  for (const auto& rows : groups) {
    Row row;
    for (u32 k = 0; k < keys; ++k) row.push_back(table.columns[k].values[rows[0]]);
    for (const AggregateDescription& aggregate : aggregates) row.push_back(reduce(table, aggregate, rows));
    result.push_back(std::move(row));
  }
  return result;
}

inline std::string key_of(const Row& row, u32 keys) {
  std::string key;
  for (u32 k = 0; k < keys; ++k) key += row[k].key() + "|";
  return key;
}

inline bool close(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind != Value::Real) return a.key() == b.key();
  if (std::isnan(a.real) || std::isnan(b.real)) return std::isnan(a.real) && std::isnan(b.real);
  if (a.real == b.real) return true;
  return std::fabs(a.real - b.real) <= 1e-9 * std::max(std::fabs(a.real), std::fabs(b.real)) + 1e-12;
}

// Compares by key (`ordered`: also the rows' order); reports the first difference.
inline void check_rows(const std::vector<Row>& actual, const std::vector<Row>& expected, u32 keys, bool ordered,
                       bool exact = false) {
  CHECK_EQ(actual.size(), expected.size());
  if (actual.size() != expected.size()) return;
  std::map<std::string, const Row*> by_key;
  for (const Row& row : expected) by_key.emplace(key_of(row, keys), &row);
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const std::string key = key_of(actual[i], keys);
    if (ordered && key != key_of(expected[i], keys)) {
      CHECK_EQ(key, key_of(expected[i], keys));
      return;
    }
    const auto found = by_key.find(key);
    if (found == by_key.end()) {
      CHECK_EQ(key, std::string("a key of the reference"));
      return;
    }
    for (std::size_t c = keys; c < actual[i].size(); ++c) {
      const Value &a = actual[i][c], &b = (*found->second)[c];
      const bool same = exact ? a.key() == b.key() : close(a, b);
      if (same) continue;
      CHECK_EQ(key + " column " + std::to_string(c) + ": " + a.key(), b.key());
      return;
    }
  }
}

}  // namespace spillway::aggregate_test
