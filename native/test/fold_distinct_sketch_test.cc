// Distinct sketches: exact for few values, within their error for many, the same under every setting.
#include <cmath>

#include "engine/error.h"
#include "engine/fold_value_hash.h"
#include "test/sketch_rows.h"

using namespace spillway;
using namespace spillway::sketch_test;

namespace {

FoldDescription sketch(f64 precision, std::size_t columns = 1) {
  return fold_of("distinctSketch", {precision}, columns);
}

struct Counted {
  u64 rows = 0, skipped = 0;
  u8 form = 0;
  f64 estimate = 0;
};

f64 sigma(f64 x) {
  f64 y = 1, z = x, last = -1;
  while (z != last) {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  }
  return z;
}

f64 tau(f64 x) {
  if (x == 0 || x == 1) return 0;
  f64 y = 1, z = 1 - x, last = -1;
  while (z != last) {
    x = std::sqrt(x);
    last = z;
    y /= 2;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

Counted read(const format::Bytes& bytes, u32 precision) {
  format::ByteReader in({bytes.data(), bytes.size()});
  Counted counted;
  in.take(8, "head");
  counted.rows = in.read<u64>("rows");
  counted.skipped = in.read<u64>("skipped");
  counted.form = in.read<u8>("form");
  if (counted.form == 0) {
    counted.estimate = in.read<u32>("count");
    return counted;
  }
  const u64 m = u64{1} << precision;
  const u32 q = 64 - precision;
  std::vector<f64> count(q + 2, 0);
  const u8* registers = in.take(m, "registers");
  for (u64 r = 0; r < m; ++r) ++count[registers[r]];
  const f64 all = static_cast<f64>(m);
  f64 z = all * tau(1 - count[q + 1] / all);
  for (u32 k = q; k >= 1; --k) z = (z + count[k]) / 2;
  z += count[0] == all ? INFINITY : all * sigma(count[0] / all);
  counted.estimate = all * all / (2 * std::log(2.0) * z);
  return counted;
}

Table numbers(u64 rows, u64 different) {
  std::vector<i64> values(rows);
  for (u64 row = 0; row < rows; ++row) values[row] = static_cast<i64>(row * 7919 % different);
  return {{column_of(Type::I64, values)}};
}

std::vector<u64> hashes_of(Table table) {
  FoldRows rows;
  rows.count = static_cast<u32>(table.rows());
  rows.all = true;
  std::vector<Vector> vectors(table.columns.size());
  for (std::size_t c = 0; c < vectors.size(); ++c) {
    vectors[c].type = table.columns[c].type;
    vectors[c].data = table.columns[c].bytes.data();
    vectors[c].dictionary = table.columns[c].dictionary.get();
  }
  std::vector<u64> hashes(rows.count);
  FoldValueHash hash(static_cast<u32>(vectors.size()));
  hash(vectors.data(), rows, hashes.data());
  return hashes;
}

}  // namespace

TEST(few_values_are_counted_exactly) {
  for (u64 different : {1, 2, 17, 1000, 1024}) {
    const Counted counted = read(same_under_settings(sketch(14), numbers(30000, different)), 14);
    CHECK_EQ(counted.form, u8{0});
    CHECK_EQ(counted.estimate, static_cast<f64>(different));
    CHECK_EQ(counted.rows, 30000u);
  }
  CHECK_EQ(read(saved(*new_state(sketch(14), numbers(1, 1))), 14).estimate, 0.0);
}

TEST(many_values_are_estimated_within_the_error) {
  for (u64 different : {1025, 3000, 20000, 50000, 200000, 1000000, 10000000}) {
    const Counted counted = read(saved(*folded(sketch(14), numbers(different, different), {})), 14);
    CHECK_EQ(counted.form, u8{1});
    CHECK(std::abs(counted.estimate / static_cast<f64>(different) - 1) < 3 * 1.04 / 128);
  }
  const Counted rough = read(saved(*folded(sketch(6), numbers(100000, 100000), {})), 6);
  CHECK(std::abs(rough.estimate / 100000 - 1) < 3 * 1.04 / 8);
}

TEST(estimates_are_right_on_average) {
  f64 sum = 0, squares = 0;
  constexpr u32 kRounds = 200;
  for (u32 round = 0; round < kRounds; ++round) {
    std::vector<i64> values(3000);
    for (u32 i = 0; i < 3000; ++i) values[i] = i64{round} * 1000000 + i;
    const Counted counted = read(saved(*folded(sketch(9), {{column_of(Type::I64, values)}}, {})), 9);
    const f64 off = counted.estimate / 3000 - 1;
    sum += off;
    squares += off * off;
  }
  CHECK(std::abs(sum / kRounds) < 0.015);
  CHECK(std::sqrt(squares / kRounds) < 1.25 * 1.04 / std::sqrt(512.0));
}

TEST(the_same_under_every_setting) {
  Table table = numbers(200000, 60000);
  for (u64 row = 0; row < table.rows(); row += 5) table.columns[0].null[row] = true;
  const Counted counted = read(same_under_settings(sketch(12), table), 12);
  CHECK_EQ(counted.skipped, 40000u);
  same_under_settings(sketch(14), table, [](u64 row) { return row % 1000 == 3; });
  table.columns.push_back(numbers(200000, 13).columns[0]);
  same_under_settings(sketch(10, 2), table, [](u64 row) { return row % 3 == 0; });
}

TEST(equal_values_hash_equally_whatever_holds_them) {
  const std::vector<std::string> words{
      "", "a", "twelve bytes", "thirteen byte", "thirteen bytf", std::string(100, 'z')};
  const std::vector<u64> plain = hashes_of({{text_column(words)}});
  CHECK(plain == hashes_of({{coded_column({0, 1, 2, 3, 4, 5}, words)}}));
  CHECK(hashes_of({{column_of(Type::I64, std::vector<i64>{-3, 5})}}) ==
        hashes_of({{column_of(Type::I8, std::vector<i8>{-3, 5})}}));
  CHECK(hashes_of({{column_of(Type::F64, std::vector<f64>{1.5, NAN})}}) ==
        hashes_of({{column_of(Type::F32, std::vector<f32>{1.5f, -NAN})}}));
  const std::vector<u64> zeros = hashes_of({{column_of(Type::F64, std::vector<f64>{0.0, -0.0})}});
  CHECK_EQ(zeros[0], zeros[1]);
  const std::vector<u64> rows = hashes_of({{text_column({"a", "b"}), text_column({"b", "a"})}});
  CHECK(rows[0] != rows[1]);
}

// States on disk were made with these.
TEST(hashes_are_the_same_for_ever) {
  const std::vector<u64> texts = hashes_of({{text_column({"", "spillway", "text beyond the view"})}});
  CHECK_EQ(texts[0], 17262076593559034408u);
  CHECK_EQ(texts[1], 1192940173907325430u);
  CHECK_EQ(texts[2], 5116423970605377856u);
  const std::vector<u64> whole = hashes_of({{column_of(Type::I64, std::vector<i64>{42})}});
  const std::vector<u64> real = hashes_of({{column_of(Type::F64, std::vector<f64>{0.1})}});
  const std::vector<u64> row = hashes_of({{column_of(Type::I64, std::vector<i64>{42}), text_column({"spillway"})}});
  CHECK_EQ(whole[0], 10750433501208010379u);
  CHECK_EQ(real[0], 3162947569893222387u);
  CHECK_EQ(row[0], 9316537380536094041u);
}

TEST(damaged_states_are_refused) {
  for (u64 different : {500, 5000}) {
    const Table table = numbers(10000, different);
    survives_hostile_bytes(sketch(12), table, saved(*folded(sketch(12), table, {})));
  }
  const Table table = numbers(10000, 500);
  CHECK_THROWS(loaded(sketch(11), table, saved(*folded(sketch(12), table, {}))), Error,
               CHECK(error.code() == ErrorCode::Format));
}
