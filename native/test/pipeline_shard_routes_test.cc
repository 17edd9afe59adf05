// Shards by bounds and by hash, against routing row by row.
#include <algorithm>
#include <cmath>
#include <limits>

#include "check.h"
#include "engine/shard_router.h"
#include "shard_harness.h"

using namespace spillway;
using namespace spillway::shard_test;
using vtr_test::column_of;
using vtr_test::text_column;

namespace {

u64 scramble(u64 row) { return (row + 1) * 0x9e3779b97f4a7c15 >> 17; }

template <class T>
Constant bound_of(Type type, T value) {
  Constant bound;
  bound.type = type;
  if (is_float(type)) {
    bound.real = static_cast<f64>(value);
  } else {
    bound.integer = static_cast<i64>(value);
  }
  return bound;
}

// Whether a bound is not above a value; NaN is above all.
template <class T>
bool reached(T bound, T value) {
  return value != value || bound <= value;
}

template <class T>
void check_bounds(Type type, const std::vector<T>& values, const std::vector<T>& bounds) {
  const u64 rows = 10'000;
  Table table;
  table.rows = rows;
  table.columns.push_back(column_of<T>(type, rows, [&](u64 row) { return values[scramble(row) % values.size()]; }));
  for (u64 row = 0; row < rows; ++row) table.columns[0].valid.push_back(scramble(row + 5) % 13 != 0);
  table.columns.push_back(column_of<u32>(Type::U32, rows, [](u64 row) { return static_cast<u32>(row); }));
  ShardSettings settings;
  settings.shards.method = ShardDescription::Method::Bounds;
  for (T bound : bounds) settings.shards.bounds.push_back(bound_of(type, bound));
  std::vector<std::string> groups;
  for (u64 row = 0; row < rows; ++row) {
    const T value = values[scramble(row) % values.size()];
    const std::ptrdiff_t below = std::count_if(bounds.begin(), bounds.end(), [&](T b) { return reached(b, value); });
    groups.push_back(table.columns[0].valid[row] ? std::to_string(below) : std::to_string(bounds.size() + 1));
  }
  const Sharded sharded = write_shards(table, settings);
  check_shards(sharded, table, groups);
  // The numbers themselves are what was asked for.
  std::vector<u32> numbers, expected;
  for (const Shard& shard : sharded.directory) numbers.push_back(shard.number);
  for (const std::string& group : groups) expected.push_back(static_cast<u32>(std::stoul(group)));
  std::sort(expected.begin(), expected.end());
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  CHECK(numbers == expected);
  try_remove_file(sharded.path);
}

}  // namespace

TEST(numbers_go_where_the_bounds_say) {
  const f64 nan = std::numeric_limits<f64>::quiet_NaN(), infinity = std::numeric_limits<f64>::infinity();
  const std::vector<f64> reals = {nan, -nan, infinity, -infinity, 0.0, -0.0, 1.5, -1.5, 2.5, 1e300, -1e-300};
  check_bounds<f64>(Type::F64, reals, {});
  check_bounds<f64>(Type::F64, reals, {0.0});
  check_bounds<f64>(Type::F64, reals, {-0.0});
  check_bounds<f64>(Type::F64, reals, {-infinity, -1.5, 0.0, 1.5, infinity});
  check_bounds<f32>(Type::F32, {1.25f, -1.25f, 0.0f, -0.0f, 7.0f}, {-1.25f, 0.0f, 1.25f, 6.5f});
  check_bounds<i8>(Type::I8, {-128, -1, 0, 1, 127}, {-127, -1, 0, 127});
  check_bounds<i64>(Type::I64, {INT64_MIN, -1, 0, INT64_MAX}, {INT64_MIN, 0, INT64_MAX});
  check_bounds<u64>(Type::U64, {0, 1, u64{1} << 63, ~u64{0}}, {1, u64{1} << 63, ~u64{0}});
  check_bounds<u32>(Type::U32, {0, 7, ~0u}, {7});
  check_bounds<i32>(Type::Date, {-1000, 0, 20000}, {0, 20000});
  check_bounds<u8>(Type::Bool, {0, 1}, {1});
  std::vector<i32> many, bounds;
  for (i32 i = 0; i < 3000; ++i) many.push_back(i * 3);
  for (i32 i = 0; i < 999; ++i) bounds.push_back(i * 9 + 4);
  check_bounds<i32>(Type::I32, many, bounds);
}

TEST(texts_go_where_the_bounds_say) {
  const std::vector<std::string> bounds = {"", "b", "banana and more than twelve bytes", "c\xc3\xa4", "z"};
  for (u64 texts : {u64{20}, u64{30'000}}) {  // with a dictionary, and without
    Table table;
    table.rows = 30'000;
    table.columns.push_back(text_column(table.rows, [&](u64 row) {
      const std::string start = bounds[scramble(row) % texts % 5];
      return scramble(row) % texts < 5 ? start : start + std::to_string(scramble(row) % texts);
    }));
    table.columns.push_back(column_of<u32>(Type::U32, table.rows, [](u64 row) { return static_cast<u32>(row); }));
    ShardSettings settings;
    settings.shards.method = ShardDescription::Method::Bounds;
    for (const std::string& text : bounds) {
      Constant& bound = settings.shards.bounds.emplace_back();
      bound.type = Type::Utf8;
      bound.text = text;
    }
    std::vector<std::string> groups;
    for (const std::string& text : table.columns[0].words) {
      groups.push_back(std::to_string(std::count_if(bounds.begin(), bounds.end(), [&](auto& b) { return b <= text; })));
    }
    const Sharded sharded = write_shards(table, settings);
    check_shards(sharded, table, groups);
    try_remove_file(sharded.path);
  }
}

TEST(hashes_of_keys_name_the_shard) {
  const u64 rows = 20'000;
  Table table;
  table.rows = rows;
  const auto whole = [](u64 row) { return static_cast<i32>(scramble(row) % 100) - 50; };
  const auto real = [](u64 row) { return row % 3 == 0 ? -0.0 : static_cast<f64>(row % 5); };
  const auto text = [](u64 row) { return "text " + std::to_string(row % 60); };
  const auto valid = [](u64 row, u64 column) { return (row >> column) % 4 != 0; };
  table.columns.push_back(column_of<i32>(Type::I32, rows, whole));
  table.columns.push_back(column_of<f64>(Type::F64, rows, real));
  table.columns.push_back(text_column(rows, text));
  for (u64 c = 0; c < 3; ++c) {
    for (u64 row = 0; row < rows; ++row) table.columns[c].valid.push_back(valid(row, c));
  }
  table.columns.push_back(column_of<u32>(Type::U32, rows, [](u64 row) { return static_cast<u32>(row); }));
  for (u32 buckets : {1u, 7u, 64u}) {
    ShardSettings settings;
    settings.keys = {0, 1, 2};
    settings.shards.method = ShardDescription::Method::Hash;
    settings.shards.buckets = buckets;
    std::vector<std::string> groups;
    for (u64 row = 0; row < rows; ++row) {
      std::vector<Constant> keys = {bound_of(Type::I32, whole(row)), bound_of(Type::F64, real(row)), Constant()};
      keys[2].type = Type::Utf8;
      keys[2].text = text(row);
      for (u64 c = 0; c < 3; ++c) keys[c].null = !valid(row, c);
      groups.push_back(std::to_string(hash_shard(keys, buckets)));
      const bool all_null = keys[0].null && keys[1].null && keys[2].null;
      CHECK_EQ(groups.back() == std::to_string(buckets), all_null);
    }
    const Sharded sharded = write_shards(table, settings);
    check_shards(sharded, table, groups);
    try_remove_file(sharded.path);
  }
}

TEST(hashes_are_fixed_for_ever) {
  Constant text;
  text.type = Type::Utf8;
  text.text = "spillway";
  const std::vector<Constant> keys = {bound_of(Type::I64, i64{42}), bound_of(Type::F32, 1.5f), text};
  CHECK_EQ(hash_shard({keys[0]}, 1'000'000'007), 506711142u);
  CHECK_EQ(hash_shard({keys[1]}, 1'000'000'007), 666831601u);
  CHECK_EQ(hash_shard({keys[2]}, 1'000'000'007), 342961654u);
  CHECK_EQ(hash_shard(keys, 1'000'000'007), 885340681u);
}
