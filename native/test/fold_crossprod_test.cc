// crossprod against sums in 128-bit floats: any split, every instruction set, nulls, weights, values that are not
// finite.
#include <cmath>

#include "kernels/crossprod.h"
#include "test/check.h"
#include "test/fold_harness.h"

namespace spillway {
namespace {

__extension__ typedef __float128 quad;

using Columns = std::vector<std::vector<f64>>;

enum class Shape { Uniform, Centred, WideRange, Whole, Cancelling, HeavyTail, Sparse, Tiny };
constexpr Shape kShapes[] = {Shape::Uniform,    Shape::Centred,   Shape::WideRange, Shape::Whole,
                             Shape::Cancelling, Shape::HeavyTail, Shape::Sparse,    Shape::Tiny};

std::vector<f64> make_column(Shape shape, std::size_t rows, u32 seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<f64> unit(-1, 1);
  std::vector<f64> values(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    switch (shape) {
      case Shape::Uniform: values[r] = unit(random) + 2; break;
      case Shape::Centred: values[r] = unit(random) * 1e3; break;
      case Shape::WideRange: values[r] = std::ldexp(unit(random), static_cast<int>(random() % 600) - 300); break;
      case Shape::Whole: values[r] = static_cast<f64>(static_cast<i64>(random() % 2001) - 1000); break;
      case Shape::HeavyTail: values[r] = std::exp(3 * (unit(random) + unit(random))); break;
      case Shape::Sparse: values[r] = random() % 50 == 0 ? 1 : 0; break;
      case Shape::Tiny: values[r] = unit(random) * 1e-120; break;
      case Shape::Cancelling: values[r] = r % 2 == 0 ? 1e15 + unit(random) : -values[r - 1]; break;
    }
  }
  return values;
}

struct Sum {
  quad value = 0;
  quad magnitude = 0;
  void add(f64 x, f64 y) {
    const quad product = static_cast<quad>(x) * y;
    value += product;
    magnitude += product < 0 ? -product : product;
  }
  // The bound that the engine promises; quads themselves are good to 2^-112 of the sum of magnitudes times the rows.
  bool is(f64 high, f64 low) const {
    const quad difference = static_cast<quad>(high) + low - value;
    return (difference < 0 ? -difference : difference) <= magnitude * 0x1p-90;
  }
};

f64 read_real(const format::Bytes& bytes, std::size_t at) {
  f64 value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::vector<FoldColumn> fold_columns(const Columns& columns) {
  std::vector<FoldColumn> made;
  for (const auto& column : columns) made.push_back(FoldColumn::of(column));
  return made;
}

void check_gram(const format::Bytes& bytes, const Columns& columns, std::size_t rows) {
  std::size_t at = 24;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = i; j < columns.size(); ++j, at += 16) {
      Sum sum;
      for (std::size_t r = 0; r < rows; ++r) sum.add(columns[i][r], columns[j][r]);
      CHECK(sum.is(read_real(bytes, at), read_real(bytes, at + 8)));
    }
  }
}

TEST(is_right_for_any_values_and_any_split) {
  const std::size_t rows = 5003;
  for (Shape shape : kShapes) {
    Columns columns;
    for (u32 c = 0; c < 6; ++c) columns.push_back(make_column(c == 5 ? Shape::Uniform : shape, rows, c));
    const auto arguments = fold_columns(columns);
    Columns with_ones = columns;
    with_ones.insert(with_ones.begin(), std::vector<f64>(rows, 1.0));
    check_gram(fold_whole("crossprod", arguments, {0, 0}), columns, rows);
    check_gram(fold_whole("crossprod", arguments, {1, 0}), with_ones, rows);
    for (u32 seed = 0; seed < 4; ++seed) {
      check_gram(fold_split("crossprod", arguments, {1, 0}, seed), with_ones, rows);
    }
  }
}

TEST(one_row_and_many_columns) {
  Columns columns;
  for (u32 c = 0; c < 70; ++c) columns.push_back(make_column(Shape::Uniform, 9, c));
  check_gram(fold_whole("crossprod", fold_columns(columns), {0, 0}), columns, 9);
  for (auto& column : columns) column.resize(1);
  check_gram(fold_whole("crossprod", fold_columns(columns), {0, 0}), columns, 1);
}

TEST(every_instruction_set_gives_the_same_bits) {
  for (Shape shape : kShapes) {
    const u32 rows = 1000, count = 7;
    Columns columns;
    std::vector<const f64*> at;
    for (u32 c = 0; c < count; ++c) columns.push_back(make_column(c == 3 ? Shape::Uniform : shape, rows, c + 9));
    for (u32 r = 0; r < rows; r += 3) columns[2][r] = r % 2 == 0 ? 0 : 1e-300;
    for (u32 r = 0; r < rows; ++r) columns[4][r] = std::ldexp(columns[4][r], static_cast<int>(r % 9) * -6);
    for (const auto& column : columns) at.push_back(column.data());
    for (u32 r = 0; r < rows; ++r) columns[5][r] = std::ldexp(1.0, static_cast<int>(r * 7 % 40));
    std::vector<LaneSums> expected;
    for (const Isa isa : supported_isas()) {
      std::vector<LaneSums> sums(count * (count + 1) / 2, LaneSums{});
      crossprod_kernels(isa).products(sums.data(), at.data(), count, rows);
      crossprod_kernels(isa).products(sums.data(), at.data(), count, 8);
      if (expected.empty()) expected = sums;
      CHECK(std::memcmp(sums.data(), expected.data(), sums.size() * sizeof(LaneSums)) == 0);
    }
  }
}

TEST(nulls_and_selections_leave_rows_out) {
  const std::size_t rows = 6000;
  Columns columns = {make_column(Shape::Uniform, rows, 1), make_column(Shape::Whole, rows, 2)};
  auto arguments = fold_columns(columns);
  std::vector<i32> whole(columns[1].begin(), columns[1].end());
  arguments[1] = FoldColumn::of(Type::I32, whole);
  std::vector<u8> selected(rows);
  Columns kept(2);
  u64 skipped = 0;
  for (FoldColumn& column : arguments) column.present.assign(rows, 1);
  for (std::size_t r = 0; r < rows; ++r) {
    arguments[0].present[r] = r % 5 != 0;
    arguments[1].present[r] = r % 7 != 0;
    selected[r] = r % 3 != 0;
    if (selected[r] == 0) continue;
    if (r % 5 == 0 || r % 7 == 0) {
      ++skipped;
      continue;
    }
    for (u32 c = 0; c < 2; ++c) kept[c].push_back(columns[c][r]);
  }
  const format::Bytes bytes = fold_whole("crossprod", arguments, {0, 0}, &selected);
  check_gram(bytes, kept, kept[0].size());
  u64 counts[2];
  std::memcpy(counts, bytes.data() + 8, sizeof counts);
  CHECK_EQ(counts[0], kept[0].size());
  CHECK_EQ(counts[1], skipped);
  CHECK(fold_split("crossprod", arguments, {0, 0}, 3, &selected).size() == bytes.size());
}

TEST(every_type_of_number_is_taken) {
  const std::vector<f64> values = {1, 0, 3, 7, 100};
  const std::vector<FoldColumn> columns = {FoldColumn::of<u8>(Type::Bool, {1, 0, 1, 1, 0}),
                                           FoldColumn::of<i8>(Type::I8, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<i16>(Type::I16, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<i32>(Type::I32, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<i64>(Type::I64, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<u8>(Type::U8, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<u16>(Type::U16, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<u32>(Type::U32, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<u64>(Type::U64, {1, 0, 3, 7, 100}),
                                           FoldColumn::of<f32>(Type::F32, {1, 0, 3, 7, 100}),
                                           FoldColumn::of(values)};
  Columns expected(11, values);
  expected[0] = {1, 0, 1, 1, 0};
  check_gram(fold_whole("crossprod", columns, {0, 0}), expected, 5);
}

TEST(values_that_are_not_finite_act_as_in_plain_sums) {
  const f64 infinity = HUGE_VAL;
  const Columns columns = {{1, infinity, 2, 1}, {1, 0, 1, 2}, {1e300, 2, 1e300, -infinity}};
  const format::Bytes bytes = fold_whole("crossprod", fold_columns(columns), {0, 0});
  const f64 expected[] = {infinity, NAN, NAN, 6, -infinity, infinity};
  for (u32 i = 0; i < 6; ++i) {
    const f64 got = read_real(bytes, 24 + 16 * i);
    CHECK(got == expected[i] || (std::isnan(got) && std::isnan(expected[i])));
  }
  CHECK(load_bytes("crossprod", fold_columns(columns), {0, 0}, bytes) == Loaded::Taken);
}

TEST(weights_below_zero_are_refused) {
  const auto columns = fold_columns({{1, 2}, {1, -1}});
  CHECK_THROWS(fold_whole("crossprod", columns, {0, 1}), Error, CHECK_EQ(error.code(), ErrorCode::Data));
}

TEST(damaged_states_are_refused) {
  Columns columns = {make_column(Shape::Uniform, 50, 1), make_column(Shape::Whole, 50, 2)};
  for (auto& value : columns[1]) value = std::fabs(value);
  const auto arguments = fold_columns(columns);
  for (f64 weighted : {0.0, 1.0}) {
    const format::Bytes bytes = fold_whole("crossprod", arguments, {1, weighted});
    CHECK(withstands_damage("crossprod", arguments, {1, weighted}, bytes));
  }
}

}  // namespace
}  // namespace spillway
