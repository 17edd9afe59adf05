// The folds topK and reservoir: which rows are kept, with what values, the same under every setting.
#include <cmath>
#include <map>
#include <numeric>

#include "engine/error.h"
#include "test/sketch_rows.h"

using namespace spillway;
using namespace spillway::sketch_test;

namespace {

FoldDescription top(f64 k, bool descending, std::size_t columns) {
  std::vector<f64> parameters{k, descending ? 1.0 : 0.0};
  parameters.resize(2 + columns, -1);
  return fold_of("topK", parameters, columns);
}

FoldDescription reservoir(f64 rows, f64 seed, std::size_t columns) {
  std::vector<f64> parameters{rows, seed};
  parameters.resize(2 + columns, -1);
  return fold_of("reservoir", parameters, columns);
}

// Places of the rows kept, and for each the bytes of its values.
struct Kept {
  u64 rows = 0, skipped = 0;
  std::vector<u64> places;
  std::vector<std::vector<std::string>> values;
};

Kept read(const format::Bytes& bytes, bool by_rank) {
  format::ByteReader in({bytes.data(), bytes.size()});
  Kept kept;
  in.take(by_rank ? 13 : 20, "head");
  kept.rows = in.read<u64>("rows");
  kept.skipped = in.read<u64>("skipped");
  std::vector<Type> types;
  const u32 columns = in.read<u32>("columns");
  for (u32 c = 0; c < columns; ++c) {
    types.push_back(static_cast<Type>(in.read<u8>("type")));
    in.read<u8>("unit");
  }
  for (u64 count = in.read<u64>("count"); count > 0; --count) {
    kept.places.push_back(in.read<u64>("place"));
    std::vector<std::string>& row = kept.values.emplace_back();
    for (Type type : types) {
      if (in.read<u8>("null") == 1) {
        row.emplace_back("-");
        continue;
      }
      const u32 size = type == Type::Utf8 ? in.read<u32>("length") : width_of(type);
      row.emplace_back(reinterpret_cast<const char*>(in.take(size, "value")), size);
    }
  }
  in.end("rows");
  return kept;
}

std::string word_text(u64 number) {
  return "text " + std::string(number % 5 == 0 ? 20 : 0, 'y') + std::to_string(number);
}

struct Data {
  std::vector<f64> reals;
  std::vector<std::string> texts;
  Table table;  // f64 with ties, text, codes, bool
};

Data data(u64 rows) {
  Data made;
  std::mt19937_64 random(11);
  std::vector<u32> codes;
  std::vector<u8> bools;
  for (u64 row = 0; row < rows; ++row) {
    made.reals.push_back(static_cast<f64>(random() % 5000) - 2500);
    made.texts.push_back(word_text(random() % 3000));
    codes.push_back(static_cast<u32>(random() % 3));
    bools.push_back(static_cast<u8>(row % 2));
  }
  made.table = {{column_of(Type::F64, made.reals), text_column(made.texts),
                 coded_column(codes, {"red", "green", "a colour of many letters"}), column_of(Type::Bool, bools)}};
  return made;
}

// The first `k` of the rows that are not null in column `by`, as the definition says.
template <class T>
std::vector<u64> expected_places(const std::vector<T>& values, const std::vector<bool>& null, bool descending, u64 k) {
  std::vector<u64> rows;
  for (u64 row = 0; row < values.size(); ++row) {
    if (!null[row]) rows.push_back(row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](u64 a, u64 b) { return descending ? values[b] < values[a] : values[a] < values[b]; });
  rows.resize(std::min<std::size_t>(rows.size(), k));
  return rows;
}

Table picked(const Data& all, const std::vector<u32>& columns) {
  Table table;
  for (u32 c : columns) table.columns.push_back(all.table.columns[c]);
  return table;
}

}  // namespace

TEST(the_first_rows_by_a_number) {
  Data all = data(60000);
  for (u64 row = 0; row < 60000; row += 9) all.table.columns[0].null[row] = true;
  for (u64 row = 0; row < 60000; row += 7) all.table.columns[1].null[row] = true;
  const Table table = picked(all, {0, 1, 2, 3});
  for (u64 k : {1, 10, 3000}) {
    for (bool descending : {true, false}) {
      const Kept kept = read(same_under_settings(top(static_cast<f64>(k), descending, 4), table), true);
      CHECK(kept.places == expected_places(all.reals, table.columns[0].null, descending, k));
      CHECK_EQ(kept.rows + kept.skipped, 60000u);
      for (std::size_t i = 0; i < kept.places.size(); ++i) {
        const u64 row = kept.places[i];
        CHECK_EQ(kept.values[i][1], table.columns[1].null[row] ? "-" : all.texts[row]);
      }
    }
  }
}

TEST(the_first_rows_by_a_text) {
  const Data all = data(30000);
  for (bool descending : {true, false}) {
    const Table plain = picked(all, {1, 0});
    const Kept kept = read(same_under_settings(top(500, descending, 2), plain), true);
    CHECK(kept.places == expected_places(all.texts, plain.columns[0].null, descending, 500));
  }
  const Table coded = picked(all, {2});
  const Kept kept = read(same_under_settings(top(100, true, 1), coded), true);
  CHECK_EQ(kept.values[0][0], "red");
  CHECK(std::is_sorted(kept.places.begin(), kept.places.end()));
}

TEST(nan_is_the_greatest_and_zeros_are_equal) {
  const Table table{{column_of(Type::F64, std::vector<f64>{0.0, -0.0, NAN, INFINITY, -1, -0.0})}};
  CHECK((read(saved(*folded(top(3, true, 1), table, {})), true).places == std::vector<u64>{2, 3, 0}));
  CHECK((read(saved(*folded(top(9, false, 1), table, {})), true).places == std::vector<u64>{4, 0, 1, 5, 3, 2}));
}

TEST(ties_of_equal_places_go_to_the_state_merged_into) {
  const Table a{{column_of(Type::I32, std::vector<i32>{5, 5}), column_of(Type::I32, std::vector<i32>{1, 2})}};
  const Table b{{column_of(Type::I32, std::vector<i32>{5, 9}), column_of(Type::I32, std::vector<i32>{3, 4})}};
  const auto state = folded(top(3, true, 2), a, {});
  state->merge(*folded(top(3, true, 2), b, {}));
  const Kept kept = read(saved(*state), true);
  std::vector<i32> payload;
  for (const auto& row : kept.values) {
    i32 value;
    std::memcpy(&value, row[1].data(), 4);
    payload.push_back(value);
  }
  CHECK((payload == std::vector<i32>{4, 1, 3}));
}

TEST(memory_follows_the_rows_kept) {
  const Data all = data(200000);
  const Table table = picked(all, {0, 1});
  const auto state = folded(top(50, true, 2), table, {});
  CHECK(state->bytes() < 300000);
  CHECK(folded(reservoir(50, 1, 2), table, {})->bytes() < 300000);
}

TEST(a_sample_is_uniform) {
  std::vector<u32> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 0u);
  const Table table{{column_of(Type::U32, numbers)}};
  std::vector<u32> drawn(1000, 0);
  std::map<std::pair<bool, bool>, u32> pairs;
  constexpr u32 kRounds = 4000;
  for (u32 seed = 0; seed < kRounds; ++seed) {
    const Kept kept = read(saved(*folded(reservoir(100, seed, 1), table, {})), false);
    CHECK_EQ(kept.places.size(), std::size_t{100});
    for (u64 place : kept.places) ++drawn[place];
    const auto has = [&](u64 place) {
      return std::find(kept.places.begin(), kept.places.end(), place) != kept.places.end();
    };
    ++pairs[{has(10), has(11)}];
  }
  f64 chi = 0;
  for (u32 count : drawn) chi += (count - 400.0) * (count - 400.0) / (400.0 * 0.9);
  CHECK(chi > 850 && chi < 1160);  // of about 1000 degrees of freedom
  CHECK(std::abs(static_cast<f64>(pairs[{true, true}]) - kRounds * 0.00991) < 25);
}

TEST(a_sample_is_the_same_under_every_setting) {
  const Data all = data(50000);
  const Table table = picked(all, {1, 2, 0});
  const Kept kept = read(same_under_settings(reservoir(700, 42, 3), table), false);
  CHECK_EQ(kept.places.size(), std::size_t{700});
  for (std::size_t i = 0; i < kept.places.size(); ++i) CHECK_EQ(kept.values[i][0], all.texts[kept.places[i]]);
  same_under_settings(reservoir(100, 7, 3), table, [](u64 row) { return row / 3000 % 2 == 1; });
  const Kept other = read(saved(*folded(reservoir(700, 43, 3), table, {})), false);
  CHECK(other.places != kept.places);
  CHECK_EQ(read(same_under_settings(reservoir(100000, 1, 3), table), false).places.size(), std::size_t{50000});
}

TEST(damaged_states_are_refused) {
  const Data all = data(5000);
  const Table table = picked(all, {1, 0, 2, 3});
  survives_hostile_bytes(top(40, true, 4), table, saved(*folded(top(40, true, 4), table, {})));
  survives_hostile_bytes(reservoir(40, 5, 4), table, saved(*folded(reservoir(40, 5, 4), table, {})));
  const format::Bytes other = saved(*folded(reservoir(40, 6, 4), table, {}));
  CHECK_THROWS(loaded(reservoir(40, 5, 4), table, other), Error, CHECK(error.code() == ErrorCode::Format));
}
