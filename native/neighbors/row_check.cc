// Whole stretches of values are looked at in one pass; a row is looked for only where one is bad.
#include "neighbors/row_check.h"

#include <cmath>
#include <cstring>

namespace spillway {
namespace {

// The product of a number and 0 is NaN only for infinities and NaN; eight sums side by side.
template <class T>
bool all_finite(const T* values, std::size_t count) {
  T lane[8] = {0};
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (u32 l = 0; l < 8; ++l) lane[l] += values[i + l] * T{0};
  }
  for (; i < count; ++i) lane[0] += values[i] * T{0};
  T sum = 0;
  for (T value : lane) sum += value;
  return sum == 0;
}

template <class T>
bool all_zero(const T* values, u32 count) {
  for (u32 j = 0; j < count; ++j) {
    if (values[j] != 0) return false;
  }
  return true;
}

template <class T>
u32 next_bad(const T* values, u32 columns, const MetricSpec& metric, u32 begin, u32 end) {
  constexpr u32 kRows = 64;
  const bool lengths = metric.kind == Metric::Cosine;
  for (u32 first = begin; first < end; first += kRows) {
    const u32 last = end - first < kRows ? end : first + kRows;
    const bool fine = all_finite(values + std::size_t{first} * columns, std::size_t{last - first} * columns);
    if (fine && !lengths) continue;
    for (u32 row = first; row < last; ++row) {
      const T* at = values + std::size_t{row} * columns;
      if ((!fine && !all_finite(at, columns)) || (lengths && all_zero(at, columns))) return row;
    }
  }
  return end;
}

}  // namespace

u32 next_bad_row(const ReferenceRows& rows, const MetricSpec& metric, u32 begin, u32 end) {
  return rows.floats != nullptr ? next_bad(rows.floats, rows.columns, metric, begin, end)
                                : next_bad(rows.doubles, rows.columns, metric, begin, end);
}

RowProblem what_is_wrong(const ReferenceRows& rows, const MetricSpec& metric, u32 place) {
  if (next_bad_row(rows, metric, place, place + 1) != place) return RowProblem::None;
  return next_bad_row(rows, MetricSpec{}, place, place + 1) == place ? RowProblem::NotFinite : RowProblem::ZeroLength;
}

Error bad_row(const char* which, u64 row, RowProblem problem) {
  const std::string number = std::to_string(row);
  const char* found = problem == RowProblem::NotFinite ? "has a value that is missing or not finite"
                      : problem == RowProblem::NoFloat ? "has a value that is too large for a float32"
                                                       : "has length zero, so the cosine metric has no direction to "
                                                         "compare";
  return Error(ErrorCode::Data,
               "row " + number + " of the " + which + " " + found + "; leave such rows out, or pass missing: 'skip'",
               {{"row", number}, {"of", which}});
}

}  // namespace spillway
