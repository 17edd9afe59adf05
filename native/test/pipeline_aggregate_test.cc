// The aggregate sink under several threads against plain reference code, in every mode of keys.
#include "test/aggregate_reference.h"
#include "test/aggregate_tables.h"

namespace spillway::aggregate_test {
namespace {

void check_everywhere(const Table& table, u32 keys, const std::vector<AggregateDescription>& aggregates) {
  const std::vector<Row> expected = reference(table, keys, aggregates);
  const bool few = expected.size() < 700;  // of these long rows
  std::vector<Row> first;
  for (const Settings& settings : all_settings()) {
    const Outcome outcome = aggregate(table, keys, aggregates, settings);
    check_rows(outcome.rows, expected, keys, few);
    if (first.empty()) first = outcome.rows;
    check_rows(outcome.rows, first, keys, true, true);
  }
}

TEST(no_keys) {
  Random random(1);
  const Table table = mixed_table(random, 3000, {});
  check_everywhere(table, 0, streaming_aggregates(0));
  check_everywhere(mixed_table(random, 0, {}), 0, streaming_aggregates(0));
  check_everywhere(mixed_table(random, 1, {}), 0, streaming_aggregates(0));
}

TEST(few_small_keys) {
  Random random(2);
  const Table table = mixed_table(random, 3000, {{KeyKind::Ranged, 40}, {KeyKind::Dictionary, 7}});
  check_everywhere(table, 2, streaming_aggregates(2));
}

TEST(many_direct_keys) {
  Random random(3);
  const Table table = mixed_table(random, 1800, {{KeyKind::Ranged, 20000}});
  check_everywhere(table, 1, streaming_aggregates(1));
}

TEST(one_word_keys) {
  Random random(4);
  check_everywhere(mixed_table(random, 1800, {{KeyKind::Wide, 12000}}), 1, streaming_aggregates(1));
  check_everywhere(mixed_table(random, 1000, {{KeyKind::Ranged, 3000}, {KeyKind::Dictionary, 2000}}), 2,
                   streaming_aggregates(2));
}

TEST(several_words_of_keys) {
  Random random(5);
  check_everywhere(mixed_table(random, 1500, {{KeyKind::Wide, 50}, {KeyKind::Real, 60}}), 2, streaming_aggregates(2));
  check_everywhere(mixed_table(random, 1000, {{KeyKind::Wide, 50}, {KeyKind::Real, 60}, {KeyKind::Wide, 9}}), 3,
                   streaming_aggregates(3));
}

TEST(text_keys) {
  Random random(6);
  check_everywhere(mixed_table(random, 2000, {{KeyKind::Text, 300}}), 1, streaming_aggregates(1));
  check_everywhere(mixed_table(random, 1000, {{KeyKind::Text, 5000}, {KeyKind::Wide, 3}}), 2, streaming_aggregates(2));
}

TEST(values_held_without_keys) {
  Random random(8);
  check_everywhere(mixed_table(random, 2000, {}), 0, held_aggregates(0));
  check_everywhere(mixed_table(random, 0, {}), 0, held_aggregates(0));
  check_everywhere(mixed_table(random, 2, {}), 0, held_aggregates(0));
}

TEST(values_held_for_small_keys) {
  Random random(9);
  check_everywhere(mixed_table(random, 1500, {{KeyKind::Ranged, 12}}), 1, held_aggregates(1));
  check_everywhere(mixed_table(random, 1500, {{KeyKind::Dictionary, 300}}), 1, held_aggregates(1));
}

TEST(values_held_for_any_keys) {
  Random random(10);
  check_everywhere(mixed_table(random, 1500, {{KeyKind::Wide, 3}}), 1, held_aggregates(1));
  check_everywhere(mixed_table(random, 1500, {{KeyKind::Text, 300}}), 1, held_aggregates(1));
  check_everywhere(mixed_table(random, 1500, {{KeyKind::Wide, 5000}, {KeyKind::Real, 2}}), 2, held_aggregates(2));
}

TEST(distinct_rows) {
  Random random(7);
  check_everywhere(mixed_table(random, 5000, {{KeyKind::Real, 900}, {KeyKind::Dictionary, 4}}), 2, {});
  check_everywhere(mixed_table(random, 5000, {{KeyKind::Ranged, 900}}), 1, {});
  check_everywhere(mixed_table(random, 0, {{KeyKind::Ranged, 900}}), 1, {});
}

}  // namespace
}  // namespace spillway::aggregate_test
