// Whole .vtr files: what is written is read back, bytes depend on rows alone, damage is noticed.
#include <random>
#include <set>

#include "check.h"
#include "vtr_harness.h"

using namespace spillway;
using namespace spillway::vtr_test;

namespace {

Table mixed_table(u64 rows, u64 seed, bool nulls) {
  std::mt19937_64 random(seed);
  Table table;
  table.rows = rows;
  table.columns.push_back(column_of<i64>(Type::I64, rows, [](u64 row) { return static_cast<i64>(row) * 2 + 7; }));
  table.columns.push_back(
      column_of<i32>(Type::I32, rows, [&](u64) { return static_cast<i32>(random() % 1000) - 500; }));
  table.columns.push_back(
      column_of<f64>(Type::F64, rows, [&](u64) { return static_cast<f64>(random() % 100000) / 1000; }));
  table.columns.push_back(column_of<u8>(Type::Bool, rows, [&](u64) { return static_cast<u8>(random() % 2); }));
  table.columns.push_back(text_column(rows, [&](u64) { return "id" + std::to_string(random() % 97); }));
  table.columns.push_back(
      text_column(rows, [&](u64 row) { return "unique text number " + std::to_string(row * 7919); }));
  table.columns.push_back(column_of<i32>(Type::Date, rows, [](u64 row) { return static_cast<i32>(row / 1000); }));
  table.columns.push_back(column_of<f32>(Type::F32, rows, [&](u64) { return static_cast<f32>(random()); }));
  if (nulls) {
    for (Column& column : table.columns) {
      for (u64 row = 0; row < rows; ++row) column.valid.push_back(random() % 10 != 0);
    }
  }
  return table;
}

void check_same(const std::vector<std::string>& found, const std::vector<std::string>& expected) {
  CHECK_EQ(found.size(), expected.size());
  u32 wrong = 0;
  for (std::size_t i = 0; i < found.size() && i < expected.size(); ++i) {
    if (found[i] != expected[i] && wrong++ == 0) CHECK_EQ(found[i], expected[i]);
  }
  CHECK_EQ(wrong, 0u);
}

ZonePredicate predicate(u32 column, Compare compare, Type type, i64 value) {
  ZonePredicate made;
  made.column = column;
  made.compare = compare;
  Constant constant;
  constant.type = type;
  constant.integer = value;
  made.constants.push_back(constant);
  return made;
}

}  // namespace

TEST(files_of_every_size_come_back) {
  for (u64 rows : {u64{0}, u64{1}, u64{2047}, u64{2049}, u64{16384}, u64{16385}, u64{140000}}) {
    for (bool nulls : {false, true}) {
      const Table table = mixed_table(rows, rows, nulls);
      const std::string path = scratch_path("size.vtr");
      const Written written = write_table(path, table);
      check_same(read_rows(written.description), show_rows(table));
      CHECK_EQ(written.nulls[1], nulls && rows > 1);
      try_remove_file(path);
    }
  }
}

TEST(selected_rows_alone_are_written) {
  const Table table = mixed_table(150000, 4, true);
  for (u32 keep : {2u, 37u, 5000u}) {
    const std::string path = scratch_path("selected.vtr");
    const Written written = write_table(path, table, {.threads = 3, .morsel_rows = 9000, .keep_every = keep});
    check_same(read_rows(written.description), show_rows(table, keep));
    try_remove_file(path);
  }
}

TEST(bytes_do_not_depend_on_threads_or_morsels) {
  const Table table = mixed_table(300000, 5, true);
  std::vector<u8> first;
  for (u32 threads : {1u, 2u, 5u}) {
    for (u32 morsel : {131072u, 16384u, 50000u}) {
      const std::string path = scratch_path("same.vtr");
      write_table(path, table, {.threads = threads, .morsel_rows = morsel});
      const std::vector<u8> bytes = read_file(path);
      if (first.empty()) first = bytes;
      CHECK(bytes == first);
      try_remove_file(path);
    }
  }
}

TEST(little_memory_makes_smaller_row_groups_and_the_same_rows) {
  const Table table = mixed_table(200000, 6, false);
  const std::string path = scratch_path("memory.vtr");
  const Written written =
      write_table(path, table, {.threads = 2, .morsel_rows = 16384, .memory = std::size_t{8} << 20});
  CHECK(written.description.segments[0].groups > 2);
  check_same(read_rows(written.description), show_rows(table));
  try_remove_file(path);
}

TEST(appending_keeps_codes_and_rows) {
  const Table one = mixed_table(140000, 7, false);
  const Table two = mixed_table(20000, 8, true);
  const std::string path = scratch_path("append.vtr");
  const Written first = write_table(path, one);
  const Written second = write_table(path, two, {.append_to = &first});
  std::vector<std::string> expected = show_rows(one);
  for (std::string& row : show_rows(two, 1, one.rows)) expected.push_back(std::move(row));
  check_same(read_rows(second.description), expected);
  check_same(read_rows(first.description), show_rows(one));
  const auto file = std::make_shared<VtrFile>(second.description);
  CHECK(file->column(4).all_codes);
  CHECK_EQ(file->column(4).dictionary->size(), 97u);
  std::set<std::string> distinct;
  for (u32 i = 0; i < 97; ++i) distinct.insert(std::string(file->column(4).dictionary->entries()[i].text()));
  CHECK_EQ(distinct.size(), 97u);
  CHECK(!file->column(5).all_codes);
  try_remove_file(path);
}

TEST(predicates_skip_row_groups_and_pages) {
  const Table table = mixed_table(400000, 9, false);
  const std::string path = scratch_path("prune.vtr");
  const Written written = write_table(path, table);
  u64 groups = 0, pages = 0;
  ReadSettings settings;
  settings.columns = {0, 1};
  settings.predicates = {predicate(0, Compare::Lt, Type::I64, 40007)};
  settings.counters = [&](const QueryCounters& counters) {
    groups = counters.groups_pruned.load();
    pages = counters.pages_pruned.load();
  };
  const std::vector<std::string> rows = read_rows(written.description, settings);
  CHECK_EQ(rows.size(), 2u * kPageRows);
  CHECK_EQ(groups, 3u);
  CHECK_EQ(pages, 6u);
  settings.predicates = {predicate(0, Compare::Gt, Type::I64, 799000)};
  CHECK(read_rows(written.description, settings).size() <= kPageRows);
  settings.predicates = {predicate(0, Compare::Eq, Type::I64, 1 << 30)};
  CHECK_EQ(read_rows(written.description, settings).size(), 0u);
  try_remove_file(path);
}

TEST(facts_are_what_the_statistics_say) {
  const Table table = mixed_table(150000, 10, false);
  const std::string path = scratch_path("facts.vtr");
  const Written written = write_table(path, table);
  VtrSource source(std::make_shared<VtrFile>(written.description), {0, 4, 5, 3}, {});
  const ColumnFacts id = source.facts(0);
  CHECK(!id.may_be_null && id.has_range);
  CHECK_EQ(id.min, 7);
  CHECK_EQ(id.max, 150000 * 2 + 5);
  CHECK(source.facts(1).dictionary != nullptr);
  CHECK(source.facts(2).dictionary == nullptr);
  CHECK_EQ(source.facts(3).max, 1);
  try_remove_file(path);
}

TEST(every_flipped_bit_and_every_truncation_is_noticed) {
  const Table table = mixed_table(300, 11, true);
  const std::string path = scratch_path("flip.vtr");
  const Written written = write_table(path, table);
  const std::vector<std::string> expected = show_rows(table);
  const std::vector<u8> good = read_file(path);
  u32 silent = 0, noticed = 0;
  for (std::size_t at = format::kHeaderBytes; at < good.size(); at += 1) {
    std::vector<u8> bad = good;
    bad[at] = static_cast<u8>(bad[at] ^ (1u << (at % 8)));
    write_file(path, bad);
    try {
      if (read_rows(written.description) != expected) ++silent;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Format) ++noticed;
    }
  }
  CHECK_EQ(silent, 0u);
  // Only the zeros that pad dictionary blocks are nobody's.
  CHECK(noticed + 64 > good.size() - format::kHeaderBytes);
  u32 truncations = 0;
  for (std::size_t size = format::kHeaderBytes; size < good.size(); ++size) {
    write_file(path, std::vector<u8>(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
    try {
      read_rows(written.description);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Format) ++truncations;
    }
  }
  CHECK_EQ(truncations, good.size() - format::kHeaderBytes);
  try_remove_file(path);
}

TEST(damage_without_checksums_never_crashes) {
  const Table table = mixed_table(3000, 12, true);
  const std::string path = scratch_path("unverified.vtr");
  const Written written = write_table(path, table);
  const std::vector<u8> good = read_file(path);
  std::mt19937_64 random(13);
  ReadSettings settings;
  settings.verify = VtrVerify::Never;
  u32 faults = 0;
  for (u32 round = 0; round < 400; ++round) {
    std::vector<u8> bad = good;
    const u64 data = written.description.segments[0].offset;  // the statistics behind keep their checksums
    for (u32 n = 0; n < 8; ++n)
      bad[format::kHeaderBytes + random() % (data - format::kHeaderBytes)] = static_cast<u8>(random());
    write_file(path, bad);
    try {
      read_rows(written.description, settings);
    } catch (const Error& error) {
      faults += error.code() == ErrorCode::Format ? 1 : 0;
    }
  }
  CHECK(faults > 100);
  try_remove_file(path);
}

TEST(descriptions_that_lie_are_refused) {
  const Table table = mixed_table(3000, 14, false);
  const std::string path = scratch_path("lies.vtr");
  const Written written = write_table(path, table);
  for (u32 which = 0; which < 8; ++which) {
    VtrDescription bad = written.description;
    VtrSegment& segment = bad.segments[0];
    switch (which) {
      case 0: segment.offset = ~u64{0} - 100; break;
      case 1: segment.bytes = ~u64{0}; break;
      case 2: segment.groups = 0xFFFFFFFF; break;
      case 3: segment.rows += 1; break;
      case 4: segment.directory_checksum ^= 1; break;
      case 5: bad.types.push_back(Type::I32); break;
      case 6: segment.offset += 8; break;
      default: bad.segments.push_back(segment); break;
    }
    CHECK_THROWS(read_rows(bad), Error, CHECK(error.code() == ErrorCode::Format));
  }
  VtrDescription other = written.description;
  other.id[3] ^= 1;
  CHECK_THROWS(read_rows(other), Error, CHECK(error.code() == ErrorCode::Changed));
  try_remove_file(path);
}
