// Prints and reads numbers without the library's newer conversions and without minding the process's locale.
#include "engine/number_text.h"

#include <locale.h>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

namespace spillway {
namespace {

locale_t plain_locale() {
  static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
  return locale;
}

template <class T>
T read_library(const char* text) {
  if constexpr (sizeof(T) == 8) {
    return strtod_l(text, nullptr, plain_locale());
  } else {
    return strtof_l(text, nullptr, plain_locale());
  }
}

// Significant digits without trailing zeros, and the place of the point: 0.d₁d₂… · 10^point.
struct Digits {
  char text[24];
  u32 count;
  i32 point;
};

// As the C library rounds it to `count` digits. Its decimal point may be any one character.
Digits library_digits(f64 value, u32 count) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.*e", static_cast<int>(count - 1), value);
  Digits d{};
  const char* at = buffer;
  for (; *at != 'e'; ++at) {
    if (*at >= '0' && *at <= '9') d.text[d.count++] = *at;
  }
  d.point = static_cast<i32>(std::strtol(at + 1, nullptr, 10)) + 1;
  while (d.count > 1 && d.text[d.count - 1] == '0') --d.count;
  return d;
}

template <class T>
bool reads_back(const Digits& d, T value) {
  char buffer[48];
  buffer[0] = '0';
  buffer[1] = '.';
  std::memcpy(buffer + 2, d.text, d.count);
  std::snprintf(buffer + 2 + d.count, sizeof buffer - 2 - d.count, "e%d", d.point);
  return read_library<T>(buffer) == value;
}

bool increment(Digits& d) {
  for (u32 i = d.count; i-- > 0;) {
    if (d.text[i] != '9') {
      ++d.text[i];
      return true;
    }
    d.text[i] = '0';
  }
  return false;
}

// Fewest digits that read back. Up to 15 (6) digits of a normal number always survive the way through it and back, so
// the first of these lengths that works holds no digit too many.
template <class T>
Digits shortest(T value) {
  constexpr bool wide = sizeof(T) == 8;
  constexpr u32 safe = wide ? 15 : 6, most = wide ? 17 : 9;
  const bool normal = value >= std::numeric_limits<T>::min();
  for (u32 count = normal ? safe : 1; count < most; ++count) {
    Digits d = library_digits(value, count);
    if (reads_back(d, value)) return d;
    // Below a power of two numbers lie closer than above: a text of this length may lie just above the nearest one.
    int exponent;
    if (count > safe && std::frexp(value, &exponent) == T(0.5)) {
      d = library_digits(value, count);
      while (d.count < count) d.text[d.count++] = '0';
      if (increment(d) && reads_back(d, value)) return d;
    }
  }
  return library_digits(value, most);
}

// Numbers with few decimals: the first power of ten that makes them whole. Both the product's digits and their way back
// are exact below 2^53 and 10^22.
bool few_decimals(f64 value, Digits& d) {
  f64 scale = 1;
  for (i32 decimals = 0; decimals <= 9; ++decimals, scale *= 10) {
    const f64 scaled = value * scale;
    if (scaled >= 1e15) return false;
    const u64 whole = static_cast<u64>(scaled);
    if (static_cast<f64>(whole) != scaled || static_cast<f64>(whole) / scale != value) continue;
    d.count = print_u64(whole, d.text);
    d.point = static_cast<i32>(d.count) - decimals;
    while (d.count > 1 && d.text[d.count - 1] == '0') --d.count;
    return true;
  }
  return false;
}

u32 write_digits(const Digits& d, char* out) {
  char* at = out;
  const auto put = [&](const char* text, u32 size) {
    std::memcpy(at, text, size);
    at += size;
  };
  const auto zeros = [&](i32 count) {
    for (; count > 0; --count) *at++ = '0';
  };
  const i32 count = static_cast<i32>(d.count);
  if (d.point > 0 && d.point <= 21) {
    if (count <= d.point) {
      put(d.text, d.count);
      zeros(d.point - count);
    } else {
      put(d.text, static_cast<u32>(d.point));
      *at++ = '.';
      put(d.text + d.point, d.count - static_cast<u32>(d.point));
    }
  } else if (d.point <= 0 && d.point > -6) {
    put("0.", 2);
    zeros(-d.point);
    put(d.text, d.count);
  } else {
    *at++ = d.text[0];
    if (d.count > 1) {
      *at++ = '.';
      put(d.text + 1, d.count - 1);
    }
    *at++ = 'e';
    *at++ = d.point > 0 ? '+' : '-';
    at += print_u64(static_cast<u64>(std::abs(d.point - 1)), at);
  }
  return static_cast<u32>(at - out);
}

template <class T>
u32 print_float(T value, char* out) {
  if (value != value) {
    std::memcpy(out, "NaN", 3);
    return 3;
  }
  if (value == 0) {
    *out = '0';
    return 1;
  }
  u32 sign = 0;
  if (value < 0) {
    *out++ = '-';
    sign = 1;
    value = -value;
  }
  if (value > std::numeric_limits<T>::max()) {
    std::memcpy(out, "Infinity", 8);
    return sign + 8;
  }
  Digits d;
  if (sizeof(T) != 8 || !few_decimals(static_cast<f64>(value), d)) d = shortest(value);
  return sign + write_digits(d, out);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

// The grammar alone: digits [. digits] [e[±]digits], at least one digit before the exponent.
bool is_decimal(std::string_view text) {
  std::size_t at = 0, digits = 0;
  const auto run = [&] {
    std::size_t n = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) ++n;
    return n;
  };
  digits = run();
  if (at < text.size() && text[at] == '.') {
    ++at;
    digits += run();
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (run() == 0) return false;
  }
  return at == text.size();
}

template <class T>
bool parse_float(std::string_view text, T& value) {
  const bool signed_text = !text.empty() && (text[0] == '-' || text[0] == '+');
  const std::string_view number = signed_text ? text.substr(1) : text;
  const bool negative = signed_text && text[0] == '-';
  if (equals_ignoring_case(number, "nan")) {
    value = std::numeric_limits<T>::quiet_NaN();
    return true;
  }
  if (equals_ignoring_case(number, "infinity") || equals_ignoring_case(number, "inf")) {
    value = negative ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
    return true;
  }
  if (!is_decimal(number)) return false;
  char shorter[64];
  T magnitude;
  if (number.size() < sizeof shorter) {
    std::memcpy(shorter, number.data(), number.size());
    shorter[number.size()] = '\0';
    magnitude = read_library<T>(shorter);
  } else {
    magnitude = read_library<T>(std::string(number).c_str());
  }
  value = negative ? -magnitude : magnitude;
  return magnitude <= std::numeric_limits<T>::max();
}

// Digits alone; false beyond `limit`.
bool parse_magnitude(std::string_view digits, u64 limit, u64& value) {
  if (digits.empty()) return false;
  u64 v = 0;
  for (const char c : digits) {
    const u64 digit = static_cast<u64>(c - '0');
    if (c < '0' || c > '9' || v > limit / 10 || digit > limit - v * 10) return false;
    v = v * 10 + digit;
  }
  value = v;
  return true;
}

}  // namespace

u32 print_u64(u64 value, char* out) {
  char reversed[20];
  u32 count = 0;
  do {
    reversed[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  for (u32 i = 0; i < count; ++i) out[i] = reversed[count - 1 - i];
  return count;
}

u32 print_i64(i64 value, char* out) {
  if (value >= 0) return print_u64(static_cast<u64>(value), out);
  *out = '-';
  return 1 + print_u64(u64{0} - static_cast<u64>(value), out + 1);
}

u32 print_f64(f64 value, char* out) { return print_float(value, out); }
u32 print_f32(f32 value, char* out) { return print_float(value, out); }

bool parse_i64(std::string_view text, i64& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  u64 magnitude;
  const u64 limit = static_cast<u64>(std::numeric_limits<i64>::max()) + (negative ? 1 : 0);
  if (!parse_magnitude(text, limit, magnitude)) return false;
  value = static_cast<i64>(negative ? u64{0} - magnitude : magnitude);
  return true;
}

bool parse_u64(std::string_view text, u64& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return parse_magnitude(text, negative ? 0 : std::numeric_limits<u64>::max(), value);
}

bool parse_f64(std::string_view text, f64& value) { return parse_float(text, value); }
bool parse_f32(std::string_view text, f32& value) { return parse_float(text, value); }

}  // namespace spillway
