// The column types the engine knows, and the fixed sizes of vectors, pages and row groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace spillway {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using f32 = float;
using f64 = double;
__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

inline constexpr u32 kVectorRows = 2048;               // rows of one vector: stays in the L1/L2 caches
inline constexpr u32 kPageRows = 16384;                // rows of one column page: 8 vectors
inline constexpr u32 kRowGroupRows = 131072;           // rows of one row group: 8 pages
inline constexpr u32 kVectorWords = kVectorRows / 64;  // validity words of one vector

// The numbers are written to files and cross the TypeScript border: append only, never renumber.
enum class Type : u8 {
  Bool = 0,
  I8 = 1,
  I16 = 2,
  I32 = 3,
  I64 = 4,
  U8 = 5,
  U16 = 6,
  U32 = 7,
  U64 = 8,
  F32 = 9,
  F64 = 10,
  Utf8 = 11,
  Date = 12,       // i32 days since 1970-01-01
  Timestamp = 13,  // i64 ticks since 1970-01-01T00:00Z; the unit is known to the plan, not to the engine
};
inline constexpr u32 kTypeCount = 14;

// Text of up to 12 bytes lives inside the view; longer text keeps its first 4 bytes here, so that most
// comparisons end without following the pointer. Unused inline bytes are zero: equal short texts are equal bytes.
struct StringView {
  u32 length = 0;
  char prefix[4] = {0, 0, 0, 0};
  union {
    char rest[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    const char* pointer;
  };

  static constexpr u32 kInline = 12;

  StringView() = default;
  StringView(const char* text, u32 size) : length(size) {
    if (size <= kInline) {
      char bytes[kInline] = {0};
      if (size != 0) std::memcpy(bytes, text, size);
      std::memcpy(prefix, bytes, 4);
      std::memcpy(rest, bytes + 4, 8);
    } else {
      std::memcpy(prefix, text, 4);
      pointer = text;
    }
  }
  explicit StringView(std::string_view text) : StringView(text.data(), static_cast<u32>(text.size())) {}

  bool is_inline() const { return length <= kInline; }
  const char* data() const { return is_inline() ? prefix : pointer; }
  std::string_view text() const { return {data(), length}; }

  friend bool operator==(const StringView& a, const StringView& b) {
    u64 a0, b0;
    std::memcpy(&a0, &a, 8);
    std::memcpy(&b0, &b, 8);
    if (a0 != b0) return false;
    if (a.is_inline()) return std::memcmp(a.rest, b.rest, 8) == 0;
    return a.pointer == b.pointer || std::memcmp(a.pointer, b.pointer, a.length) == 0;
  }
};
static_assert(sizeof(StringView) == 16);

// Bytes of one value inside a vector: bool is a byte (0 or 1), text a StringView (dictionary codes are u32).
constexpr u32 width_of(Type type) {
  switch (type) {
    case Type::Bool:
    case Type::I8:
    case Type::U8: return 1;
    case Type::I16:
    case Type::U16: return 2;
    case Type::I32:
    case Type::U32:
    case Type::F32:
    case Type::Date: return 4;
    case Type::I64:
    case Type::U64:
    case Type::F64:
    case Type::Timestamp: return 8;
    case Type::Utf8: return 16;
  }
  return 0;
}

constexpr bool is_signed_integer(Type t) { return t >= Type::I8 && t <= Type::I64; }
constexpr bool is_unsigned_integer(Type t) { return t >= Type::U8 && t <= Type::U64; }
constexpr bool is_integer(Type t) { return t >= Type::I8 && t <= Type::U64; }
constexpr bool is_float(Type t) { return t == Type::F32 || t == Type::F64; }

}  // namespace spillway
