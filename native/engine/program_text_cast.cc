// Reads values out of text, strictly, and prints values as text.
#include "engine/program_text_cast.h"

#include <limits>

#include "engine/date_text.h"
#include "engine/number_text.h"
#include "engine/program_text_rows.h"
#include "engine/program_units.h"

namespace spillway {
namespace {

template <class T>
bool read_integer(std::string_view text, T& value) {
  if constexpr (std::numeric_limits<T>::is_signed) {
    i64 wide;
    if (!parse_i64(text, wide) || wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max())
      return false;
    value = static_cast<T>(wide);
  } else {
    u64 wide;
    if (!parse_u64(text, wide) || wide > std::numeric_limits<T>::max()) return false;
    value = static_cast<T>(wide);
  }
  return true;
}

struct Bool {
  using Value = u8;
  static bool read(std::string_view text, u8& value, const i64*) {
    const bool is_true = text == "true" || text == "True" || text == "TRUE";
    value = is_true;
    return is_true || text == "false" || text == "False" || text == "FALSE";
  }
  static u32 print(u8 value, char* out, const i64*) {
    std::memcpy(out, value != 0 ? "true" : "false", value != 0 ? 4 : 5);
    return value != 0 ? 4 : 5;
  }
};

template <class T>
struct Integer {
  using Value = T;
  static bool read(std::string_view text, T& value, const i64*) { return read_integer(text, value); }
  static u32 print(T value, char* out, const i64*) {
    if constexpr (std::numeric_limits<T>::is_signed) return print_i64(value, out);
    return print_u64(static_cast<u64>(value), out);
  }
};

struct Float32 {
  using Value = f32;
  static bool read(std::string_view text, f32& value, const i64*) { return parse_f32(text, value); }
  static u32 print(f32 value, char* out, const i64*) { return print_f32(value, out); }
};

struct Float64 {
  using Value = f64;
  static bool read(std::string_view text, f64& value, const i64*) { return parse_f64(text, value); }
  static u32 print(f64 value, char* out, const i64*) { return print_f64(value, out); }
};

struct Date {
  using Value = i32;
  static bool read(std::string_view text, i32& value, const i64*) { return parse_date(text, value); }
  static u32 print(i32 value, char* out, const i64*) { return print_date(value, out); }
};

// Parameter 0: ticks per second.
struct Timestamp {
  using Value = i64;
  static bool read(std::string_view text, i64& value, const i64* parameters) {
    return parse_timestamp(text, parameters[0], value);
  }
  static u32 print(i64 value, char* out, const i64* parameters) { return print_timestamp(value, parameters[0], out); }
};

template <class Form>
void from_text(Call& call) {
  const TextOperand text(call.operands[0]);
  auto* out = call.results<typename Form::Value>();
  for_active_rows(call, [&](u32 r) {
    out[r] = {};
    if (!Form::read(text[r].text(), out[r], call.parameters)) call.fail(r);
  });
}

template <class Form>
void to_text(Call& call) {
  const auto* values = call.operands[0].values<typename Form::Value>();
  const u32 step = call.operands[0].constant ? 0 : 1;
  text_results(call, [&](u32 r) {
    char bytes[kMaxDateText];
    static_assert(kMaxDateText >= kMaxNumberText);
    return kept_text(call, {bytes, Form::print(values[r * step], bytes, call.parameters)});
  });
}

void same_text(Call& call) {
  const TextOperand text(call.operands[0]);
  text_results(call, [&](u32 r) { return text[r]; });
}

template <class Form>
RowFunction either(bool reading) {
  return reading ? from_text<Form> : to_text<Form>;
}

RowFunction form_of(Type type, bool reading) {
  switch (type) {
    case Type::Bool: return either<Bool>(reading);
    case Type::I8: return either<Integer<i8>>(reading);
    case Type::I16: return either<Integer<i16>>(reading);
    case Type::I32: return either<Integer<i32>>(reading);
    case Type::I64: return either<Integer<i64>>(reading);
    case Type::U8: return either<Integer<u8>>(reading);
    case Type::U16: return either<Integer<u16>>(reading);
    case Type::U32: return either<Integer<u32>>(reading);
    case Type::U64: return either<Integer<u64>>(reading);
    case Type::F32: return either<Float32>(reading);
    case Type::F64: return either<Float64>(reading);
    case Type::Date: return either<Date>(reading);
    case Type::Timestamp: return either<Timestamp>(reading);
    case Type::Utf8: return same_text;
  }
  return nullptr;
}

}  // namespace

bool resolve_text_cast(const Signature& asked, ResolvedOperation& operation) {
  const Type source = asked.operands[0];
  const bool reading = source == Type::Utf8;
  const Type other = reading ? asked.result : source;
  operation.parameters = {0};
  if (other == Type::Timestamp) {
    operation.parameters[0] = ticks_per_second(asked.parameter(reading ? 1 : 0, -1));
    if (operation.parameters[0] == 0) return false;
  }
  operation.rows = form_of(other, reading);
  operation.failure = "is not a text of the type";
  operation.cost = is_float(other) ? 400 : 200;
  return true;
}

}  // namespace spillway
