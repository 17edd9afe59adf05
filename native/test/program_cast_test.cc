// Casts between every two types: exact or an error.
#include <cmath>
#include <limits>

#include "check.h"
#include "engine/date_text.h"
#include "engine/number_text.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

constexpr Type kNumbers[] = {Type::I8,  Type::I16, Type::I32, Type::I64, Type::U8,
                             Type::U16, Type::U32, Type::U64, Type::F32, Type::F64};

std::optional<Cell> fit(Type type, i128 value) {
  const u32 bits = width_of(type) * 8;
  const bool is_signed = is_signed_integer(type);
  const i128 low = is_signed ? -(i128{1} << (bits - 1)) : 0, high = (i128{1} << (is_signed ? bits - 1 : bits)) - 1;
  if (value < low || value > high) return std::nullopt;
  return int_cell(value);
}

f64 narrowed(Type type, f64 value) { return type == Type::F32 ? f64{static_cast<f32>(value)} : value; }

// long double holds every 64-bit integer.
std::optional<Cell> convert(Type from, Type to, const Cell& cell, bool rounding) {
  if (is_integer(from) && is_integer(to)) return fit(to, cell.integer);
  if (is_integer(from)) {
    const f64 value = to == Type::F32 ? f64{static_cast<f32>(static_cast<long double>(cell.integer))}
                                      : static_cast<f64>(static_cast<long double>(cell.integer));
    if (!rounding && static_cast<long double>(value) != static_cast<long double>(cell.integer)) return std::nullopt;
    return real_cell(value);
  }
  if (is_integer(to)) {
    if (!(std::fabs(cell.real) < 1e30) || cell.real != std::trunc(cell.real)) return std::nullopt;
    return fit(to, static_cast<i128>(cell.real));
  }
  const f64 value = narrowed(to, cell.real);
  if (std::isfinite(cell.real) && !std::isfinite(value)) return std::nullopt;
  return real_cell(value);
}

Answer cast_text(Type to, const std::string& text, std::vector<i64> parameters = {}) {
  return run_operation("cast", to, {column(Type::Utf8, {text_cell(text)})}, 1, std::move(parameters));
}

}  // namespace

TEST(numbers_to_numbers) {
  for (const Type from : kNumbers) {
    for (const Type to : kNumbers) {
      for (const bool rounding : {false, true}) {
        check_operation(
            "cast", to, {from},
            [&](const std::vector<Cell>& c) -> std::optional<Cell> {
              return c[0].null ? null_cell() : convert(from, to, c[0], rounding);
            },
            rounding ? std::vector<i64>{-1} : std::vector<i64>{});
      }
    }
  }
}

TEST(bool_to_numbers_and_back) {
  for (const Type type : kNumbers) {
    check_operation("cast", type, {Type::Bool}, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      if (c[0].null) return null_cell();
      return is_float(type) ? real_cell(static_cast<f64>(c[0].integer)) : c[0];
    });
    check_operation("cast", Type::Bool, {type}, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      if (c[0].null) return null_cell();
      return int_cell(is_float(type) ? c[0].real != 0 : c[0].integer != 0);
    });
  }
}

TEST(dates_and_timestamps) {
  const i64 per_second[] = {1, 1000, 1000000, 1000000000};
  for (i64 from = 0; from < 4; ++from) {
    for (i64 to = 0; to < 4; ++to) {
      check_operation("cast", Type::Timestamp, {Type::Timestamp},
                      [&](const std::vector<Cell>& c) -> std::optional<Cell> {
                        if (c[0].null) return null_cell();
                        const i128 scaled = c[0].integer * per_second[to];
                        if (scaled % per_second[from] != 0) return std::nullopt;
                        return fit(Type::I64, scaled / per_second[from]);
                      },
                      {from, to});
    }
    check_operation("cast", Type::Date, {Type::Timestamp},
                    [&](const std::vector<Cell>& c) -> std::optional<Cell> {
                      if (c[0].null) return null_cell();
                      const i128 day = i128{86400} * per_second[from];
                      return fit(Type::I32, c[0].integer / day - (c[0].integer % day < 0));
                    },
                    {from, -1});
    check_operation("cast", Type::Timestamp, {Type::Date},
                    [&](const std::vector<Cell>& c) -> std::optional<Cell> {
                      if (c[0].null) return null_cell();
                      return fit(Type::I64, c[0].integer * 86400 * per_second[from]);
                    },
                    {-1, from});
  }
}

TEST(everything_prints) {
  for (const Type type : kNumbers) {
    check_operation("cast", Type::Utf8, {type}, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
      if (c[0].null) return null_cell();
      char out[kMaxNumberText];
      u32 size;
      if (type == Type::F32) {
        size = print_f32(static_cast<f32>(c[0].real), out);
      } else if (type == Type::F64) {
        size = print_f64(c[0].real, out);
      } else {
        size = is_signed_integer(type) ? print_i64(static_cast<i64>(c[0].integer), out)
                                       : print_u64(static_cast<u64>(c[0].integer), out);
      }
      return text_cell({out, size});
    });
  }
  check_operation("cast", Type::Utf8, {Type::Bool}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
    return c[0].null ? null_cell() : text_cell(c[0].integer != 0 ? "true" : "false");
  });
  check_operation("cast", Type::Utf8, {Type::Date}, [](const std::vector<Cell>& c) -> std::optional<Cell> {
    char out[kMaxDateText];
    return c[0].null ? null_cell() : text_cell({out, print_date(static_cast<i32>(c[0].integer), out)});
  });
  check_operation(
      "cast", Type::Utf8, {Type::Timestamp},
      [](const std::vector<Cell>& c) -> std::optional<Cell> {
        char out[kMaxDateText];
        return c[0].null ? null_cell() : text_cell({out, print_timestamp(static_cast<i64>(c[0].integer), 1000, out)});
      },
      {1, -1});
}

TEST(text_is_read_strictly) {
  const auto value = [](const Answer& answer) { return answer.error ? null_cell() : answer.columns[0][0]; };
  CHECK(same_cell(Type::I8, value(cast_text(Type::I8, "-128")), int_cell(-128)));
  CHECK(same_cell(Type::U16, value(cast_text(Type::U16, "65535")), int_cell(65535)));
  CHECK(same_cell(Type::F64, value(cast_text(Type::F64, "2.50")), real_cell(2.5)));
  CHECK(same_cell(Type::F32, value(cast_text(Type::F32, "0.1")), real_cell(0.1f)));
  CHECK(same_cell(Type::Bool, value(cast_text(Type::Bool, "true")), int_cell(1)));
  CHECK(same_cell(Type::Date, value(cast_text(Type::Date, "2024-02-29")), int_cell(19782)));
  CHECK(
      same_cell(Type::Timestamp, value(cast_text(Type::Timestamp, "1970-01-01 00:00:01.5", {-1, 1})), int_cell(1500)));
  CHECK(same_cell(Type::Utf8, value(cast_text(Type::Utf8, "as it is")), text_cell("as it is")));
  const std::pair<Type, const char*> bad[] = {
      {Type::I8, "128"},  {Type::U8, "-1"},      {Type::I32, "1.0"},         {Type::I64, ""},
      {Type::F64, "1,5"}, {Type::Bool, "maybe"}, {Type::Date, "2023-02-29"}, {Type::F32, "1e39"}};
  for (const auto& [type, text] : bad) {
    const Answer answer = cast_text(type, text);
    CHECK(answer.error && answer.error->code() == ErrorCode::Data);
  }
  const Answer answer = cast_text(Type::I32, "12x");
  CHECK(answer.error && std::string(answer.error->what()).find("\"12x\"") != std::string::npos);
}
