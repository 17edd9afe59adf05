// Writing by shards through the driver: every way to shards, at many settings, against routing row by row.
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

}  // namespace

TEST(shards_hold_the_rows_of_their_key_in_input_order) {
  const Table table = mixed_table(120'000, 40);
  for (u32 threads : {1u, 2u, 8u}) {
    for (u32 pages : {0u, 1u, 3u}) {
      for (u32 key : {0u, 1u, 2u}) check_level(table, {.keys = {key}, .threads = threads, .morsel_pages = pages});
    }
    check_level(table, {.keys = {1, 2, 0}, .threads = threads});
  }
}
