// Sums that must be exact or nearly so: overflow, cancellation, infinities, spread of equal and of far-off values.
#include <limits>

#include "test/aggregate_reference.h"
#include "test/aggregate_tables.h"

namespace spillway::aggregate_test {
namespace {

Table reals(const std::vector<f64>& values) {
  Table table;
  Column column;
  column.type = Type::F64;
  for (const f64 value : values) column.values.push_back(Value::of(value));
  table.columns.push_back(column);
  return table;
}

Table wholes(const std::vector<i64>& values) {
  Table table;
  Column column;
  column.type = Type::I64;
  for (const i64 value : values) column.values.push_back(Value::of(value));
  table.columns.push_back(column);
  return table;
}

Value only(const Table& table, const AggregateDescription& aggregate_of, const Settings& settings = {}) {
  const Outcome outcome = aggregate(table, 0, {aggregate_of}, settings);
  CHECK_EQ(outcome.rows.size(), std::size_t{1});
  return outcome.rows.at(0).at(0);
}

constexpr f64 kInfinity = std::numeric_limits<f64>::infinity();
constexpr i64 kMost = std::numeric_limits<i64>::max();
constexpr i64 kLeast = std::numeric_limits<i64>::min();

TEST(an_integer_sum_beyond_int64_is_a_data_error) {
  CHECK_THROWS(only(wholes({kMost, 1}), of("sum", {0}, Type::I64)), Error, CHECK(error.code() == ErrorCode::Data));
  CHECK_THROWS(only(wholes({kLeast, -1}), of("sum", {0}, Type::I64)), Error, CHECK(error.code() == ErrorCode::Data));
}

TEST(an_integer_sum_may_pass_through_what_does_not_fit) {
  CHECK_EQ(only(wholes({kMost, kMost, kLeast, kLeast}), of("sum", {0}, Type::I64)).whole, i64{-2});
  CHECK_EQ(only(wholes({kMost, 5, -5}), of("sum", {0}, Type::I64)).whole, kMost);
  CHECK_EQ(only(wholes({kMost, kMost, kMost}), of("mean", {0})).real, 9223372036854775808.0);
}

TEST(unsigned_sums_count_the_upper_half) {
  Table table = wholes({-1, 1});
  table.columns[0].type = Type::U64;
  CHECK_EQ(only(table, of("mean", {0})).real, 9223372036854775808.0);
  CHECK_THROWS(only(table, of("sum", {0}, Type::I64)), Error, CHECK(error.code() == ErrorCode::Data));
}

TEST(cancelled_floats_leave_what_is_left) {
  CHECK_EQ(only(reals({1e16, 1, -1e16}), of("sum", {0})).real, 1.0);
  CHECK_EQ(only(reals({1e100, 1e80, -1e100, 3, -1e80}), of("sum", {0})).real, 3.0);
  std::vector<f64> tenths(1000000, 0.1);
  // The nearest double to a million times the double 0.1.
  CHECK_EQ(only(reals(tenths), of("sum", {0})).real, 100000.00000000000555);
  CHECK_EQ(only(reals(tenths), of("mean", {0})).real, 0.1);
}

TEST(infinities_follow_the_plain_sum) {
  CHECK_EQ(only(reals({1, kInfinity, 2}), of("sum", {0})).real, kInfinity);
  CHECK_EQ(only(reals({1, -kInfinity, 2}), of("mean", {0})).real, -kInfinity);
  CHECK(std::isnan(only(reals({kInfinity, -kInfinity, 2}), of("sum", {0})).real));
  CHECK_EQ(only(reals({1e308, 1e308, 1e308}), of("sum", {0})).real, kInfinity);
  CHECK(std::isnan(only(reals({1, std::nan(""), 2}), of("sum", {0})).real));
  std::vector<f64> many(5000, 1.0);
  many[4000] = kInfinity;
  CHECK_EQ(only(reals(many), of("sum", {0})).real, kInfinity);
}

TEST(equal_values_have_no_spread_at_all) {
  for (const f64 value : {0.1, 1e300 / 7, -3.3e-200, 123456789.123}) {
    for (const std::size_t count : {2, 3, 7, 1000, 4099}) {
      CHECK_EQ(only(reals(std::vector<f64>(count, value)), of("variance", {0})).real, 0.0);
    }
  }
  CHECK_EQ(only(wholes(std::vector<i64>(1001, kMost)), of("sd", {0})).real, 0.0);
}

TEST(spread_far_from_zero_keeps_its_digits) {
  std::vector<f64> values;
  for (int i = 0; i < 3001; ++i) values.push_back(1e9 + 1e-3 * (i % 3));
  f64 expected = only(reals(values), of("variance", {0})).real;
  long double mean = 0, squares = 0;
  for (const f64 v : values) mean += static_cast<long double>(v - 1e9) / 3001;
  for (const f64 v : values) squares += (v - 1e9 - mean) * (v - 1e9 - mean);
  CHECK(std::fabs(static_cast<f64>(squares / 3000) - expected) < 1e-14 * expected);
}

TEST(variance_and_corr_of_too_few) {
  CHECK(only(reals({1.5}), of("variance", {0})).null());
  CHECK(only(reals({}), of("sd", {0})).null());
  CHECK(only(reals({}), of("corr", {0, 0})).null());
  CHECK(std::isnan(only(reals({1.5}), of("corr", {0, 0})).real));
  CHECK(std::isnan(only(reals({1.5, 1.5}), of("corr", {0, 0})).real));
  CHECK_EQ(only(reals({1.5, 2.5, 7}), of("corr", {0, 0})).real, 1.0);
}

// Bits must not depend on how rows are dealt out.
TEST(float_results_have_the_same_bits_everywhere) {
  Random random(3);
  Table table;
  table.columns.push_back(key_column(random, 60000, {KeyKind::Ranged, 5}, false));
  Column wild;
  wild.type = Type::F64;
  for (int i = 0; i < 60000; ++i)
    wild.values.push_back(Value::of((random.unit() - 0.3) * std::exp2(static_cast<f64>(random.below(30)))));
  table.columns.push_back(wild);
  const std::vector<AggregateDescription> aggregates = {of("sum", {1}), of("mean", {1}), of("variance", {1}),
                                                        of("corr", {1, 0})};
  std::vector<Row> first;
  for (const Settings& settings : all_settings()) {
    const Outcome outcome = aggregate(table, 1, aggregates, settings);
    if (first.empty()) first = outcome.rows;
    check_rows(outcome.rows, first, 1, true, true);
  }
}

}  // namespace
}  // namespace spillway::aggregate_test
