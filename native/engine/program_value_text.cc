// Prints single values for messages.
#include "engine/program_value_text.h"

#include <cstdio>

namespace spillway {
namespace {

constexpr std::size_t kShownBytes = 40;

std::string float_text(f64 value, int digits) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
  return buffer;
}

// Cut between characters, not inside one.
std::string quoted(std::string_view text) {
  std::size_t end = text.size();
  if (end > kShownBytes) {
    end = kShownBytes;
    while (end > 0 && (static_cast<u8>(text[end]) & 0xc0) == 0x80) --end;
  }
  // Appended: gcc 12 warns of what it makes of operator+.
  std::string quoted = "\"";
  quoted.append(text.substr(0, end)).append(end < text.size() ? "…\"" : "\"");
  return quoted;
}

}  // namespace

std::string value_text(const Vector& vector, u32 row) {
  if (!vector.valid(row)) return "null";
  const u32 r = vector.constant ? 0 : row;
  switch (vector.type) {
    case Type::Bool: return vector.values<u8>()[r] != 0 ? "true" : "false";
    case Type::I8: return std::to_string(vector.values<i8>()[r]);
    case Type::I16: return std::to_string(vector.values<i16>()[r]);
    case Type::I32: return std::to_string(vector.values<i32>()[r]);
    case Type::I64: return std::to_string(vector.values<i64>()[r]);
    case Type::U8: return std::to_string(vector.values<u8>()[r]);
    case Type::U16: return std::to_string(vector.values<u16>()[r]);
    case Type::U32: return std::to_string(vector.values<u32>()[r]);
    case Type::U64: return std::to_string(vector.values<u64>()[r]);
    case Type::F32: return float_text(vector.values<f32>()[r], 9);
    case Type::F64: return float_text(vector.values<f64>()[r], 17);
    case Type::Utf8: return quoted(vector.values<StringView>()[r].text());
    case Type::Date: return "day " + std::to_string(vector.values<i32>()[r]);
    case Type::Timestamp: return "tick " + std::to_string(vector.values<i64>()[r]);
  }
  return "?";
}

}  // namespace spillway
