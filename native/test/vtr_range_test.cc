// Ranges of rows of a .vtr file: exact at both ends, nothing else is read, numbers of rows stay those of the file.
#include <unistd.h>

#include <random>

#include "check.h"
#include "engine/query.h"
#include "engine/vtr_scan.h"
#include "vtr_harness.h"

using namespace spillway;
using namespace spillway::vtr_test;

namespace {

// Constants, codes, plain text, floats, Booleans and rare nulls: every form a vector can have.
Table range_table(u64 rows) {
  std::mt19937_64 random(rows);
  Table table;
  table.rows = rows;
  table.columns.push_back(column_of<i64>(Type::I64, rows, [](u64 row) { return static_cast<i64>(row); }));
  table.columns.push_back(column_of<i16>(Type::I16, rows, [](u64 row) { return static_cast<i16>(row / 20000); }));
  table.columns.push_back(column_of<u8>(Type::Bool, rows, [&](u64) { return static_cast<u8>(random() % 2); }));
  table.columns.push_back(text_column(rows, [&](u64) { return "code " + std::to_string(random() % 40); }));
  table.columns.push_back(text_column(rows, [](u64 row) { return "a text of its own " + std::to_string(row * 31); }));
  table.columns.push_back(column_of<f64>(Type::F64, rows, [&](u64) { return static_cast<f64>(random()); }));
  for (Column& column : table.columns) {
    for (u64 row = 0; row < rows; ++row) column.valid.push_back(random() % 50 != 0);
  }
  table.columns.push_back(column_of<f64>(Type::F64, rows, [&](u64) { return static_cast<f64>(random() % 1000); }));
  return table;
}

class Fixture {
 public:
  explicit Fixture(u64 rows, const Table* more = nullptr) : path_(scratch_path("range.vtr")) {
    const Table table = range_table(rows);
    written_ = write_table(path_, table);
    all_ = show_rows(table);
    if (more == nullptr) return;
    written_ = write_table(path_, *more, {.append_to = &written_});
    for (std::string& row : show_rows(*more, 1, rows)) all_.push_back(std::move(row));
  }
  ~Fixture() { try_remove_file(path_); }

  void check(u64 first, u64 end) {
    ReadSettings settings;
    settings.rows = {first, end};
    const std::vector<std::string> found = read_rows(written_.description, settings);
    const u64 to = std::min<u64>(end, all_.size());
    const u64 from = std::min(first, to);
    CHECK_EQ(found.size(), to - from);
    for (u64 i = 0; i < found.size(); ++i) {
      if (found[i] == all_[from + i]) continue;
      CHECK_EQ(found[i], all_[from + i]);
      return;
    }
  }
  const VtrDescription& description() const { return written_.description; }

 private:
  std::string path_;
  Written written_;
  std::vector<std::string> all_;
};

QueryDescription collect(std::vector<Type> types, u64 first, u64 end) {
  QueryDescription query;
  PipelineDescription& pipeline = query.pipelines.emplace_back();
  for (u32 c = 0; c < types.size(); ++c) {
    pipeline.source.columns.push_back(c);
    pipeline.program.inputs.push_back(types[c]);
    pipeline.program.outputs.push_back(c);
  }
  pipeline.source.first_row = first;
  pipeline.source.end_row = end;
  pipeline.sink.kind = SinkDescription::Kind::Collect;
  return query;
}

int slow_read(FileOperation operation, const char*) {
  if (operation == FileOperation::Read) ::usleep(200);
  return 0;
}

}  // namespace

TEST(ranges_are_exact_at_both_ends) {
  Fixture file(150000);
  for (u64 edge : {u64{0}, u64{1}, u64{63}, u64{64}, u64{2047}, u64{2048}, u64{16384}, u64{131072}, u64{149999}}) {
    for (u64 length : {u64{0}, u64{1}, u64{2}, u64{65}, u64{2049}, u64{16500}, u64{200000}}) {
      file.check(edge, edge + length);
    }
  }
  file.check(150000, 150010);
  file.check(~u64{0} - 1, ~u64{0});
  file.check(10, 5);
}

TEST(any_split_into_ranges_gives_all_rows) {
  const Table more = range_table(2500);
  Fixture file(140001, &more);  // the second segment's row group does not begin at a whole page
  std::mt19937_64 random(3);
  for (u32 round = 0; round < 12; ++round) {
    u64 first = 0;
    while (first < 142501) {
      const u64 end = first + 1 + random() % (round < 6 ? 60000 : 9000);
      file.check(first, end);
      first = end;
    }
  }
}

TEST(pages_outside_a_range_are_not_read) {
  Fixture file(150000);
  const auto read_by = [&](VtrRows rows) {
    u64 bytes = 0;
    ReadSettings settings;
    settings.columns = {5};
    settings.rows = rows;
    settings.counters = [&](const QueryCounters& counters) { bytes = counters.bytes_read.load(); };
    read_rows(file.description(), settings);
    return bytes;
  };
  const u64 all = read_by({});
  const u64 page = read_by({40000, 40001});
  CHECK(page > 0);
  CHECK(page < all / 8);
  CHECK_EQ(read_by({16384 * 2, 16384 * 3}), page);
  CHECK_EQ(read_by({7, 7}), 0u);
}

TEST(a_collected_range_has_its_rows_in_place) {
  Fixture file(150000);
  ProcessSettings settings;
  settings.threads = 2;
  settings.memory = std::size_t{256} << 20;
  Process process(settings);
  const std::vector<Type> types = file.description().types;
  auto handle = std::make_shared<VtrScan>(std::make_shared<VtrFile>(file.description()));
  for (VtrRows rows : {VtrRows{5, 120007}, VtrRows{131000, 131100}, VtrRows{2048, 150000}, VtrRows{9, 9}}) {
    const std::shared_ptr<Query> query =
        Query::start(process, collect(types, rows.first, rows.end), {handle}, options(2), nullptr);
    Block block;
    Query::Pull pulled;
    while ((pulled = query->pull(block)) == Query::Pull::Pending) query->wait_changed(1'000'000);
    CHECK(pulled == Query::Pull::Block);
    CHECK_EQ(block.rows, rows.count());
    const BlockColumn& numbers = block.columns[0];
    for (u64 row = 0; row < block.rows; ++row) {
      if (!numbers.valid(static_cast<u32>(row))) continue;
      if (numbers.values.as<i64>()[row] == static_cast<i64>(rows.first + row)) continue;
      CHECK_EQ(numbers.values.as<i64>()[row], static_cast<i64>(rows.first + row));
      break;
    }
    query->close();
    query->wait_closed();
  }
}

TEST(zones_and_ranges_exclude_together) {
  Fixture file(150000);
  ZonePredicate far;
  far.column = 0;
  far.compare = Compare::Ge;
  far.constants.emplace_back();
  far.constants[0].type = Type::I64;
  far.constants[0].integer = 100000;
  ReadSettings settings;
  settings.columns = {0};
  settings.predicates = {far};
  settings.rows = {90000, 110000};
  const std::vector<std::string> rows = read_rows(file.description(), settings);
  CHECK_EQ(rows.size(), std::size_t{110000 - 98304});  // from the page that holds row 100,000
  CHECK_EQ(rows[0].substr(0, 6), std::string("98304|"));
}

TEST(what_the_disk_is_asked_for_ahead_changes_nothing) {
  Fixture file(300000);
  for (VtrRows rows : {VtrRows{}, VtrRows{40000, 270001}}) {
    {
      File opened(file.description().path, File::Mode::ReadWrite);
      opened.sync();
      opened.forget(0, opened.size());
    }
    set_file_fault(slow_read);
    file.check(rows.first, rows.end);
    set_file_fault(nullptr);
  }
}
