// Numbers, dates and timestamps as text and back.
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "check.h"
#include "engine/date_text.h"
#include "engine/number_text.h"

using namespace spillway;

namespace {

std::string printed(f64 value) {
  char out[kMaxNumberText];
  return {out, print_f64(value, out)};
}

std::string printed_f32(f32 value) {
  char out[kMaxNumberText];
  return {out, print_f32(value, out)};
}

std::string printed_date(i32 days) {
  char out[kMaxDateText];
  return {out, print_date(days, out)};
}

std::string printed_timestamp(i64 ticks, i64 per_second) {
  char out[kMaxDateText];
  return {out, print_timestamp(ticks, per_second, out)};
}

template <class T>
T read(bool (*parse)(std::string_view, T&), const std::string& text) {
  T value{};
  CHECK(parse(text, value));
  return value;
}

template <class T>
bool refused(bool (*parse)(std::string_view, T&), const std::string& text) {
  T value{};
  return !parse(text, value);
}

}  // namespace

TEST(floats_print_as_javascript_prints_them) {
  const std::pair<f64, const char*> cases[] = {{0, "0"},
                                               {-0.0, "0"},
                                               {1, "1"},
                                               {-1.5, "-1.5"},
                                               {0.1, "0.1"},
                                               {1.0 / 3, "0.3333333333333333"},
                                               {100, "100"},
                                               {1e21, "1e+21"},
                                               {1e20, "100000000000000000000"},
                                               {123456789012345680000.0, "123456789012345680000"},
                                               {1.5e300, "1.5e+300"},
                                               {1e-6, "0.000001"},
                                               {1e-7, "1e-7"},
                                               {1.25e-7, "1.25e-7"},
                                               {5e-324, "5e-324"},
                                               {1.7976931348623157e308, "1.7976931348623157e+308"},
                                               {2.2250738585072014e-308, "2.2250738585072014e-308"},
                                               {0.1 + 0.2, "0.30000000000000004"},
                                               {9007199254740993.0, "9007199254740992"},
                                               {5.684341886080802e-14, "5.684341886080802e-14"},
                                               {4.35, "4.35"},
                                               {23.573912, "23.573912"},
                                               {NAN, "NaN"},
                                               {INFINITY, "Infinity"},
                                               {-INFINITY, "-Infinity"},
                                               {9.5367431640625e-7, "9.5367431640625e-7"},
                                               {9007199254740991, "9007199254740991"},
                                               {1e15, "1000000000000000"},
                                               {0.5, "0.5"}};
  for (const auto& [value, text] : cases) CHECK_EQ(printed(value), text);
  CHECK_EQ(printed_f32(0.1f), "0.1");
  CHECK_EQ(printed_f32(16777216.0f), "16777216");
  CHECK_EQ(printed_f32(1.0f / 3), "0.33333334");
  CHECK_EQ(printed_f32(3.4028235e38f), "3.4028235e+38");
  CHECK_EQ(printed_f32(1e-45f), "1e-45");
}

TEST(floats_read_back_as_themselves) {
  std::mt19937_64 random(3);
  for (u32 i = 0; i < 30000; ++i) {
    const u64 bits = random();
    f64 value;
    std::memcpy(&value, &bits, 8);
    if (i % 3 == 0) value = static_cast<f64>(static_cast<i64>(random() % 2000000) - 1000000) / 1000;
    if (std::isnan(value)) continue;
    CHECK_EQ(read(parse_f64, printed(value)), value);
    const f32 narrow = static_cast<f32>(value);
    CHECK_EQ(read(parse_f32, printed_f32(narrow)), narrow);
  }
}

TEST(numbers_are_read_strictly) {
  CHECK_EQ(read(parse_i64, "-9223372036854775808"), std::numeric_limits<i64>::min());
  CHECK_EQ(read(parse_i64, "+0012"), 12);
  CHECK_EQ(read(parse_u64, "18446744073709551615"), std::numeric_limits<u64>::max());
  CHECK_EQ(read(parse_u64, "-0"), 0u);
  CHECK_EQ(read(parse_f64, "1e3"), 1000.0);
  CHECK_EQ(read(parse_f64, "-.5"), -0.5);
  CHECK_EQ(read(parse_f64, "5."), 5.0);
  CHECK_EQ(read(parse_f64, "-Infinity"), -INFINITY);
  CHECK(std::isnan(read(parse_f64, "NaN")));
  CHECK_EQ(read(parse_f64, std::string(100, '0') + "7" + std::string(30, '0')), 7e30);
  CHECK_EQ(read(parse_f64, "0.1000000000000000055511151231257827021181583404541015625"), 0.1);
  CHECK_EQ(read(parse_f64, "1e-400"), 0.0);
  for (const char* text : {"", "-", "+", " 1", "1 ", "1.0", "1e3", "0x10", "9223372036854775808",
                           "-9223372036854775809", "--1", "1_000"}) {
    CHECK(refused(parse_i64, text));
  }
  for (const char* text : {"-1", "18446744073709551616", ""}) CHECK(refused(parse_u64, text));
  for (const char* text :
       {"", ".", "e5", "1e", "1e+", " 1", "1 ", "0x1p3", "1,5", "1e400", "nan(1)", "infinit", "--1", "+-1"}) {
    CHECK(refused(parse_f64, text));
  }
  CHECK(refused(parse_f32, "1e39"));
}

TEST(dates_print_and_read) {
  const std::pair<i32, const char*> cases[] = {{0, "1970-01-01"},
                                               {-1, "1969-12-31"},
                                               {19782, "2024-02-29"},
                                               {-719528, "0000-01-01"},
                                               {-719529, "-000001-12-31"},
                                               {2932896, "9999-12-31"},
                                               {2932897, "+010000-01-01"},
                                               {2147483647, "+5881580-07-11"},
                                               {-2147483647 - 1, "-5877641-06-23"}};
  for (const auto& [days, text] : cases) {
    CHECK_EQ(printed_date(days), text);
    CHECK_EQ(read(parse_date, text), days);
  }
  for (i32 days = -800000; days < 3000000; days += 137) CHECK_EQ(read(parse_date, printed_date(days)), days);
  for (const char* text : {"", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-04-31", "24-01-01",
                           "2024-1-1", "2024-01-01 ", "2024/01/01", "+2024-01-01", "1900-02-29", "2024-01-01T00:00"}) {
    CHECK(refused(parse_date, text));
  }
}

TEST(timestamps_print_and_read) {
  CHECK_EQ(printed_timestamp(0, 1), "1970-01-01 00:00:00");
  CHECK_EQ(printed_timestamp(-1, 1000), "1969-12-31 23:59:59.999");
  CHECK_EQ(printed_timestamp(1709202605500, 1000), "2024-02-29 10:30:05.5");
  CHECK_EQ(printed_timestamp(1, 1000000000), "1970-01-01 00:00:00.000000001");
  const auto parsed = [](const std::string& text, i64 per_second) {
    i64 ticks = 0;
    CHECK(parse_timestamp(text, per_second, ticks));
    return ticks;
  };
  CHECK_EQ(parsed("2024-02-29T10:30:05.5Z", 1000), 1709202605500);
  CHECK_EQ(parsed("2024-02-29 10:30:05.500000000", 1000), 1709202605500);
  CHECK_EQ(parsed("2024-02-29", 1), 1709164800);
  CHECK_EQ(parsed("1970-01-01 01:00", 1), 3600);
  CHECK_EQ(parsed("1970-01-01 01:00:00+01:00", 1), 0);
  CHECK_EQ(parsed("1970-01-01 00:00:00-0130", 1), 5400);
  std::mt19937_64 random(5);
  for (const i64 per_second : {i64{1}, i64{1000}, i64{1000000}, i64{1000000000}}) {
    for (u32 i = 0; i < 3000; ++i) {
      const i64 ticks = static_cast<i64>(random()) / (per_second < 1000000 ? 1000000 : 1);
      CHECK_EQ(parsed(printed_timestamp(ticks, per_second), per_second), ticks);
    }
  }
  for (const char* text : {"", "2024-02-29T", "2024-02-29 24:00:00", "2024-02-29 10:60:00", "2024-02-29 10:30:60",
                           "2024-02-29 10:30:05.", "2024-02-29 10:30:05.0001", "2024-02-29 10", "2024-02-29 10:30:05 ",
                           "2024-02-29 10:30:05+1", "2024-02-30 00:00:00"}) {
    i64 ticks;
    CHECK(!parse_timestamp(text, 1000, ticks));
  }
}
