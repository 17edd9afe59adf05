// Quantile sketches: the same under every setting, within their bound, whatever the order of values.
#include <cmath>

#include "engine/error.h"
#include "engine/fold_quantile_node.h"
#include "engine/fold_rows.h"
#include "test/sketch_rows.h"

using namespace spillway;
using namespace spillway::sketch_test;

namespace {

struct Sample {
  u64 rows = 0, skipped = 0, least = 0, greatest = 0;
  f64 error = 0;                           // of a rank, in rows, at 99 %
  std::vector<std::pair<u64, f64>> words;  // with their weights, ascending
  std::size_t parts = 0;
  f64 rank(u64 word) const {
    f64 below = 0;
    for (const auto& [value, weight] : words) below += value <= word ? weight : 0;
    return below;
  }
};

void read_nodes(format::ByteReader& in, u32 count, f64& spread, Sample& sample) {
  for (u32 n = 0; n < count; ++n) {
    QuantileNode node;
    node.load(in, 1 << 20);
    spread += node.spread;
    ++sample.parts;
    for (u64 word : node.words) sample.words.emplace_back(word, std::ldexp(1.0, static_cast<int>(node.shift)));
  }
}

Sample read(const format::Bytes& bytes) {
  format::ByteReader in({bytes.data(), bytes.size()});
  Sample sample;
  f64 spread = 0;
  in.take(10, "head");
  sample.rows = in.read<u64>("rows");
  sample.skipped = in.read<u64>("skipped");
  sample.least = in.read<u64>("least");
  sample.greatest = in.read<u64>("greatest");
  in.read<u64>("joins");
  for (u32 segments = in.read<u32>("segments"); segments > 0; --segments) {
    in.take(16, "places");
    read_nodes(in, in.read<u32>("nodes"), spread, sample);
  }
  read_nodes(in, in.read<u32>("overlapping"), spread, sample);
  in.end("sketch");
  std::sort(sample.words.begin(), sample.words.end());
  sample.error = std::sqrt(spread * std::log(200.0) / 2);
  return sample;
}

FoldDescription sketch(f64 k, f64 together = 0) { return fold_of("quantileSketch", {k, together, -1}, 1); }

std::vector<f64> uniform(u64 rows, u64 seed = 3) {
  std::mt19937_64 random(seed);
  std::vector<f64> values(rows);
  for (f64& value : values) value = std::uniform_real_distribution<f64>(-5, 20)(random);
  return values;
}

Table table_of(const std::vector<f64>& values) { return {{column_of(Type::F64, values)}}; }

// Ranks at a thousand values against the exact ones: how many are off by more than the bound.
u32 misses(const Sample& sample, std::vector<f64> values, f64& worst) {
  std::sort(values.begin(), values.end());
  u32 missed = 0;
  std::size_t at = 0;
  f64 below = 0;
  for (u32 q = 1; q <= 1000; ++q) {
    const f64 value = values[std::min<std::size_t>(values.size() - 1, values.size() * q / 1000)];
    const u64 word = ordered_word(value);
    for (; at < sample.words.size() && sample.words[at].first <= word; ++at) below += sample.words[at].second;
    const f64 exact = static_cast<f64>(std::upper_bound(values.begin(), values.end(), value) - values.begin());
    const f64 off = std::abs(below - exact);
    worst = std::max(worst, off / static_cast<f64>(values.size()));
    missed += off > sample.error ? 1 : 0;
  }
  return missed;
}

}  // namespace

TEST(words_sort_whatever_their_bits) {
  std::mt19937_64 random(1);
  for (u32 round = 0; round < 400; ++round) {
    std::vector<u64> words(random() % (kVectorRows + 1));
    const u64 mask = ~u64{0} >> (random() % 64);
    for (u64& word : words)
      word = round % 5 == 0 ? ordered_word(std::normal_distribution<f64>()(random)) : random() & mask;
    if (round % 7 == 0 && !words.empty()) words[0] = ~u64{0};
    std::vector<u64> expected = words;
    std::sort(expected.begin(), expected.end());
    sort_words(words.data(), static_cast<u32>(words.size()));
    CHECK(words == expected);
  }
}

TEST(few_rows_are_kept_as_they_are) {
  Table table = table_of({3, -0.0, 7, 0.0, 1});
  table.columns[0].null[2] = true;
  const Sample sample = read(same_under_settings(sketch(64), table));
  CHECK_EQ(sample.rows, 4u);
  CHECK_EQ(sample.skipped, 1u);
  CHECK_EQ(sample.words.size(), 4u);
  CHECK_EQ(sample.error, 0.0);
  CHECK_EQ(sample.least, ordered_word(0.0));
  CHECK_EQ(sample.greatest, ordered_word(3.0));
}

TEST(the_same_under_every_setting) {
  Table table = table_of(uniform(300000));
  for (u64 row = 0; row < table.rows(); row += 11) table.columns[0].null[row] = true;
  const Sample all = read(same_under_settings(sketch(64), table));
  CHECK_EQ(all.rows + all.skipped, table.rows());
  // Filters that leave blocks, morsels and long stretches without a row.
  same_under_settings(sketch(200), table, [](u64 row) { return row % 1000 == 7; });
  same_under_settings(sketch(32), table, [](u64 row) { return row / 5000 % 3 == 1; });
  same_under_settings(sketch(32), table, [](u64 row) { return row > 77777 && (row < 80000 || row > 250001); });
  same_under_settings(sketch(4096), table, [](u64 row) { return row / 2048 % 16 == 3; });
}

TEST(ranges_of_one_source_add_up_to_the_whole) {
  const Table table = table_of(uniform(200000));
  const auto keeps = [](u64 row) { return row / 3000 % 4 != 2; };
  Setting setting;
  setting.keeps = keeps;
  const format::Bytes whole = saved(*folded(sketch(64, 1), table, setting));
  std::mt19937_64 random(9);
  for (u32 round = 0; round < 6; ++round) {
    std::vector<u64> cuts{0, table.rows()};
    for (u32 c = 0; c < 12; ++c) cuts.push_back(random() % table.rows());
    std::sort(cuts.begin(), cuts.end());
    std::vector<format::Bytes> parts;
    for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
      setting.first = cuts[c];
      setting.end = cuts[c + 1];
      setting.states = 1 + round % 3;
      parts.push_back(saved(*folded(sketch(64), table, setting)));
    }
    if (round % 2 == 1) std::shuffle(parts.begin(), parts.end(), random);
    auto state = new_state(sketch(64, 1), table);
    for (const format::Bytes& part : parts) state->merge(*loaded(sketch(64), table, part));
    CHECK(saved(*state) == whole);
    // Going on from what was saved, as an interrupted run does.
    auto resumed = loaded(sketch(64, 1), table, parts[0]);
    for (std::size_t p = 1; p < parts.size(); ++p) resumed->merge(*loaded(sketch(64), table, parts[p]));
    CHECK(saved(*resumed) == whole);
  }
}

TEST(ranks_are_within_the_bound) {
  constexpr u64 kRows = 1000000;
  std::vector<std::vector<f64>> data{uniform(kRows), uniform(kRows), uniform(kRows), uniform(kRows), uniform(kRows)};
  std::sort(data[1].begin(), data[1].end());
  for (u64 row = 0; row < kRows; ++row) {
    data[2][row] = static_cast<f64>(row % 2 == 0 ? row : kRows - row);
    data[3][row] = std::floor(data[3][row] / 8);
    data[4][row] = std::exp(data[4][row]) * (row % 3 == 0 ? -1 : 1);
  }
  for (f64 k : {64.0, 1024.0}) {
    for (const std::vector<f64>& values : data) {
      const Table table = table_of(values);
      const format::Bytes bytes = saved(*folded(sketch(k), table, {}));
      const Sample sample = read(bytes);
      f64 worst = 0;
      CHECK(misses(sample, values, worst) <= 10);
      CHECK(sample.error / static_cast<f64>(kRows) < 5 / k);
      CHECK(bytes.size() < static_cast<std::size_t>(8 * k * 24 + 40000));
      f64 weight = 0;
      for (const auto& word : sample.words) weight += word.second;
      CHECK(std::abs(weight - static_cast<f64>(kRows)) <= sample.error);
    }
  }
}

TEST(rows_of_the_same_places_are_not_lost) {
  const std::vector<f64> values = uniform(50000);
  const Table table = table_of(values);
  auto state = new_state(sketch(128), table);
  for (u32 shard = 0; shard < 20; ++shard) state->merge(*folded(sketch(128), table, {}));
  const Sample sample = read(saved(*state));
  CHECK_EQ(sample.rows, 1000000u);
  std::vector<f64> all;
  for (u32 shard = 0; shard < 20; ++shard) all.insert(all.end(), values.begin(), values.end());
  f64 worst = 0;
  CHECK(misses(sample, all, worst) <= 10);
  CHECK(sample.error / 1e6 < 0.1);
  CHECK(sample.words.size() < 128 * 40);
}

TEST(memory_is_bounded) {
  const std::vector<f64> values = uniform(2000000);
  const Table table = table_of(values);
  std::size_t most = 0;
  auto state = new_state(sketch(256), table);
  for (u64 at = 0; at < table.rows(); at += kVectorRows) {
    if (at % 16384 == 0) state->begin_morsel(at / 16384);
    feed(*state, table, {}, at, std::min<u64>(at + kVectorRows, table.rows()), false);
    most = std::max(most, state->bytes());
  }
  CHECK(most < 400000);
}

TEST(every_ordered_type_keeps_its_values) {
  Table whole{{column_of(Type::I64, std::vector<i64>{INT64_MIN, -1, INT64_MAX, 5})}};
  Sample sample = read(saved(*folded(sketch(64), whole, {})));
  CHECK_EQ(sample.least, ordered_word(i64{INT64_MIN}));
  CHECK_EQ(sample.greatest, ordered_word(i64{INT64_MAX}));
  Table small{{column_of(Type::U8, std::vector<u8>{200, 0, 7})}};
  CHECK_EQ(read(saved(*folded(sketch(64), small, {}))).greatest, 200u);
  Table real{{column_of(Type::F32, std::vector<f32>{1.5f, NAN, -INFINITY})}};
  sample = read(saved(*folded(sketch(64), real, {})));
  CHECK_EQ(sample.greatest, ordered_word(f64{NAN}));
  CHECK_EQ(sample.least, ordered_word(f64{-INFINITY}));
  Table text{{text_column({"a"})}};
  CHECK_THROWS(new_state(sketch(64), text), Error, CHECK(error.code() == ErrorCode::Internal));
}

TEST(damaged_states_are_refused) {
  Table table = table_of(uniform(40000));
  Setting setting;
  setting.first = 100;
  auto state = folded(sketch(32), table, setting);
  state->merge(*folded(sketch(32), table, setting));
  survives_hostile_bytes(sketch(32), table, saved(*state));
  CHECK_THROWS(loaded(sketch(64), table, saved(*state)), Error, CHECK(error.code() == ErrorCode::Format));
}
