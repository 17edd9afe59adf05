// Two pipelines with rows kept between them: in memory, spilled, limited, and with the disk failing.
#include <cerrno>
#include <numeric>

#include "engine/file.h"
#include "test/query_runner.h"
#include "test/rows_handle.h"

namespace spillway {
namespace {

// rows → Materialise(limit, offset) → Collect of the columns in reverse order.
QueryDescription two_pipelines(u32 columns, i64 limit, i64 offset) {
  QueryDescription query = simple_query(SinkDescription::Kind::Materialise, columns, limit, offset);
  PipelineDescription second = simple_query(SinkDescription::Kind::Collect, columns).pipelines[0];
  second.source.kind = SourceDescription::Kind::Pipeline;
  std::reverse(second.source.columns.begin(), second.source.columns.end());
  query.pipelines.push_back(second);
  return query;
}

struct Result {
  std::vector<i64> first, last;
  QueryStatistics statistics;
};

Result run(QueryDescription description, u64 rows, QueryOptions options, u32 threads = 2) {
  Result result;
  result.statistics = run_query(std::move(description), {std::make_shared<RowsHandle>(RowsHandle::Shape{rows, 5000})},
                                options, threads, [&](const Block& block) {
                                  const i64* first = block.columns.front().values.as<i64>();
                                  const i64* last = block.columns.back().values.as<i64>();
                                  result.first.assign(first, first + block.rows);
                                  result.last.assign(last, last + block.rows);
                                });
  return result;
}

void check_rows(const Result& result, i64 from, i64 to) {
  std::vector<i64> expected(static_cast<std::size_t>(to - from));
  std::iota(expected.begin(), expected.end(), from);
  CHECK(result.last == expected);
  for (i64& value : expected) value %= 8;
  CHECK(result.first == expected);
}

TEST(rows_come_through_in_order) {
  Result result = run(two_pipelines(3, -1, 0), 300'000, {});
  check_rows(result, 0, 300'000);
  CHECK_EQ(result.statistics.spill_bytes, 0u);
  CHECK_EQ(result.statistics.pipelines.size(), 2u);
  CHECK_EQ(result.statistics.pipelines[1].rows_in, 300'000u);
}

TEST(limit_and_offset_cut_between_pipelines) {
  check_rows(run(two_pipelines(3, 70'001, 12'345), 300'000, {}), 12'345, 82'346);
}

TEST(no_rows_at_all) { check_rows(run(two_pipelines(3, -1, 0), 0, {}), 0, 0); }

TEST(forced_spilling_changes_nothing) {
  QueryOptions options;
  options.force_spill = true;
  for (u32 threads : {1u, 4u}) {
    Result result = run(two_pipelines(3, -1, 0), 300'000, options, threads);
    check_rows(result, 0, 300'000);
    CHECK_EQ(result.statistics.spill_bytes, 300'000u * 24);
  }
}

TEST(beyond_half_of_the_budget_rows_are_spilled) {
  QueryOptions options;
  options.memory = std::size_t{48} << 20;
  Result result = run(two_pipelines(3, -1, 0), 1'500'000, options);
  check_rows(result, 0, 1'500'000);
  CHECK(result.statistics.spill_bytes > (u64{8} << 20));
  CHECK(result.statistics.spill_bytes < (u64{20} << 20));
  CHECK(result.statistics.peak_memory <= options.memory);
}

int no_space(FileOperation operation, const char*) { return operation == FileOperation::Write ? ENOSPC : 0; }

TEST(a_full_disk_fails_the_query_with_its_code) {
  QueryOptions options;
  options.force_spill = true;
  set_file_fault(no_space);
  CHECK_THROWS(run(two_pipelines(3, -1, 0), 300'000, options), Error, CHECK(error.code() == ErrorCode::NoSpace));
  set_file_fault(nullptr);
}

TEST(the_bound_on_spilling_fails_the_query_with_its_code) {
  QueryOptions options;
  options.force_spill = true;
  options.max_spill = 1'000'000;
  CHECK_THROWS(run(two_pipelines(3, -1, 0), 300'000, options), Error, CHECK(error.code() == ErrorCode::Limit));
}

}  // namespace
}  // namespace spillway
