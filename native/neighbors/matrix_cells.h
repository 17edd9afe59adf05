// Values of a matrix's cells: which bits mean missing, and what a number becomes in a cell of each type.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "neighbors/matrix_file.h"

namespace spillway {

// R's NA_real_: a NaN whose lower word is 1954. Other NaNs are values.
inline constexpr u64 kMissingDouble = 0x7ff00000000007a2ull;
// What R leaves for NA in a float; the smallest normal float is the other form that bigmemory knows.
inline constexpr u32 kMissingFloat = 0x7fc00000u;
inline constexpr u32 kSmallestFloat = 0x00800000u;
// A float that is NaN but not missing.
inline constexpr u32 kNanFloat = 0xffc00000u;

inline f64 missing_double() {
  f64 value;
  std::memcpy(&value, &kMissingDouble, 8);
  return value;
}

inline bool is_missing(i8 value) { return value == std::numeric_limits<i8>::min(); }
inline bool is_missing(i16 value) { return value == std::numeric_limits<i16>::min(); }
inline bool is_missing(u8) { return false; }
inline bool is_missing(i32 value) { return value == std::numeric_limits<i32>::min(); }
inline bool is_missing(f32 value) {
  u32 bits;
  std::memcpy(&bits, &value, 4);
  return bits == kMissingFloat || bits == kSmallestFloat;
}
inline bool is_missing(f64 value) {
  u64 bits;
  std::memcpy(&bits, &value, 8);
  return value != value && static_cast<u32>(bits) == 1954;
}

// A cell as a number; NaN when it is missing.
template <class To, class From>
inline To number_of(From value) {
  if constexpr (sizeof(From) == sizeof(To)) {
    if constexpr (std::is_same_v<From, f32>) {
      return is_missing(value) ? std::numeric_limits<f32>::quiet_NaN() : value;
    } else {
      return value;
    }
  } else {
    return is_missing(value) ? std::numeric_limits<To>::quiet_NaN() : static_cast<To>(value);
  }
}

// Puts a number (missing: R's NA) into a cell; false when the type cannot hold it.
template <class To>
inline bool put_number(f64 number, To& cell) {
  if constexpr (std::is_same_v<To, f64>) {
    cell = number;
    return true;
  } else if constexpr (std::is_same_v<To, f32>) {
    u32 bits;
    if (number != number) {
      bits = is_missing(number) ? kMissingFloat : kNanFloat;
    } else {
      f32 rounded = static_cast<f32>(number);
      if (std::isinf(rounded) && !std::isinf(number)) return false;
      std::memcpy(&bits, &rounded, 4);
      if (bits == kSmallestFloat) return false;  // would be read as missing
    }
    std::memcpy(&cell, &bits, 4);
    return true;
  } else {
    if (number != number) {
      if (std::is_same_v<To, u8> || !is_missing(number)) return false;
      cell = std::numeric_limits<To>::min();
      return true;
    }
    // The lowest value of signed types means missing.
    const f64 least = static_cast<f64>(std::numeric_limits<To>::min()) + (std::is_same_v<To, u8> ? 0 : 1);
    if (!(number >= least && number <= static_cast<f64>(std::numeric_limits<To>::max()))) return false;
    cell = static_cast<To>(number);
    return static_cast<f64>(cell) == number;
  }
}

// Calls `action` with a null pointer of the type that cells of this type have.
template <class Action>
decltype(auto) with_cell(CellType type, Action&& action) {
  switch (type) {
    case CellType::Char: return action(static_cast<i8*>(nullptr));
    case CellType::Short: return action(static_cast<i16*>(nullptr));
    case CellType::Raw: return action(static_cast<u8*>(nullptr));
    case CellType::Integer: return action(static_cast<i32*>(nullptr));
    case CellType::Float: return action(static_cast<f32*>(nullptr));
    case CellType::Double: break;
  }
  return action(static_cast<f64*>(nullptr));
}

}  // namespace spillway
