// The sort against plain comparisons: types, nulls, directions, limits, groups, in memory and spilled.
#include "test/check.h"
#include "test/sort_driver.h"

namespace spillway {
namespace {

using sorting::Random;
using sorting::RunOptions;
using sorting::RunResult;
using sorting::Shape;
using sorting::Table;

SinkDescription sort_by(std::vector<SortKey> keys) {
  SinkDescription sort;
  sort.kind = SinkDescription::Kind::Sort;
  sort.sort_keys = std::move(keys);
  return sort;
}

struct Kind {
  Type type;
  Shape shape;
};

const Kind kKinds[] = {
    {Type::Bool, Shape::Wide},   {Type::I8, Shape::Wide},        {Type::I16, Shape::Wide},
    {Type::I32, Shape::Wide},    {Type::I64, Shape::Wide},       {Type::U8, Shape::Wide},
    {Type::U16, Shape::Wide},    {Type::U32, Shape::Wide},       {Type::U64, Shape::Wide},
    {Type::F32, Shape::Wide},    {Type::F64, Shape::Wide},       {Type::F64, Shape::Small},
    {Type::Date, Shape::Ranged}, {Type::Timestamp, Shape::Wide}, {Type::I64, Shape::Ranged},
    {Type::I32, Shape::Small},   {Type::I64, Shape::Constant},   {Type::I64, Shape::Sorted},
    {Type::Utf8, Shape::Text},   {Type::Utf8, Shape::LongText},  {Type::Utf8, Shape::Dictionary},
    {Type::F32, Shape::Sorted},  {Type::Utf8, Shape::Prefixed},
};

Table random_table(std::size_t rows, u32 columns, Random& random) {
  Table table;
  table.rows = rows;
  for (u32 i = 0; i < columns; ++i) {
    const Kind& kind = kKinds[random.below(std::size(kKinds))];
    table.add(kind.type, kind.shape, random.chance(50) ? 0 : random.chance(10) ? 100 : 15, random);
  }
  return table;
}

SinkDescription random_sort(const Table& table, Random& random) {
  std::vector<SortKey> keys;
  u64 count = 1 + random.below(3);
  for (u64 i = 0; i < count; ++i) {
    keys.push_back({static_cast<u32>(random.below(table.columns.size())), random.chance(50), random.chance(30)});
  }
  return sort_by(keys);
}

TEST(every_type_in_both_directions) {
  Random random{11};
  for (const Kind& kind : kKinds) {
    for (u32 nulls : {0u, 20u}) {
      Table table;
      table.rows = 5000;
      table.add(kind.type, kind.shape, nulls, random);
      table.add(Type::I32, Shape::Sorted, 0, random);
      for (bool descending : {false, true}) {
        for (bool nulls_first : {false, true}) {
          sorting::check_sort(table, sort_by({{0, descending, nulls_first}}), {});
        }
      }
    }
  }
}

TEST(many_keys_of_random_kinds) {
  for (u64 seed = 1; seed <= 24; ++seed) {
    Random random{seed * 7717};
    Table table = random_table(random.below(20000), 1 + static_cast<u32>(random.below(6)), random);
    RunOptions options;
    options.seed = seed;
    options.threads = 1 + static_cast<u32>(random.below(4));
    options.morsel_rows = 1 + random.below(9000);
    sorting::check_sort(table, random_sort(table, random), options);
  }
}

TEST(spilled_runs_merge_to_the_same_rows) {
  for (u64 seed = 1; seed <= 20; ++seed) {
    Random random{seed * 9311};
    Table table = random_table(random.below(60000), 1 + static_cast<u32>(random.below(6)), random);
    RunOptions options;
    options.seed = seed;
    options.force_spill = true;
    options.threads = 1 + static_cast<u32>(random.below(3));
    options.memory = std::size_t{8} << 20;
    options.morsel_rows = 1 + random.below(9000);
    sorting::check_sort(table, random_sort(table, random), options);
  }
}

TEST(little_memory_spills_and_stays_within_it) {
  Random random{5};
  Table table;
  table.rows = 250000;
  table.add(Type::F64, Shape::Wide, 0, random);
  table.add(Type::I64, Shape::Wide, 10, random);
  table.add(Type::I64, Shape::Wide, 0, random);
  RunOptions options;
  options.memory = std::size_t{8} << 20;
  options.morsel_rows = 16384;
  SinkDescription sort = sort_by({{0, false, false}, {1, true, false}});
  sorting::check_sort(table, sort, options);
  RunResult result = sorting::run_sort(table, sort, options);
  CHECK(result.spilled > table.rows * 20);
  CHECK(result.peak <= options.memory);
}

TEST(more_runs_than_one_merge_takes) {
  Random random{6};
  Table table;
  table.rows = 300000;
  table.add(Type::I32, Shape::Small, 0, random);
  table.add(Type::I64, Shape::Sorted, 0, random);
  RunOptions options;
  options.memory = std::size_t{8} << 20;
  options.force_spill = true;
  options.morsel_rows = 4096;
  sorting::check_sort(table, sort_by({{0, true, false}}), options);
}

TEST(limits_and_offsets) {
  for (u64 seed = 1; seed <= 24; ++seed) {
    Random random{seed * 31337};
    Table table = random_table(random.below(40000), 1 + static_cast<u32>(random.below(4)), random);
    SinkDescription sort = random_sort(table, random);
    sort.limit = static_cast<i64>(random.chance(20) ? random.below(100000) : random.below(200));
    sort.offset = random.chance(50) ? 0 : static_cast<i64>(random.below(5000));
    RunOptions options;
    options.seed = seed;
    options.threads = 1 + static_cast<u32>(random.below(3));
    options.morsel_rows = 1 + random.below(5000);
    options.force_spill = random.chance(30);
    sorting::check_sort(table, sort, options);
  }
}

TEST(large_limits_cut_the_merge) {
  Random random{8};
  Table table;
  table.rows = 300000;
  table.add(Type::F64, Shape::Wide, 0, random);
  table.add(Type::Utf8, Shape::LongText, 0, random);
  SinkDescription sort = sort_by({{0, false, false}});
  sort.limit = 200000;
  sort.offset = 33333;
  RunOptions options;
  options.memory = std::size_t{8} << 20;
  sorting::check_sort(table, sort, options);
}

TEST(first_rows_of_each_group) {
  for (u64 seed = 1; seed <= 24; ++seed) {
    Random random{seed * 4241};
    Table table = random_table(random.below(40000), 1 + static_cast<u32>(random.below(4)), random);
    SinkDescription sort = random_sort(table, random);
    sort.group_columns = 1 + static_cast<u32>(random.below(sort.sort_keys.size()));
    sort.group_limit = static_cast<i64>(random.below(5));
    if (random.chance(20)) sort.limit = static_cast<i64>(random.below(100));
    RunOptions options;
    options.seed = seed;
    options.threads = 1 + static_cast<u32>(random.below(3));
    options.morsel_rows = 1 + random.below(5000);
    options.force_spill = random.chance(50);
    sorting::check_sort(table, sort, options);
  }
}

TEST(no_rows_and_one_row) {
  for (std::size_t rows : {0u, 1u}) {
    Random random{3};
    Table table;
    table.rows = rows;
    table.add(Type::I64, Shape::Wide, 0, random);
    for (bool spill : {false, true}) {
      RunOptions options;
      options.force_spill = spill;
      sorting::check_sort(table, sort_by({{0, false, false}}), options);
    }
  }
}

TEST(cancelling_ends_the_sort_and_frees_its_memory) {
  Random random{4};
  Table table;
  table.rows = 200000;
  table.add(Type::F64, Shape::Wide, 0, random);
  for (u64 after : {1u, 20u, 60u}) {
    RunOptions options;
    options.cancel_after = after;
    options.force_spill = after == 20;
    CHECK_THROWS(sorting::run_sort(table, sort_by({{0, false, false}}), options), Error,
                 CHECK(error.code() == ErrorCode::Cancelled));
  }
}

}  // namespace
}  // namespace spillway
