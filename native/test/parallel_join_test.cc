// Joins with nearest rows: searched by many threads in parts of morsels, against loops over all pairs.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "test/query_runner.h"
#include "test/rows_handle.h"

namespace spillway {
namespace {

// The columns that RowsHandle makes: the row's number n, then n % 7, n % 8 and n % 9; the last two are coordinates.
constexpr u32 kColumns = 4;

struct Shape {
  u64 queries = 3000, rows = 2000;
  u32 k = 3;
  f64 radius = INFINITY;
  bool by = false;    // rows with equal n % 7 only
  bool self = false;  // both sides number the same rows
  std::string method;
};

using Found = std::vector<std::tuple<i64, i32, f64, i64>>;  // query, rank, distance, row

// Outputs: the coordinates as doubles, the key if there is one, then `carried`.
ProgramDescription program(const Shape& shape, const std::vector<u32>& carried) {
  ProgramDescription out;
  out.inputs.assign(kColumns, Type::I64);
  for (u32 j = 0; j < 2; ++j) {
    Instruction cast;
    cast.operation = "cast";
    cast.result = Type::F64;
    cast.arguments = {2 + j};
    out.instructions.push_back(cast);
    out.outputs.push_back(kColumns + j);
  }
  if (shape.by) out.outputs.push_back(1);
  out.outputs.insert(out.outputs.end(), carried.begin(), carried.end());
  return out;
}

QueryDescription join(const Shape& shape) {
  QueryDescription query = simple_query(SinkDescription::Kind::Neighbors, kColumns);
  PipelineDescription& reference = query.pipelines[0];
  reference.program = program(shape, {0});
  NeighborDescription& how = reference.sink.neighbors;
  how.coordinates = 2;
  how.keys = shape.by ? 1 : 0;
  how.k = shape.k;
  how.radius = shape.radius;
  how.exclude_self = shape.self;
  how.method = shape.method;
  PipelineDescription second = simple_query(SinkDescription::Kind::Collect, kColumns).pipelines[0];
  second.source.index = 1;
  NeighborJoinDescription join;
  join.program = program(shape, {0});
  join.columns = {0};
  second.source.joins.push_back(join);
  second.program = {};
  second.program.inputs = {Type::I64, Type::I32, Type::F64, Type::I64};
  second.program.outputs = {0, 1, 2, 3};
  query.pipelines.push_back(second);
  return query;
}

Found run(const Shape& shape, QueryOptions options, u32 threads, u32 morsel_rows) {
  Found found;
  run_query(join(shape),
            {std::make_shared<RowsHandle>(RowsHandle::Shape{shape.rows, morsel_rows}),
             std::make_shared<RowsHandle>(RowsHandle::Shape{shape.queries, morsel_rows})},
            options, threads, [&](const Block& block) {
              for (u32 r = 0; r < block.rows; ++r) {
                found.emplace_back(block.columns[0].values.as<i64>()[r], block.columns[1].values.as<i32>()[r],
                                   block.columns[2].values.as<f64>()[r], block.columns[3].values.as<i64>()[r]);
              }
            });
  return found;
}

Found expected(const Shape& shape) {
  Found all;
  for (u64 q = 0; q < shape.queries; ++q) {
    std::vector<std::pair<f64, i64>> near;
    for (u64 r = 0; r < shape.rows; ++r) {
      if (shape.self && q == r) continue;
      if (shape.by && q % 7 != r % 7) continue;
      const f64 x = static_cast<f64>(q % 8) - static_cast<f64>(r % 8);
      const f64 y = static_cast<f64>(q % 9) - static_cast<f64>(r % 9);
      const f64 distance = std::sqrt(x * x + y * y);
      if (distance <= shape.radius) near.emplace_back(distance, static_cast<i64>(r));
    }
    std::sort(near.begin(), near.end());
    if (shape.k != 0 && near.size() > shape.k) near.resize(shape.k);
    for (std::size_t i = 0; i < near.size(); ++i) {
      all.emplace_back(static_cast<i64>(q), static_cast<i32>(i + 1), near[i].first, near[i].second);
    }
  }
  return all;
}

TEST(neighbours_are_the_same_under_every_setting) {
  Shape near;
  Shape within;
  within.k = 0;
  within.radius = 1;
  within.queries = 500;
  Shape grouped;
  grouped.by = true;
  grouped.k = 300;
  grouped.queries = 300;
  Shape self;
  self.queries = self.rows;
  self.self = true;
  for (const Shape& shape : {near, within, grouped, self}) {
    const Found wanted = expected(shape);
    for (u32 threads : {1u, 4u}) {
      for (u32 morsel_rows : {500u, kPageRows}) {
        QueryOptions options;
        options.force_spill = morsel_rows == 500;
        CHECK(run(shape, options, threads, morsel_rows) == wanted);
      }
    }
  }
}

TEST(groups_of_many_rows_have_indexes_of_their_own) {
  Shape shape;
  shape.by = true;
  shape.rows = 20'000;
  shape.queries = 400;
  const Found wanted = expected(shape);
  for (const char* method : {"", "direct", "tree"}) {
    shape.method = method;
    CHECK(run(shape, {}, 2, 5000) == wanted);
  }
}

TEST(a_join_without_rows_on_a_side_gives_none) {
  for (bool by : {false, true}) {
    Shape shape;
    shape.by = by;
    shape.rows = 0;
    CHECK(run(shape, {}, 2, kPageRows).empty());
    shape.rows = 10;
    shape.queries = 0;
    CHECK(run(shape, {}, 2, kPageRows).empty());
  }
}

TEST(coordinates_beyond_the_memory_are_an_error_that_says_so) {
  Shape shape;
  shape.rows = 2'000'000;
  shape.queries = 10;
  QueryOptions options;
  options.memory = std::size_t{10} << 20;
  std::string message;
  try {
    run(shape, options, 2, kPageRows);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Memory);
    message = error.what();
  }
  CHECK(message.find("coordinates of a join's reference") != std::string::npos);
}

TEST(a_search_of_seconds_is_cancelled_at_once) {
  ProcessSettings settings;
  settings.threads = 2;
  settings.memory = std::size_t{256} << 20;
  settings.temp_directory = "/tmp";
  Process process(settings);
  Shape shape;
  shape.rows = 400'000;
  shape.queries = 100'000;
  shape.method = "direct";
  auto query = Query::start(process, join(shape),
                            {std::make_shared<RowsHandle>(RowsHandle::Shape{shape.rows}),
                             std::make_shared<RowsHandle>(RowsHandle::Shape{shape.queries})},
                            QueryOptions{}, {});
  while (query->statistics().pipelines[0].rows_in < shape.rows) query->wait_changed(1'000'000);
  query->cancel();
  Block block;
  bool cancelled = false;
  try {
    while (query->pull(block) != Query::Pull::End) query->wait_changed(1'000'000);
  } catch (const Error& error) {
    cancelled = error.code() == ErrorCode::Cancelled;
  }
  CHECK(cancelled);
  query->close();
  query->wait_closed();
  CHECK_EQ(process.memory.used(), 0u);
}

}  // namespace
}  // namespace spillway
