// Calendar fields and truncation against the printed calendar.
#include <cstdlib>

#include "check.h"
#include "engine/date_text.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

constexpr i64 kPerSecond[] = {1, 1000, 1000000, 1000000000};

struct Fields {
  i64 year, month, day, hour, minute, second, days;
};

i64 floored(i128 a, i128 b) { return static_cast<i64>(a / b - (a % b < 0)); }

// From the text: an independent way around.
Fields fields_of(const Cell& cell, i64 per_second) {
  char out[kMaxDateText + 1];
  u32 size;
  Fields f{};
  if (per_second == 0) {
    size = print_date(static_cast<i32>(cell.integer), out);
    f.days = static_cast<i64>(cell.integer);
  } else {
    size = print_timestamp(static_cast<i64>(cell.integer), per_second, out);
    f.days = floored(cell.integer, i128{86400} * per_second);
  }
  out[size] = '\0';
  char* at = out;
  f.year = std::strtoll(at, &at, 10);
  f.month = std::strtoll(at + 1, &at, 10);
  f.day = std::strtoll(at + 1, &at, 10);
  if (per_second != 0) {
    f.hour = std::strtoll(at + 1, &at, 10);
    f.minute = std::strtoll(at + 1, &at, 10);
    f.second = std::strtoll(at + 1, &at, 10);
  }
  return f;
}

void check_field(const char* name, bool dates, i64 (*field)(const Fields&)) {
  for (i64 unit = dates ? -1 : 0; unit < 4; ++unit) {
    check_operation(name, Type::I64, {unit < 0 ? Type::Date : Type::Timestamp},
                    [&](const std::vector<Cell>& c) -> std::optional<Cell> {
                      return c[0].null ? null_cell()
                                       : int_cell(field(fields_of(c[0], unit < 0 ? 0 : kPerSecond[unit])));
                    },
                    {unit});
  }
}

}  // namespace

TEST(fields_of_dates_and_timestamps) {
  check_field("year", true, [](const Fields& f) { return f.year; });
  check_field("quarter", true, [](const Fields& f) { return (f.month + 2) / 3; });
  check_field("month", true, [](const Fields& f) { return f.month; });
  check_field("day", true, [](const Fields& f) { return f.day; });
  check_field("hour", false, [](const Fields& f) { return f.hour; });
  check_field("minute", false, [](const Fields& f) { return f.minute; });
  check_field("second", false, [](const Fields& f) { return f.second; });
  check_field("weekday", true, [](const Fields& f) { return ((f.days % 7 + 7 + 3) % 7) + 1; });
}

TEST(truncation_to_every_part) {
  for (i64 part = 0; part < 8; ++part) {
    for (i64 unit = -1; unit < 4; ++unit) {
      const i64 per_second = unit < 0 ? 0 : kPerSecond[unit];
      const Type type = unit < 0 ? Type::Date : Type::Timestamp;
      const auto expected = [&](const std::vector<Cell>& c) -> std::optional<Cell> {
        if (c[0].null) return null_cell();
        const Fields f = fields_of(c[0], per_second);
        i128 begin = f.days;
        if (part < 2) {
          // Back to the first of the right month: through the months of the text's own calendar.
          const i64 months = part == 0 ? 12 : 3;
          for (Fields g = f; (g.month - 1) % months != 0 || g.day != 1; g = fields_of(int_cell(begin * 86400), 1)) {
            begin -= g.day == 1 ? 1 : g.day - 1;
            if (begin * 86400 < INT64_MIN) return std::nullopt;
          }
        } else if (part == 2) {
          begin -= f.day - 1;
        } else if (part == 3) {
          begin -= (f.days % 7 + 7 + 3) % 7;
        }
        if (unit < 0) return begin < INT32_MIN ? std::nullopt : std::optional<Cell>(int_cell(begin));
        begin *= 86400;
        if (part >= 5) begin += f.hour * 3600;
        if (part >= 6) begin += f.minute * 60;
        if (part >= 7) begin += f.second;
        begin *= per_second;
        return begin < INT64_MIN ? std::nullopt : std::optional<Cell>(int_cell(begin));
      };
      check_operation("dateTrunc", type, {type}, expected, {part, unit});
    }
  }
}

TEST(ranges_follow_fields_of_dates) {
  const std::vector<TestColumn> columns{column(Type::Date, {int_cell(0)})};
  ProgramBuilder b(columns);
  const u32 year = b.operation("year", Type::I64, {0}, {-1});
  const u32 month = b.operation("month", Type::I64, {0}, {-1});
  const u32 begin = b.operation("dateTrunc", Type::Date, {0}, {2, -1});
  std::vector<ColumnFacts> facts(1);
  facts[0] = {Type::Date, false, true, 18262, 19800, nullptr};
  const std::vector<ColumnFacts> out = Program::compile(b.build({year, month, begin}), facts)->outputs();
  CHECK(out[0].has_range && out[0].min == 2020 && out[0].max == 2024);
  CHECK(out[1].has_range && out[1].min == 1 && out[1].max == 12);
  CHECK(out[2].has_range && out[2].min == 18262 && out[2].max == 19783);
  CHECK(!out[0].may_be_null);
}
