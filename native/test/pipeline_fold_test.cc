// Folds as the sink of a query on several threads: one pass, one state of each, memory given back.
#include <cstring>

#include "engine/query.h"
#include "test/check.h"
#include "test/rows_handle.h"

namespace spillway {
namespace {

constexpr u64 kRows = 300'000;

FoldDescription fold(const char* name, std::vector<u32> arguments, std::vector<f64> parameters) {
  FoldDescription description;
  description.name = name;
  description.arguments = std::move(arguments);
  description.parameters = std::move(parameters);
  return description;
}

// The states of the folds over rows 0 … kRows: column 0 the row's number, column c its remainder by c + 6.
std::vector<std::vector<u8>> run(std::vector<FoldDescription> folds, u32 threads, u64 fail_at_row = ~u64{0}) {
  ProcessSettings settings;
  settings.threads = threads;
  settings.memory = std::size_t{64} << 20;
  settings.temp_directory = "/tmp";
  Process process(settings);
  QueryDescription description = simple_query(SinkDescription::Kind::Fold, 3);
  description.pipelines[0].sink.folds = std::move(folds);
  RowsHandle::Shape shape;
  shape.rows = kRows;
  shape.morsel_rows = 5000;
  shape.fail_at_row = fail_at_row;
  auto query = Query::start(process, std::move(description), {std::make_shared<RowsHandle>(shape)}, {}, {});
  std::vector<std::vector<u8>> states;
  try {
    Block block;
    for (;;) {
      const Query::Pull pull = query->pull(block);
      if (pull == Query::Pull::End) break;
      if (pull == Query::Pull::Pending) {
        query->wait_changed(1'000'000);
        continue;
      }
      const u8* bytes = block.columns.at(0).values.data();
      for (u32 at = 0; at < block.rows;) {
        u64 size;
        std::memcpy(&size, bytes + at, sizeof size);
        at += 8;
        states.emplace_back(bytes + at, bytes + at + size);
        at += static_cast<u32>(size);
      }
      block = Block();
    }
  } catch (const Error&) {
    query->close();
    query->wait_closed();
    CHECK_EQ(process.memory.used(), 0u);
    throw;
  }
  query->close();
  query->wait_closed();
  CHECK_EQ(process.memory.used(), 0u);
  return states;
}

std::vector<FoldDescription> several() {
  return {fold("count", {}, {}), fold("sums", {0}, {}), fold("crossprod", {1, 2}, {1, 0}),
          fold("histogram", {1}, {0, 1, 7})};
}

TEST(all_rows_are_folded_once_whatever_the_threads) {
  const auto expected = run(several(), 1);
  CHECK_EQ(expected.size(), 4u);
  u64 rows;
  std::memcpy(&rows, expected[0].data(), sizeof rows);
  CHECK_EQ(rows, kRows);
  i64 sum;
  std::memcpy(&sum, expected[1].data() + 24, sizeof sum);
  CHECK_EQ(sum, static_cast<i64>(kRows * (kRows - 1) / 2));
  for (u32 threads : {2u, 4u}) CHECK(run(several(), threads) == expected);
}

TEST(a_saved_state_goes_on) {
  std::vector<FoldDescription> folds = several();
  const auto once = run(folds, 2);
  for (std::size_t f = 0; f < folds.size(); ++f) folds[f].initial = once[f];
  u64 rows;
  std::memcpy(&rows, run(folds, 3)[0].data(), sizeof rows);
  CHECK_EQ(rows, 2 * kRows);
}

TEST(an_error_in_the_rows_or_in_a_state_ends_the_query) {
  CHECK_THROWS(run(several(), 2, 250'000), Error, CHECK_EQ(error.code(), ErrorCode::Data));
  std::vector<FoldDescription> folds = several();
  folds[2].initial = {1, 2, 3};
  CHECK_THROWS(run(folds, 2), Error, CHECK_EQ(error.code(), ErrorCode::Format));
}

TEST(states_that_memory_does_not_hold_are_refused) {
  std::vector<u32> many(1500);
  for (u32 i = 0; i < many.size(); ++i) many[i] = i % 3;
  CHECK_THROWS(run({fold("crossprod", many, {0, 0})}, 2), Error, CHECK_EQ(error.code(), ErrorCode::Memory));
}

}  // namespace
}  // namespace spillway
