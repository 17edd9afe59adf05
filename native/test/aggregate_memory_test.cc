// The aggregate sink in little memory: it spills, splits, and still gives the same groups.
#include "test/aggregate_reference.h"
#include "test/aggregate_tables.h"

namespace spillway::aggregate_test {
namespace {

Table numbers(std::size_t rows, u64 groups, bool text) {
  Random random(11);
  Table table;
  table.columns.push_back(key_column(random, rows, {text ? KeyKind::Text : KeyKind::Wide, groups}, true));
  Column value;
  value.type = Type::F64;
  for (std::size_t i = 0; i < rows; ++i) value.values.push_back(Value::of(random.unit()));
  table.columns.push_back(value);
  return table;
}

Settings scarce(std::size_t memory) {
  Settings settings;
  settings.memory = memory;
  settings.threads = 2;
  return settings;
}

void check_scarce(const Table& table, const std::vector<AggregateDescription>& aggregates, std::size_t memory) {
  const Outcome plenty = aggregate(table, 1, aggregates, {});
  const Outcome outcome = aggregate(table, 1, aggregates, scarce(memory));
  CHECK(outcome.spilled > 0);
  CHECK(outcome.peak <= memory);
  check_rows(outcome.rows, plenty.rows, 1, true, true);
}

TEST(groups_beyond_the_memory) {
  check_scarce(numbers(300000, 250000, false), {of("sum", {1}), of("countAll", {}, Type::I64)}, std::size_t{8} << 20);
}

TEST(text_groups_beyond_the_memory) {
  check_scarce(numbers(120000, 100000, true), {of("sum", {1}), of("max", {0}, Type::Utf8)}, std::size_t{8} << 20);
}

TEST(values_beyond_the_memory) {
  check_scarce(numbers(400000, 60000, false), {of("median", {1}), of("nDistinct", {1}, Type::I64)},
               std::size_t{8} << 20);
}

TEST(one_groups_values_beyond_the_memory) {
  check_scarce(numbers(1200000, 1, false), {of("median", {1}), of("nDistinct", {1}, Type::I64)}, std::size_t{8} << 20);
}

TEST(statistics_that_lie_are_a_format_error) {
  Table table = numbers(1000, 10, false);
  table.columns[0].type = Type::I32;
  for (std::size_t i = 0; i < 1000; ++i) table.columns[0].values[i] = Value::of(static_cast<i64>(i % 10));
  table.columns[0].ranged = true;
  MemoryPool pool(std::size_t{1} << 30);
  QueryOptions options;
  options.memory = std::size_t{1} << 30;
  QueryContext context(pool, options);
  SinkDescription description;
  description.kind = SinkDescription::Kind::Aggregate;
  description.key_count = 1;
  const auto sink = make_aggregate_sink(description);
  std::vector<ColumnFacts> facts = table.facts();
  facts[0].max = 3;
  sink->start(context, facts);
  const auto local = sink->make_local();
  CHECK_THROWS(feed(*sink, *local, table, {}, 0), Error, CHECK(error.code() == ErrorCode::Format));
}

}  // namespace
}  // namespace spillway::aggregate_test
