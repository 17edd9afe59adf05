// sums, moments and histogram against sums in 128-bit floats and plain counting, for any split.
#include <cmath>

#include "test/check.h"
#include "test/fold_harness.h"

namespace spillway {
namespace {

__extension__ typedef __float128 quad;

template <class T>
T read_at(const format::Bytes& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

quad read_sum(const format::Bytes& bytes, std::size_t at) {
  return static_cast<quad>(read_at<f64>(bytes, at)) + read_at<f64>(bytes, at + 8);
}

bool close(quad got, quad expected, quad magnitude) {
  const quad difference = got - expected;
  return (difference < 0 ? -difference : difference) <= magnitude * 0x1p-90;
}

template <class T>
std::vector<T> random_values(std::size_t rows, u32 seed) {
  std::mt19937_64 random(seed);
  std::vector<T> values(rows);
  for (T& value : values) value = static_cast<T>(random());
  return values;
}

template <class T>
void check_whole_sum(Type type) {
  auto values = random_values<T>(7001, 5);
  if (type == Type::Bool) {
    for (T& value : values) value = static_cast<T>(static_cast<u64>(value) & 1);
  }
  std::vector<FoldColumn> columns = {FoldColumn::of<T>(type, values)};
  columns[0].present.assign(values.size(), 1);
  i128 expected = 0;
  u64 skipped = 0;
  for (std::size_t r = 0; r < values.size(); ++r) {
    columns[0].present[r] = r % 13 != 4;
    expected += r % 13 != 4 ? static_cast<i128>(values[r]) : 0;
    skipped += r % 13 == 4 ? 1 : 0;
  }
  const format::Bytes bytes = fold_whole("sums", columns, {});
  CHECK_EQ(read_at<u32>(bytes, 4), 0u);
  CHECK_EQ(read_at<u64>(bytes, 16), skipped);
  CHECK(read_at<i128>(bytes, 24) == expected);
  for (u32 seed = 0; seed < 6; ++seed) CHECK(fold_split("sums", columns, {}, seed) == bytes);
}

TEST(sums_of_integers_are_exact) {
  check_whole_sum<u8>(Type::Bool);
  check_whole_sum<i8>(Type::I8);
  check_whole_sum<i16>(Type::I16);
  check_whole_sum<i32>(Type::I32);
  check_whole_sum<i64>(Type::I64);
  check_whole_sum<u8>(Type::U8);
  check_whole_sum<u16>(Type::U16);
  check_whole_sum<u32>(Type::U32);
  check_whole_sum<u64>(Type::U64);
}

TEST(sums_of_floats_keep_106_bits) {
  std::mt19937_64 random(3);
  std::vector<f64> values(9001);
  for (std::size_t r = 0; r < values.size(); ++r) {
    values[r] = std::ldexp(static_cast<f64>(static_cast<i64>(random())), static_cast<int>(random() % 80) - 40);
    if (r % 2 == 1) values[r] = -values[r - 1] + 1;
  }
  quad expected = 0, magnitude = 0;
  for (f64 value : values) {
    expected += value;
    magnitude += std::fabs(value);
  }
  const std::vector<FoldColumn> columns = {FoldColumn::of(values)};
  CHECK(close(read_sum(fold_whole("sums", columns, {}), 24), expected, magnitude));
  for (u32 seed = 0; seed < 8; ++seed) {
    CHECK(close(read_sum(fold_split("sums", columns, {}, seed), 24), expected, magnitude));
  }
}

TEST(sums_that_are_not_finite_act_as_plain_ones) {
  const auto sum_of = [](std::vector<f64> values) {
    return read_at<f64>(fold_whole("sums", {FoldColumn::of(values)}, {}), 24);
  };
  CHECK(sum_of({1, HUGE_VAL, 2}) == HUGE_VAL);
  CHECK(sum_of({1, -HUGE_VAL, 2}) == -HUGE_VAL);
  CHECK(std::isnan(sum_of({HUGE_VAL, -HUGE_VAL, 2})));
  CHECK(std::isnan(sum_of({1, NAN})));
  CHECK(sum_of({}) == 0);
}

// Sums of powers about the origin that the state names.
void check_moments(const format::Bytes& bytes, const std::vector<f64>& values) {
  const quad origin = read_at<f64>(bytes, 44);
  CHECK_EQ(read_at<u64>(bytes, 4), values.size());
  CHECK_EQ(read_at<f64>(bytes, 52), *std::min_element(values.begin(), values.end()));
  CHECK_EQ(read_at<f64>(bytes, 60), *std::max_element(values.begin(), values.end()));
  for (u32 power = 1; power <= 4; ++power) {
    quad expected = 0, magnitude = 0;
    for (f64 value : values) {
      const quad d = static_cast<quad>(value) - origin;
      quad term = d;
      for (u32 p = 1; p < power; ++p) term *= d;
      expected += term;
      magnitude += term < 0 ? -term : term;
    }
    CHECK(close(read_sum(bytes, 68 + 16 * (power - 1)), expected, magnitude));
  }
}

TEST(moments_are_sums_of_powers_whatever_the_split) {
  std::mt19937_64 random(8);
  std::normal_distribution<f64> normal;
  for (f64 mean : {0.0, 1e9, -3.5}) {
    std::vector<f64> values(6007);
    for (f64& value : values) value = mean + normal(random);
    const std::vector<FoldColumn> columns = {FoldColumn::of(values)};
    check_moments(fold_whole("moments", columns, {}), values);
    for (u32 seed = 0; seed < 6; ++seed) check_moments(fold_split("moments", columns, {}, seed), values);
  }
}

TEST(moments_of_one_value_again_and_again_are_exactly_none) {
  const std::vector<FoldColumn> columns = {FoldColumn::of(std::vector<f64>(5000, 0.1))};
  for (u32 seed = 0; seed < 4; ++seed) {
    const format::Bytes bytes = fold_split("moments", columns, {}, seed);
    CHECK_EQ(read_at<f64>(bytes, 44), 0.1);
    for (u32 power = 0; power < 4; ++power) CHECK(read_sum(bytes, 68 + 16 * power) == 0);
  }
}

TEST(moments_count_what_is_not_finite) {
  const std::vector<f64> values = {1, NAN, HUGE_VAL, 3, -HUGE_VAL, -HUGE_VAL, 5e300};
  std::vector<FoldColumn> columns = {FoldColumn::of(values)};
  columns[0].present = {1, 1, 1, 0, 1, 1, 1};
  for (u32 seed = 0; seed < 4; ++seed) {
    const format::Bytes bytes = fold_split("moments", columns, {}, seed);
    const u64 expected[] = {6, 1, 1, 1, 2};
    for (u32 i = 0; i < 5; ++i) CHECK_EQ(read_at<u64>(bytes, 4 + 8 * i), expected[i]);
    CHECK_EQ(read_at<f64>(bytes, 52), 1.0);
    CHECK_EQ(read_at<f64>(bytes, 60), 5e300);
  }
}

TEST(histograms_count_every_value_once) {
  std::mt19937_64 random(4);
  std::vector<f64> values(5003);
  for (f64& value : values) value = static_cast<f64>(random() % 4000) / 16 - 20;
  values[7] = NAN;
  values[8] = HUGE_VAL;
  values[9] = -HUGE_VAL;
  std::vector<f64> even, uneven = {-3, 0, 0.5, 7.25, 100, 101};
  for (u32 b = 0; b <= 37; ++b) even.push_back(-10 + 5.5 * b);
  for (const std::vector<f64>& breaks : {even, uneven, std::vector<f64>{1, 2}, std::vector<f64>{0, 1, 1e18}}) {
    std::vector<u64> expected(breaks.size() + 2);  // NaN, below, above, bins
    for (f64 value : values) {
      std::size_t place = 0;
      if (value < breaks.front()) place = 1;
      if (value > breaks.back()) place = 2;
      for (std::size_t b = 0; b + 1 < breaks.size(); ++b) {
        const bool last = b + 2 == breaks.size();
        if (value >= breaks[b] && (last ? value <= breaks[b + 1] : value < breaks[b + 1])) place = 3 + b;
      }
      ++expected[place];
    }
    const std::vector<FoldColumn> columns = {FoldColumn::of(values)};
    const format::Bytes bytes = fold_whole("histogram", columns, breaks);
    const std::size_t first = 16 + 8 * breaks.size();
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK_EQ(read_at<u64>(bytes, first + 8 * i), expected[i]);
    for (u32 seed = 0; seed < 4; ++seed) CHECK(fold_split("histogram", columns, breaks, seed) == bytes);
  }
}

TEST(damaged_states_are_refused) {
  const std::vector<FoldColumn> reals = {FoldColumn::of(std::vector<f64>{1, 2.5, -7, 1e10})};
  const std::vector<FoldColumn> whole = {FoldColumn::of<i64>(Type::I64, {1, -2, 3})};
  CHECK(withstands_damage("sums", reals, {}, fold_whole("sums", reals, {})));
  CHECK(withstands_damage("sums", whole, {}, fold_whole("sums", whole, {})));
  CHECK(withstands_damage("moments", reals, {}, fold_whole("moments", reals, {})));
  CHECK(withstands_damage("histogram", reals, {0, 1, 3}, fold_whole("histogram", reals, {0, 1, 3})));
  CHECK(load_bytes("sums", whole, {}, fold_whole("sums", reals, {})) == Loaded::Refused);
}

}  // namespace
}  // namespace spillway
