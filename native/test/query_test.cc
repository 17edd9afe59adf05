// The driver: order, limits, back-pressure, errors, cancelling, several queries at once, memory to start with.
#include "engine/query.h"

#include <chrono>
#include <numeric>
#include <thread>

#include "test/check.h"
#include "test/rows_handle.h"

namespace spillway {
namespace {

ProcessSettings settings(u32 threads, std::size_t memory = std::size_t{256} << 20) {
  ProcessSettings settings;
  settings.threads = threads;
  settings.memory = memory;
  return settings;
}

std::shared_ptr<Query> start(Process& process, QueryDescription description, std::shared_ptr<Handle> handle,
                             QueryOptions options = {}) {
  if (options.threads == 1) options.threads = 0;
  return Query::start(process, std::move(description), {std::move(handle)}, options, {});
}

// Pulls until the end, waiting as JavaScript would; throws the query's error.
bool next(Query& query, Block& block) {
  for (;;) {
    Query::Pull pull = query.pull(block);
    if (pull == Query::Pull::Block) return true;
    if (pull == Query::Pull::End) return false;
    query.wait_changed(1'000'000);
  }
}

std::vector<i64> values_of(const Block& block, u32 column) {
  const i64* values = block.columns[column].values.as<i64>();
  return {values, values + block.rows};
}

std::vector<i64> all_values(Query& query, u32 column) {
  std::vector<i64> values;
  Block block;
  while (next(query, block)) {
    std::vector<i64> part = values_of(block, column);
    values.insert(values.end(), part.begin(), part.end());
    block = Block();
  }
  return values;
}

void close(Query& query) {
  query.close();
  query.wait_closed();
}

std::vector<i64> counting(i64 from, i64 to) {
  std::vector<i64> values(static_cast<std::size_t>(to - from));
  std::iota(values.begin(), values.end(), from);
  return values;
}

TEST(batches_come_in_input_order_at_any_number_of_threads) {
  for (u32 threads : {1u, 2u, 8u}) {
    Process process(settings(threads));
    QueryOptions options;
    options.batch_rows = 3000;
    auto query = start(process, simple_query(SinkDescription::Kind::Batches, 2),
                       std::make_shared<RowsHandle>(RowsHandle::Shape{100'000, 5000}), options);
    CHECK(all_values(*query, 0) == counting(0, 100'000));
    close(*query);
  }
}

TEST(batches_but_the_last_have_exactly_the_rows_asked_for) {
  for (u32 threads : {1u, 2u, 8u}) {
    for (u32 morsel : {100u, 5000u, 4096u}) {
      Process process(settings(threads));
      QueryOptions options;
      options.batch_rows = 4096;
      auto query = start(process, simple_query(SinkDescription::Kind::Batches, 1),
                         std::make_shared<RowsHandle>(RowsHandle::Shape{50'000, morsel}), options);
      Block block;
      u64 rows = 0;
      while (next(*query, block)) {
        CHECK_EQ(rows % 4096, 0u);
        u64 wanted = std::min<u64>(4096, 50'000 - rows);
        CHECK_EQ(u64{block.rows}, wanted);
        rows += block.rows;
        block = Block();
      }
      CHECK_EQ(rows, 50'000u);
      close(*query);
    }
  }
}

TEST(limit_and_offset_are_exact_and_stop_the_source) {
  for (auto kind : {SinkDescription::Kind::Batches, SinkDescription::Kind::Collect}) {
    Process process(settings(2));
    auto handle = std::make_shared<RowsHandle>(RowsHandle::Shape{1'000'000, 1000});
    auto query = start(process, simple_query(kind, 1, 2500, 1234), handle);
    CHECK(all_values(*query, 0) == counting(1234, 1234 + 2500));
    CHECK(handle->morsels.load() < 100);
    CHECK_EQ(handle->stops.load(), 1u);
    close(*query);
  }
}

TEST(limit_zero_gives_no_row) {
  Process process(settings(2));
  auto query = start(process, simple_query(SinkDescription::Kind::Collect, 1, 0),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{1000, 100}));
  CHECK(all_values(*query, 0).empty());
  close(*query);
}

TEST(collect_gives_one_block_of_exact_columns) {
  Process process(settings(2));
  auto query = start(process, simple_query(SinkDescription::Kind::Collect, 3),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{1'000'000, 16384}));
  Block block;
  CHECK(next(*query, block));
  CHECK_EQ(block.rows, 1'000'000u);
  CHECK_EQ(block.columns[0].values.size(), 8'000'000u);
  CHECK(values_of(block, 0) == counting(0, 1'000'000));
  CHECK(values_of(block, 2)[17] == 17 % 8);
  CHECK(!next(*query, block));
  block = Block();
  close(*query);
  CHECK_EQ(process.memory.used(), 0u);
}

TEST(collect_puts_rows_into_their_places_when_the_source_knows_them) {
  for (u32 threads : {1u, 2u, 8u}) {
    Process process(settings(threads));
    auto query = start(process, simple_query(SinkDescription::Kind::Collect, 3),
                       std::make_shared<RowsHandle>(RowsHandle::Shape{300'001, 777, ~u64{0}, true}));
    Block block;
    CHECK(next(*query, block));
    CHECK(values_of(block, 0) == counting(0, 300'001));
    CHECK(values_of(block, 1)[300'000] == 300'000 % 7);
    CHECK(block.columns[0].validity.empty());
    CHECK(!next(*query, block));
    block = Block();
    close(*query);
    CHECK_EQ(process.memory.used(), 0u);
  }
}

TEST(a_source_with_fewer_rows_than_promised_is_found_out) {
  Process process(settings(2));
  auto handle = std::make_shared<RowsHandle>(RowsHandle::Shape{10'000, 777, ~u64{0}, true, 5'000});
  auto query = start(process, simple_query(SinkDescription::Kind::Collect, 1), handle);
  CHECK_THROWS(all_values(*query, 0), Error, CHECK(error.code() == ErrorCode::Internal));
  close(*query);
}

TEST(who_does_not_read_stops_the_source) {
  Process process(settings(2));
  auto handle = std::make_shared<RowsHandle>(RowsHandle::Shape{10'000'000, 1000});
  QueryOptions options;
  options.batch_rows = 1000;
  auto query = start(process, simple_query(SinkDescription::Kind::Batches, 1), handle, options);
  u64 before = 0;
  for (int still = 0; still < 20;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    u64 now = handle->morsels.load();
    still = now != 0 && now == before ? still + 1 : 0;
    before = now;
  }
  CHECK(before < 10'000);
  CHECK(query->statistics().parked >= 1);
  close(*query);
}

TEST(a_query_inside_another_makes_progress_on_one_thread) {
  Process process(settings(1));
  auto outer = start(process, simple_query(SinkDescription::Kind::Batches, 1),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{1'000'000, 1000}));
  Block block;
  u32 batches = 0;
  while (next(*outer, block) && batches < 5) {
    auto inner = start(process, simple_query(SinkDescription::Kind::Collect, 1),
                       std::make_shared<RowsHandle>(RowsHandle::Shape{10'000, 1000}));
    CHECK_EQ(all_values(*inner, 0).size(), 10'000u);
    close(*inner);
    batches += 1;
    block = Block();
  }
  block = Block();
  CHECK_EQ(batches, 5u);
  close(*outer);
}

TEST(the_first_error_reaches_the_reader_and_ends_the_query) {
  Process process(settings(2));
  auto handle = std::make_shared<RowsHandle>(RowsHandle::Shape{1'000'000, 1000, 77'777});
  auto query = start(process, simple_query(SinkDescription::Kind::Collect, 1), handle);
  CHECK_THROWS(all_values(*query, 0), Error, CHECK(error.code() == ErrorCode::Data));
  CHECK_THROWS(all_values(*query, 0), Error, CHECK(error.code() == ErrorCode::Data));
  CHECK(handle->morsels.load() < 1000);
  close(*query);
  CHECK_EQ(process.memory.used(), 0u);
}

TEST(cancelling_ends_with_cancelled_soon) {
  Process process(settings(2));
  auto query = start(process, simple_query(SinkDescription::Kind::Collect, 1),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{u64{1} << 40, 1 << 30}));
  query->wait_changed(5'000'000);
  query->cancel();
  u64 begin = now_nanos();
  CHECK_THROWS(all_values(*query, 0), Error, CHECK(error.code() == ErrorCode::Cancelled));
  CHECK(now_nanos() - begin < 1'000'000'000);
  close(*query);
}

TEST(closing_early_frees_everything) {
  Process process(settings(2));
  for (int i = 0; i < 20; ++i) {
    auto query = start(process, simple_query(SinkDescription::Kind::Batches, 2),
                       std::make_shared<RowsHandle>(RowsHandle::Shape{1'000'000, 1000}));
    Block block;
    if (i % 2 == 0) next(*query, block);
    block = Block();
    close(*query);
  }
  CHECK_EQ(process.memory.used(), 0u);
}

TEST(many_queries_share_the_threads) {
  Process process(settings(4));
  std::vector<std::shared_ptr<Query>> queries;
  for (int i = 0; i < 12; ++i) {
    queries.push_back(start(process, simple_query(SinkDescription::Kind::Collect, 1),
                            std::make_shared<RowsHandle>(RowsHandle::Shape{200'000, 1000})));
  }
  for (auto& query : queries) CHECK_EQ(all_values(*query, 0).size(), 200'000u);
  for (auto& query : queries) close(*query);
  CHECK_EQ(process.memory.used(), 0u);
}

TEST(too_little_memory_is_refused_with_the_minimum_named) {
  Process process(settings(2));
  QueryOptions options;
  options.memory = 1 << 20;
  CHECK_THROWS(start(process, simple_query(SinkDescription::Kind::Collect, 1),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{10, 10}), options),
               Error, CHECK(error.code() == ErrorCode::Memory);
               CHECK(std::string(error.what()).find("8.0 MiB") != std::string::npos));
}

TEST(a_query_waits_for_its_minimum_and_starts_when_another_ends) {
  Process process(settings(2, minimum_memory(2)));
  auto first = start(process, simple_query(SinkDescription::Kind::Collect, 1),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{1000, 100}));
  auto second = start(process, simple_query(SinkDescription::Kind::Collect, 1),
                      std::make_shared<RowsHandle>(RowsHandle::Shape{2000, 100}));
  Block block;
  CHECK(second->pull(block) == Query::Pull::Pending);
  CHECK_EQ(all_values(*first, 0).size(), 1000u);
  first->close();
  CHECK_EQ(all_values(*second, 0).size(), 2000u);
  close(*second);
}

TEST(a_query_that_would_wait_for_ever_is_refused) {
  Process process(settings(1, minimum_memory(1)));
  auto outer = start(process, simple_query(SinkDescription::Kind::Batches, 1),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{u64{1} << 40, 1000}));
  Block block;
  CHECK(next(*outer, block));
  auto inner = start(process, simple_query(SinkDescription::Kind::Collect, 1),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{1000, 100}));
  CHECK_THROWS(all_values(*inner, 0), Error, CHECK(error.code() == ErrorCode::Memory));
  block = Block();
  close(*inner);
  close(*outer);
}

TEST(a_result_beyond_the_budget_is_refused) {
  Process process(settings(1));
  QueryOptions options;
  options.memory = minimum_memory(1);
  auto query = start(process, simple_query(SinkDescription::Kind::Collect, 1),
                     std::make_shared<RowsHandle>(RowsHandle::Shape{10'000'000, 100'000}), options);
  CHECK_THROWS(all_values(*query, 0), Error, CHECK(error.code() == ErrorCode::Memory));
  close(*query);
}

}  // namespace
}  // namespace spillway
