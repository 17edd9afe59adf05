// Prints and reads calendars, proleptic Gregorian.
#include "engine/date_text.h"

#include <cstring>
#include <limits>

#include "engine/number_text.h"

namespace spillway {
namespace {

constexpr i64 kSecondsPerDay = 86400;

// With floor_remainder: neither leaves 64 bits, even where their product with b would.
i64 floor_divide(i64 a, i64 b) { return a / b - (a % b < 0); }
u64 floor_remainder(i64 a, i64 b) { return static_cast<u64>(a % b < 0 ? a % b + b : a % b); }

// Years begin in March, so that the leap day is the last.
i64 days_of(i64 year, u32 month, u32 day) {
  const i64 y = month <= 2 ? year - 1 : year, era = floor_divide(y, 400);
  const i64 year_of_era = y - era * 400, day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void civil_of(i64 days, i64& year, u32& month, u32& day) {
  const i64 shifted = days + 719468, era = floor_divide(shifted, 146097), day_of_era = shifted - era * 146097;
  const i64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const i64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const i64 m = (5 * day_of_year + 2) / 153;
  day = static_cast<u32>(day_of_year - (153 * m + 2) / 5 + 1);
  month = static_cast<u32>(m < 10 ? m + 3 : m - 9);
  year = year_of_era + era * 400 + (month <= 2);
}

char* put_digits(char* at, u64 value, u32 width) {
  char digits[20];
  const u32 count = print_u64(value, digits);
  for (u32 i = count; i < width; ++i) *at++ = '0';
  std::memcpy(at, digits, count);
  return at + count;
}

char* put_date(char* at, i64 days) {
  i64 year;
  u32 month, day;
  civil_of(days, year, month, day);
  if (year < 0 || year > 9999) {
    *at++ = year < 0 ? '-' : '+';
    at = put_digits(at, static_cast<u64>(year < 0 ? -year : year), 6);
  } else {
    at = put_digits(at, static_cast<u64>(year), 4);
  }
  *at++ = '-';
  at = put_digits(at, month, 2);
  *at++ = '-';
  return put_digits(at, day, 2);
}

// Takes what it reads off the front of the text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool done() const { return text_.empty(); }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits.
  bool number(u32 count, u32& value) {
    if (text_.size() < count) return false;
    value = 0;
    for (u32 i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return false;
      value = value * 10 + static_cast<u32>(text_[i] - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  u32 digits_ahead() const {
    u32 count = 0;
    while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9') ++count;
    return count;
  }

 private:
  std::string_view text_;
};

bool read_date(Reader& reader, i64& days) {
  const bool minus = reader.take('-'), sign = minus || reader.take('+');
  const u32 width = sign ? reader.digits_ahead() : 4;
  u32 year, month, day;
  if (sign && (width < 6 || width > 7)) return false;
  if (!reader.number(width, year) || !reader.take('-') || !reader.number(2, month) || !reader.take('-') ||
      !reader.number(2, day)) {
    return false;
  }
  if (month < 1 || month > 12 || day < 1) return false;
  const i64 y = minus ? -static_cast<i64>(year) : static_cast<i64>(year);
  days = days_of(y, month, day);
  // A day that does not exist would be one of the next month.
  i64 check_year;
  u32 check_month, check_day;
  civil_of(days, check_year, check_month, check_day);
  return check_month == month && check_day == day;
}

// `fraction` in ticks.
bool read_fraction(Reader& reader, i64 ticks_per_second, i64& fraction) {
  u32 count = reader.digits_ahead(), value;
  if (count < 1 || count > 9 || !reader.number(count, value)) return false;
  i64 nanos = value;
  for (; count < 9; ++count) nanos *= 10;
  const i64 tick = 1'000'000'000 / ticks_per_second;
  fraction = nanos / tick;
  return nanos % tick == 0;
}

// Minutes east of UTC.
bool read_offset(Reader& reader, i64& minutes) {
  minutes = 0;
  if (reader.done() || reader.take('Z')) return true;
  const bool minus = reader.take('-');
  u32 hour, minute;
  if (!minus && !reader.take('+')) return false;
  if (!reader.number(2, hour)) return false;
  reader.take(':');
  if (!reader.number(2, minute) || hour > 14 || minute > 59) return false;
  minutes = static_cast<i64>(hour * 60 + minute) * (minus ? -1 : 1);
  return true;
}

}  // namespace

u32 print_date(i32 days, char* out) { return static_cast<u32>(put_date(out, days) - out); }

u32 print_timestamp(i64 ticks, i64 ticks_per_second, char* out) {
  const i64 seconds = floor_divide(ticks, ticks_per_second), days = floor_divide(seconds, kSecondsPerDay);
  const u64 fraction = floor_remainder(ticks, ticks_per_second), time = floor_remainder(seconds, kSecondsPerDay);
  char* at = put_date(out, days);
  *at++ = ' ';
  at = put_digits(at, time / 3600, 2);
  *at++ = ':';
  at = put_digits(at, time / 60 % 60, 2);
  *at++ = ':';
  at = put_digits(at, time % 60, 2);
  if (fraction != 0) {
    *at++ = '.';
    u32 width = 0;
    for (i64 unit = ticks_per_second; unit > 1; unit /= 10) ++width;
    at = put_digits(at, fraction, width);
    while (at[-1] == '0') --at;
  }
  return static_cast<u32>(at - out);
}

bool parse_date(std::string_view text, i32& days) {
  Reader reader(text);
  i64 value;
  if (!read_date(reader, value) || !reader.done()) return false;
  days = static_cast<i32>(value);
  return days == value;
}

bool parse_timestamp(std::string_view text, i64 ticks_per_second, i64& ticks) {
  Reader reader(text);
  i64 days, fraction = 0, offset = 0;
  u32 hour = 0, minute = 0, second = 0;
  if (!read_date(reader, days)) return false;
  if (!reader.done()) {
    if (!reader.take('T') && !reader.take(' ')) return false;
    if (!reader.number(2, hour) || !reader.take(':') || !reader.number(2, minute)) return false;
    if (reader.take(':')) {
      if (!reader.number(2, second)) return false;
      if (reader.take('.') && !read_fraction(reader, ticks_per_second, fraction)) return false;
    }
    if (hour > 23 || minute > 59 || second > 59 || !read_offset(reader, offset) || !reader.done()) return false;
  }
  const i64 seconds = days * kSecondsPerDay + hour * 3600 + (static_cast<i64>(minute) - offset) * 60 + second;
  return !__builtin_mul_overflow(seconds, ticks_per_second, &ticks) && !__builtin_add_overflow(ticks, fraction, &ticks);
}

}  // namespace spillway
