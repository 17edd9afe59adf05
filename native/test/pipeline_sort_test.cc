// The sort on many threads at once: intakes, shared bounds, parallel phases, merges and readers under ThreadSanitizer.
#include "test/check.h"
#include "test/sort_driver.h"

namespace spillway {
namespace {

using sorting::Random;
using sorting::RunOptions;
using sorting::Shape;
using sorting::Table;

Table mixed(std::size_t rows) {
  Random random{rows * 3 + 1};
  Table table;
  table.rows = rows;
  table.add(Type::F64, Shape::Wide, 5, random);
  table.add(Type::I32, Shape::Ranged, 5, random);
  table.add(Type::Utf8, Shape::LongText, 5, random);
  table.add(Type::Utf8, Shape::Dictionary, 5, random);
  table.add(Type::I64, Shape::Sorted, 0, random);
  return table;
}

SinkDescription by(std::vector<SortKey> keys) {
  SinkDescription sort;
  sort.kind = SinkDescription::Kind::Sort;
  sort.sort_keys = std::move(keys);
  return sort;
}

RunOptions four_threads() {
  RunOptions options;
  options.threads = 4;
  options.morsel_rows = 2048;
  return options;
}

TEST(phases_in_memory) { sorting::check_sort(mixed(70000), by({{1, false, false}, {0, true, false}}), four_threads()); }

TEST(runs_and_merges) {
  RunOptions options = four_threads();
  options.memory = std::size_t{12} << 20;
  options.force_spill = true;
  sorting::check_sort(mixed(30000), by({{2, false, false}, {3, true, true}}), options);
}

TEST(merges_in_several_passes) {
  RunOptions options = four_threads();
  options.memory = std::size_t{12} << 20;
  options.force_spill = true;
  options.morsel_rows = 4096;
  Random random{9};
  Table table;
  table.rows = 300000;
  table.add(Type::I32, Shape::Small, 0, random);
  table.add(Type::I32, Shape::Sorted, 0, random);
  sorting::check_sort(table, by({{0, false, false}}), options);
}

TEST(a_shared_bound_for_the_first_rows) {
  SinkDescription sort = by({{0, true, false}, {4, false, false}});
  sort.limit = 50;
  sort.offset = 7;
  sorting::check_sort(mixed(60000), sort, four_threads());
}

TEST(shared_bounds_for_groups) {
  SinkDescription sort = by({{1, false, false}, {4, true, false}});
  sort.group_columns = 1;
  sort.group_limit = 3;
  sorting::check_sort(mixed(150000), sort, four_threads());
}

TEST(cancelled_while_many_work) {
  for (u64 after : {3u, 30u}) {
    RunOptions options = four_threads();
    options.force_spill = true;
    options.cancel_after = after;
    CHECK_THROWS(sorting::run_sort(mixed(80000), by({{0, false, false}}), options), Error,
                 CHECK(error.code() == ErrorCode::Cancelled));
  }
}

}  // namespace
}  // namespace spillway
