// The fold irls: any split of the rows, nulls, types, what the first pass counts, damaged states.
#include <cmath>
#include <limits>

#include "test/check.h"
#include "test/fold_harness.h"
#include "test/irls_models.h"

namespace spillway {
namespace {

struct Table {
  std::vector<FoldColumn> columns;
  std::vector<f64> start, later;
};

Table table_of(const IrlsModel& model, std::size_t rows, bool weighted, bool with_offset) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<f64> unit(0, 1);
  std::vector<f64> y(rows), a(rows), weight(rows), offset(rows);
  std::vector<i16> b(rows);
  std::vector<u8> c(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    y[r] = response_of(model, static_cast<u32>(random() % 60));
    if (model.family == IrlsFamily::Gaussian) y[r] = std::fabs(y[r]);
    a[r] = unit(random) * 2 - 1;
    b[r] = static_cast<i16>(random() % 9);
    c[r] = random() % 2;
    weight[r] = static_cast<f64>(random() % 4);
    offset[r] = unit(random) * 0.1;
  }
  const f64 family = static_cast<f64>(model.family), link = static_cast<f64>(model.link);
  const f64 w = weighted ? 1 : 0, o = with_offset ? 1 : 0;
  Table table;
  table.columns = {FoldColumn::of(y), FoldColumn::of(a), FoldColumn::of(Type::I16, b), FoldColumn::of(Type::Bool, c)};
  if (weighted) table.columns.push_back(FoldColumn::of(weight));
  if (with_offset) table.columns.push_back(FoldColumn::of(offset));
  const f64 middle = (model.low + model.high) / 2;
  table.start = {family, link, 1, 1, w, o};
  table.later = {family, link, 0, 1, w, o, middle, 0.01 * middle, 0.001 * middle, 0.02 * middle};
  return table;
}

f64 real_at(const format::Bytes& bytes, std::size_t at) {
  f64 value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

constexpr std::size_t kCounts = 8, kReals = 32;  // where counts and sums begin in a state

// Sums within a few units in the last place of each other; counts the same.
bool same_state(const format::Bytes& a, const format::Bytes& b, f64 tolerance) {
  if (a.size() != b.size() || std::memcmp(a.data() + kCounts, b.data() + kCounts, 16) != 0) return false;
  const std::size_t counts = kReals + 8 + 48, sums = counts + 32;
  if (std::memcmp(a.data() + counts, b.data() + counts, 32) != 0) return false;
  f64 largest = 1;
  for (std::size_t at = sums; at + 16 <= a.size(); at += 16) largest = std::fmax(largest, std::fabs(real_at(a, at)));
  for (std::size_t at = sums; at + 16 <= a.size(); at += 16) {
    if (!(std::fabs(real_at(a, at) - real_at(b, at)) <= tolerance * largest)) return false;
  }
  for (std::size_t at = kReals + 8; at < counts; at += 16) {
    if (!(std::fabs(real_at(a, at) - real_at(b, at)) <= 1e-12 * (1 + std::fabs(real_at(a, at))))) return false;
  }
  return true;
}

TEST(any_split_gives_the_same_sums) {
  for (const IrlsModel& model : kIrlsModels) {
    for (u32 shape = 0; shape < 4; ++shape) {
      const Table table = table_of(model, 5003, shape % 2 == 1, shape >= 2);
      for (const auto& parameters : {table.start, table.later}) {
        const format::Bytes whole = fold_whole("irls", table.columns, parameters);
        for (u32 seed = 1; seed <= 3; ++seed) {
          CHECK(same_state(whole, fold_split("irls", table.columns, parameters, seed), 1e-14));
        }
      }
    }
  }
}

TEST(nulls_and_selections_leave_rows_out) {
  const IrlsModel logit{IrlsFamily::Binomial, IrlsLink::Logit, -1, 1};
  Table table = table_of(logit, 3000, true, true);
  std::vector<u8> kept(3000, 1);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    table.columns[c].present.assign(3000, 1);
    for (std::size_t r = c * 17; r < 3000; r += 101) table.columns[c].present[r] = kept[r] = 0;
  }
  const format::Bytes with_nulls = fold_whole("irls", table.columns, table.later);
  u64 rows, skipped;
  std::memcpy(&rows, with_nulls.data() + 8, 8);
  std::memcpy(&skipped, with_nulls.data() + 16, 8);
  const u64 expected = static_cast<u64>(std::count(kept.begin(), kept.end(), 1));
  CHECK_EQ(rows, expected);
  CHECK_EQ(skipped, 3000 - expected);
  for (FoldColumn& column : table.columns) column.present.clear();
  const format::Bytes selected = fold_whole("irls", table.columns, table.later, &kept);
  CHECK(std::memcmp(with_nulls.data() + 24, selected.data() + 24, selected.size() - 24) == 0);
}

TEST(the_first_pass_counts_what_no_model_takes) {
  const f64 nan = std::nan(""), inf = std::numeric_limits<f64>::infinity();
  const std::vector<FoldColumn> columns = {FoldColumn::of({1, -1, 2, nan, 4, -0.5}),
                                           FoldColumn::of({1, 2, inf, 4, 5, 6}), FoldColumn::of({1, 1, 1, 1, -1, 1})};
  const format::Bytes bytes = fold_whole("irls", columns, {2, 1, 1, 1, 1, 0});
  u64 counts[4];  // positive, outside, not finite, negative
  std::memcpy(counts, bytes.data() + kReals + 8 + 48, sizeof counts);
  CHECK_EQ(counts[2], 2u);
  CHECK_EQ(counts[3], 1u);
  const format::Bytes clean =
      fold_whole("irls", {FoldColumn::of({1, -1, 2, 0, 4, -0.5}), columns[2]}, {2, 1, 1, 1, 0, 0});
  std::memcpy(counts, clean.data() + kReals + 8 + 48, sizeof counts);
  CHECK_EQ(counts[1], 2u);
}

TEST(states_withstand_damage) {
  const Table table = table_of(kIrlsModels[3], 100, true, true);
  CHECK(withstands_damage("irls", table.columns, table.start, fold_whole("irls", table.columns, table.start)));
}

}  // namespace
}  // namespace spillway
