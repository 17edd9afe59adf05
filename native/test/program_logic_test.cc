// Three-valued logic, null tests and choices.
#include "check.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

constexpr Type kTypes[] = {Type::Bool, Type::I8, Type::U16, Type::I32, Type::F64, Type::Utf8, Type::Timestamp};

}  // namespace

TEST(and_or_not_follow_kleene) {
  check_operation("and", Type::Bool, {Type::Bool, Type::Bool}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
    if ((!c[0].null && c[0].integer == 0) || (!c[1].null && c[1].integer == 0)) return int_cell(0);
    return c[0].null || c[1].null ? null_cell() : int_cell(1);
  });
  check_operation("or", Type::Bool, {Type::Bool, Type::Bool}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
    if ((!c[0].null && c[0].integer == 1) || (!c[1].null && c[1].integer == 1)) return int_cell(1);
    return c[0].null || c[1].null ? null_cell() : int_cell(0);
  });
  check_operation("not", Type::Bool, {Type::Bool}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
    return c[0].null ? null_cell() : int_cell(1 - c[0].integer);
  });
}

TEST(null_tests_are_never_null) {
  for (const Type type : kTypes) {
    check_operation("isNull", Type::Bool, {type},
                    [](const std::vector<Cell>& c) -> std::optional<Cell> { return int_cell(c[0].null); });
    check_operation("isNotNull", Type::Bool, {type},
                    [](const std::vector<Cell>& c) -> std::optional<Cell> { return int_cell(!c[0].null); });
  }
}

TEST(choices) {
  for (const Type type : kTypes) {
    check_operation("ifElse", type, {Type::Bool, type, type}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
      return !c[0].null && c[0].integer == 1 ? c[1] : c[2];
    });
    for (const std::size_t count : {1u, 2u, 4u}) {
      check_operation("coalesce", type, std::vector<Type>(count, type),
                      [](const std::vector<Cell>& c) -> std::optional<Cell> {
                        for (const Cell& cell : c) {
                          if (!cell.null) return cell;
                        }
                        return null_cell();
                      });
    }
    check_operation("nullIf", type, {type, type}, [type](const std::vector<Cell>& c) -> std::optional<Cell> {
      if (c[0].null || c[1].null) return c[0];
      const bool equal = type == Type::Utf8 ? c[0].text == c[1].text
                         : is_float(type) ? c[0].real == c[1].real || (c[0].real != c[0].real && c[1].real != c[1].real)
                                          : c[0].integer == c[1].integer;
      return equal ? null_cell() : c[0];
    });
  }
}
