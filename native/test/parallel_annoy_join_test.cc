// Joins with what an Annoy file finds: by many threads in parts of morsels, against the slow search of the file.
#include <cmath>
#include <tuple>

#include "annoy/annoy_file.h"
#include "test/annoy_index_harness.h"
#include "test/query_runner.h"
#include "test/rows_handle.h"

namespace spillway {
namespace {

using namespace annoy_test;
using Told = std::vector<std::tuple<i64, i32, f64, i32, i64>>;  // query, rank, distance, item, the item's column

// The columns that RowsHandle makes: the row's number n, n % 7, n % 8 and n % 9; the last two are coordinates.
constexpr u32 kColumns = 4;

struct Shape {
  IndexShape index{.metric = AnnoyMetric::Euclidean, .dimension = 2, .items = 900, .trees = 3};
  u64 queries = 2500;
  u32 k = 3;
  u64 search_k = 40;
  bool reference = true;
  bool self = false;
  u64 rows = 900;  // of the reference
};

ProgramDescription coordinates() {
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
  out.outputs.push_back(0);
  return out;
}

QueryDescription join(const Shape& shape) {
  QueryDescription query = simple_query(SinkDescription::Kind::Neighbors, kColumns);
  query.pipelines[0].program.outputs = {0};
  query.pipelines[0].sink.neighbors.exclude_self = shape.self;
  PipelineDescription second = simple_query(SinkDescription::Kind::Collect, kColumns).pipelines[0];
  second.source.index = 1;
  NeighborJoinDescription join;
  join.program = coordinates();
  join.reference = shape.reference ? 0 : NeighborJoinDescription::kNone;
  AnnoyJoinDescription annoy;
  annoy.handle = 2;
  annoy.coordinates = 2;
  annoy.k = shape.k;
  annoy.search_k = shape.search_k;
  annoy.exclude_self = shape.self;
  annoy.query_seconds = 1e-4;
  join.annoy = annoy;
  second.program = {};
  second.program.inputs = {Type::I64, Type::I32, Type::F64, Type::I32};
  second.program.outputs = {0, 1, 2, 3};
  if (shape.reference) {
    join.columns = {0};
    second.program.inputs.push_back(Type::I64);
    second.program.outputs.push_back(4);
  }
  second.source.joins.push_back(join);
  if (!shape.reference) {
    second.source.index = 1;
    query.pipelines.clear();
  }
  query.pipelines.push_back(second);
  return query;
}

Told run(const Shape& shape, const std::shared_ptr<Handle>& file, QueryOptions options, u32 threads, u32 morsel_rows) {
  Told told;
  run_query(join(shape),
            {std::make_shared<RowsHandle>(RowsHandle::Shape{shape.rows, morsel_rows}),
             std::make_shared<RowsHandle>(RowsHandle::Shape{shape.queries, morsel_rows}), file},
            options, threads, [&](const Block& block) {
              for (u32 r = 0; r < block.rows; ++r) {
                told.emplace_back(block.columns[0].values.as<i64>()[r], block.columns[1].values.as<i32>()[r],
                                  block.columns[2].values.as<f64>()[r], block.columns[3].values.as<i32>()[r],
                                  shape.reference ? block.columns[4].values.as<i64>()[r] : -1);
              }
            });
  return told;
}

Told expected(const Shape& shape, const Index& index, std::span<const u32> roots) {
  Told all;
  for (u64 q = 0; q < shape.queries; ++q) {
    const u32 self = shape.self && q < shape.index.items ? static_cast<u32>(q) : ~u32{0};
    const std::vector<f64> row = {static_cast<f64>(q % 8), static_cast<f64>(q % 9)};
    const std::vector<Found> found = slow_search(index, roots, row, shape.k, shape.search_k, self);
    for (std::size_t i = 0; i < found.size(); ++i) {
      all.emplace_back(static_cast<i64>(q), static_cast<i32>(i + 1), found[i].distance, static_cast<i32>(found[i].id),
                       shape.reference ? i64{found[i].id} : -1);
    }
  }
  return all;
}

TEST(what_is_found_is_the_same_under_every_setting) {
  Shape with, alone, self, many;
  alone.reference = false;
  alone.index.metric = AnnoyMetric::Dot;
  self.self = true;
  self.queries = 900;
  many.k = 2000;
  many.search_k = 4000;
  many.queries = 50;
  for (const Shape& shape : {with, alone, self, many}) {
    const Index index(shape.index);
    const IndexPath path(index.bytes);
    const auto file = std::const_pointer_cast<AnnoyFile>(AnnoyFile::open(opening(shape.index, path.path())));
    const Told wanted = expected(shape, index, file->roots());
    CHECK(wanted.size() > shape.queries);
    for (const u32 threads : {1u, 4u}) {
      for (const u32 morsel_rows : {500u, kPageRows}) {
        QueryOptions options;
        options.force_spill = morsel_rows == 500;
        CHECK(run(shape, file, options, threads, morsel_rows) == wanted);
      }
    }
  }
}

TEST(a_reference_that_is_another_is_refused) {
  Shape shape;
  const Index index(shape.index);
  const IndexPath path(index.bytes);
  const auto file = std::const_pointer_cast<AnnoyFile>(AnnoyFile::open(opening(shape.index, path.path())));
  for (const u64 rows : {u64{0}, u64{899}, u64{901}}) {
    shape.rows = rows;
    CHECK_THROWS(run(shape, file, {}, 2, kPageRows), Error, CHECK(error.code() == ErrorCode::Argument));
  }
  shape.rows = 900;
  CHECK_THROWS(run(shape, std::make_shared<RowsHandle>(RowsHandle::Shape{5}), {}, 2, kPageRows), Error,
               CHECK(error.code() == ErrorCode::Argument));
}

}  // namespace
}  // namespace spillway
