// Writing by shards through the driver: every way to shards, at many settings, against routing row by row.
#include <atomic>
#include <cerrno>
#include <limits>

#include "check.h"
#include "shard_harness.h"

using namespace spillway;
using namespace spillway::shard_test;
using vtr_test::column_of;
using vtr_test::text_column;

namespace {

u64 scramble(u64 row) { return (row + 1) * 0x9e3779b97f4a7c15 >> 17; }

// The last column is different in every row.
Table mixed_table(u64 rows, u64 keys) {
  Table table;
  table.rows = rows;
  table.columns.push_back(
      column_of<i32>(Type::I32, rows, [&](u64 row) { return static_cast<i32>(scramble(row) % keys); }));
  table.columns.push_back(
      text_column(rows, [&](u64 row) { return "key " + std::to_string(scramble(row * 3) % keys); }));
  table.columns.push_back(column_of<f64>(Type::F64, rows, [&](u64 row) {
    const f64 special[] = {std::numeric_limits<f64>::quiet_NaN(),
                           -std::numeric_limits<f64>::quiet_NaN(),
                           std::numeric_limits<f64>::infinity(),
                           -std::numeric_limits<f64>::infinity(),
                           0.0,
                           -0.0};
    const u64 pick = scramble(row * 7) % 50;
    return pick < 6 ? special[pick] : static_cast<f64>(pick) / 4;
  }));
  table.columns[2].valid.resize(rows);
  for (u64 row = 0; row < rows; ++row) table.columns[2].valid[row] = scramble(row) % 11 != 0;
  table.columns.push_back(column_of<i64>(Type::I64, rows, [](u64 row) { return static_cast<i64>(row); }));
  return table;
}

void check_level(const Table& table, ShardSettings settings) {
  const Sharded sharded = write_shards(table, settings);
  check_shards(sharded, table, level_keys(table, settings.keys));
  CHECK(sharded.peak_memory <= settings.memory);
  try_remove_file(sharded.path);
}

std::atomic<int> operations_left{0};

int fail_in_time(FileOperation operation, const char*) {
  if (operation == FileOperation::Unlink) return 0;
  return operations_left.fetch_sub(1) == 1 ? ENOSPC : 0;
}

}  // namespace

TEST(shards_hold_the_rows_of_their_key_in_input_order) {
  const Table table = mixed_table(36'000, 40);
  for (u32 threads : {1u, 2u, 8u}) {
    for (u32 key : {0u, 1u, 2u}) check_level(table, {.keys = {key}, .threads = threads, .morsel_pages = key % 2});
    check_level(table, {.keys = {1, 2, 0}, .threads = threads, .morsel_pages = 1});
  }
  check_level(table, {.keys = {1, 2}, .morsel_pages = 1, .equal_hashes = true});
}

TEST(little_memory_makes_many_runs_of_the_same_shards) {
  const Table table = mixed_table(150'000, 300);
  check_level(table, {.keys = {0}, .threads = 1, .memory = minimum_memory(1)});
  check_level(table, {.keys = {1}, .threads = 2, .memory = minimum_memory(2), .morsel_pages = 1});
}

TEST(a_hundred_thousand_keys_of_a_few_rows) {
  const u64 rows = 120'000;
  Table table;
  table.rows = rows;
  table.columns.push_back(
      column_of<i32>(Type::I32, rows, [](u64 row) { return static_cast<i32>(scramble(row) % 100'000); }));
  table.columns.push_back(column_of<u32>(Type::U32, rows, [](u64 row) { return static_cast<u32>(row); }));
  check_level(table, {.keys = {0}, .memory = std::size_t{16} << 20});
  // Keys that do not follow each other closely are found by their hash.
  table.columns[0] =
      column_of<i64>(Type::I64, rows, [](u64 row) { return static_cast<i64>(scramble(row) % 100'000 * 1'000'003); });
  check_level(table, {.keys = {0}, .memory = std::size_t{24} << 20});
}

TEST(one_key_of_nearly_all_rows_stays_within_memory) {
  Table table = mixed_table(120'000, 50);
  table.columns[0] = column_of<i32>(Type::I32, table.rows, [](u64 row) {
    return scramble(row) % 10 == 0 ? static_cast<i32>(scramble(row * 5) % 20) : -1;
  });
  check_level(table, {.keys = {0}, .memory = minimum_memory(2)});
  check_level(table, {.keys = {0}});
}

TEST(keys_of_every_type_keep_their_values) {
  const u64 rows = 5'000;
  Table table;
  table.rows = rows;
  const auto add = [&]<class T>(Type type, T) {
    table.columns.push_back(column_of<T>(type, rows, [type](u64 row) {
      if (type == Type::Bool) return static_cast<T>(scramble(row) & 1);
      const T extremes[] = {std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max(), T{0}, T{1}};
      return extremes[scramble(row * static_cast<u64>(type)) % 4];
    }));
    std::vector<bool>& valid = table.columns.back().valid;
    for (u64 row = 0; row < rows; ++row) valid.push_back(scramble(row + 77) % 9 != 0);
  };
  add(Type::Bool, u8{});
  add(Type::I8, i8{});
  add(Type::I16, i16{});
  add(Type::I32, i32{});
  add(Type::I64, i64{});
  add(Type::U8, u8{});
  add(Type::U16, u16{});
  add(Type::U32, u32{});
  add(Type::U64, u64{});
  add(Type::F32, f32{});
  add(Type::F64, f64{});
  add(Type::Date, i32{});
  add(Type::Timestamp, i64{});
  table.columns.push_back(text_column(
      rows, [](u64 row) { return std::string(scramble(row) % 3 * 20, 'x') + std::to_string(scramble(row) % 50); }));
  const u32 columns = static_cast<u32>(table.columns.size());
  table.columns.push_back(column_of<u32>(Type::U32, rows, [](u64 row) { return static_cast<u32>(row); }));
  for (u32 key = 0; key < columns; ++key) check_level(table, {.keys = {key}});
  check_level(table, {.keys = {0, 5, 13, 8}});
}

TEST(long_texts_that_are_all_different_are_counted_and_kept) {
  Table table = mixed_table(60'000, 30);
  table.columns.push_back(text_column(
      table.rows, [](u64 row) { return "a text of some length that no other row has: " + std::to_string(row); }));
  for (std::size_t memory : {minimum_memory(2), std::size_t{64} << 20}) {
    check_level(table, {.keys = {0}, .memory = memory});
  }
}

TEST(too_many_keys_for_the_memory_are_refused) {
  const Table table = mixed_table(250'000, 100'000'000);
  CHECK_THROWS(write_shards(table, {.keys = {1}, .memory = minimum_memory(2)}), Error,
               CHECK_EQ(error.code(), ErrorCode::Memory));
}

TEST(no_rows_make_no_shards) {
  const Sharded sharded = write_shards(mixed_table(0, 1), {});
  CHECK(sharded.directory.empty());
  CHECK(vtr_test::read_rows(sharded.description).empty());
  try_remove_file(sharded.path);
}

TEST(every_file_operation_may_fail) {
  const Table table = mixed_table(40'000, 30);
  const std::string path = vtr_test::scratch_path("input.vtr");
  const vtr_test::Written input = vtr_test::write_table(path, table);
  u32 failures = 0;
  for (int at = 3; at < 400; at += at < 20 ? 1 : 7) {  // the first two make the file
    operations_left.store(at);
    set_file_fault(fail_in_time);
    try {
      const Sharded sharded = write_shards(input, {.keys = {1}, .memory = minimum_memory(2), .morsel_pages = 1});
      set_file_fault(nullptr);
      check_shards(sharded, table, level_keys(table, {1}));
      try_remove_file(sharded.path);
      break;
    } catch (const Error& error) {
      set_file_fault(nullptr);
      CHECK_EQ(error.code(), ErrorCode::NoSpace);
      ++failures;
    }
  }
  CHECK(failures > 10);
  try_remove_file(path);
}
