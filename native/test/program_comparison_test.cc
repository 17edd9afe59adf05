// Comparisons, null-safe equality, membership and ranges on every type.
#include <cmath>

#include "check.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

constexpr Type kTypes[] = {Type::Bool, Type::I8,  Type::I16, Type::I32, Type::I64,  Type::U8,   Type::U16,
                           Type::U32,  Type::U64, Type::F32, Type::F64, Type::Utf8, Type::Date, Type::Timestamp};

// −1, 0, 1 by the rules of api: NaN equals NaN and is greatest, text by bytes.
int order(Type type, const Cell& a, const Cell& b) {
  if (type == Type::Utf8) {
    const int c = a.text.compare(b.text);
    return (c > 0) - (c < 0);
  }
  if (!is_float(type)) return (a.integer > b.integer) - (a.integer < b.integer);
  if (std::isnan(a.real) || std::isnan(b.real)) return int{std::isnan(a.real)} - int{std::isnan(b.real)};
  return (a.real > b.real) - (a.real < b.real);
}

void check_comparison(const char* name, const std::function<bool(int)>& holds) {
  for (const Type type : kTypes) {
    check_operation(name, Type::Bool, {type, type}, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      if (c[0].null || c[1].null) return null_cell();
      return int_cell(holds(order(type, c[0], c[1])));
    });
  }
}

}  // namespace

TEST(comparisons_of_every_type) {
  check_comparison("eq", [](int o) { return o == 0; });
  check_comparison("ne", [](int o) { return o != 0; });
  check_comparison("lt", [](int o) { return o < 0; });
  check_comparison("le", [](int o) { return o <= 0; });
  check_comparison("gt", [](int o) { return o > 0; });
  check_comparison("ge", [](int o) { return o >= 0; });
}

TEST(null_safe_equality_is_never_null) {
  for (const Type type : kTypes) {
    check_operation("eqNull", Type::Bool, {type, type}, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      if (c[0].null || c[1].null) return int_cell(c[0].null && c[1].null);
      return int_cell(order(type, c[0], c[1]) == 0);
    });
  }
}

TEST(in_is_null_where_a_null_could_have_been_equal) {
  for (const Type type : kTypes) {
    check_operation("in", Type::Bool, {type, type, type, type}, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      bool unknown = false;
      for (std::size_t i = 1; i < c.size(); ++i) {
        if (c[0].null || c[i].null) {
          unknown = true;
        } else if (order(type, c[0], c[i]) == 0) {
          return int_cell(1);
        }
      }
      return unknown ? null_cell() : int_cell(0);
    });
  }
}

TEST(in_many_constants) {
  std::mt19937_64 random(9);
  for (const Type type : kTypes) {
    for (const bool with_null : {false, true}) {
      std::vector<TestColumn> operands{column(type, random_cells(type, 1500, 0.1, random))};
      for (u32 i = 0; i < 60; ++i) {
        TestColumn candidate = column(type, {with_null && i == 30 ? null_cell() : random_cell(type, random)});
        candidate.constant = true;
        operands.push_back(candidate);
      }
      const Answer answer = run_operation("in", Type::Bool, operands, 1500, {}, true);
      for (u32 r = 0; r < 1500; ++r) {
        const Cell& value = operands[0].cells[r];
        bool found = false;
        for (std::size_t i = 1; i < operands.size() && !value.null; ++i) {
          found |= !operands[i].cells[0].null && order(type, value, operands[i].cells[0]) == 0;
        }
        const Cell expected = found ? int_cell(1) : value.null || with_null ? null_cell() : int_cell(0);
        if (!same_cell(Type::Bool, answer.columns[0][r], expected)) {
          CHECK_EQ(show_cell(type, value) + " in: " + show_cell(Type::Bool, answer.columns[0][r]),
                   show_cell(Type::Bool, expected));
          break;
        }
      }
    }
  }
}

TEST(between_is_false_as_soon_as_one_bound_says_so) {
  for (const Type type : kTypes) {
    check_operation("between", Type::Bool, {type, type, type}, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      const bool low_null = c[0].null || c[1].null, high_null = c[0].null || c[2].null;
      const bool low = !low_null && order(type, c[0], c[1]) >= 0, high = !high_null && order(type, c[0], c[2]) <= 0;
      if ((!low_null && !low) || (!high_null && !high)) return int_cell(0);
      return low_null || high_null ? null_cell() : int_cell(1);
    });
  }
}

TEST(extremes_leave_nulls_out_and_nan_is_greatest) {
  for (const Type type : kTypes) {
    for (const bool least : {true, false}) {
      for (const std::size_t count : {2u, 3u}) {
        check_operation(least ? "least" : "greatest", type, std::vector<Type>(count, type),
                        [&](const std::vector<Cell>& c) -> std::optional<Cell> {
                          Cell best = null_cell();
                          for (const Cell& cell : c) {
                            if (cell.null) continue;
                            const int o = best.null ? 1 : order(type, best, cell);
                            if (best.null || (least ? o > 0 : o < 0)) best = cell;
                          }
                          return best;
                        });
      }
    }
  }
}
