// Casts between numbers, bool, dates and timestamps; the ones from and to text are in program_text_cast.
#include "engine/program_operation.h"
#include "engine/program_text_cast.h"
#include "engine/program_units.h"
#include "kernels/cast.h"

namespace spillway {
namespace {

constexpr bool is_number_or_bool(Type type) { return type <= Type::F64; }

bool timestamp_cast(const Signature& asked, ResolvedOperation& operation) {
  const i64 from = ticks_per_second(asked.parameter(0, -1)), to = ticks_per_second(asked.parameter(1, -1));
  const Type source = asked.operands[0];
  if (source == Type::Timestamp && asked.result == Type::Timestamp) {
    if (from == 0 || to == 0) return false;
    operation.kernel = cast_kernels().rescale;
    operation.parameters = {to > from ? to / from : 1, from > to ? from / to : 1};
    operation.failure = "does not fit the timestamp's unit";
  } else if (source == Type::Timestamp && asked.result == Type::Date) {
    if (from == 0) return false;
    operation.kernel = cast_kernels().date_of_timestamp;
    operation.parameters = {from * kSecondsPerDay};
    operation.failure = "is not a date that can be represented";
  } else if (source == Type::Date && asked.result == Type::Timestamp) {
    if (to == 0) return false;
    operation.kernel = cast_kernels().timestamp_of_date;
    operation.parameters = {to * kSecondsPerDay};
    operation.failure = "does not fit the timestamp's unit";
  } else if (source == Type::Date && asked.result == Type::Date) {
    operation.kernel = cast_kernels().number[static_cast<u8>(Type::I32)].of[static_cast<u8>(Type::I32)];
    operation.parameters = {};
  } else {
    return false;
  }
  operation.cost = 8;
  return true;
}

bool cast(const Signature& asked, ResolvedOperation& operation) {
  if (asked.operands.size() != 1) return false;
  const Type source = asked.operands[0];
  if (source == Type::Utf8 || asked.result == Type::Utf8) return resolve_text_cast(asked, operation);
  operation.failure = "cannot be cast without loss";
  if (is_number_or_bool(source) && is_number_or_bool(asked.result)) {
    operation.kernel = cast_kernels().number[static_cast<u8>(source)].of[static_cast<u8>(asked.result)];
    // The only parameter that counts here: −1 alone, rounding allowed.
    const bool rounding = asked.parameters.size() == 1 && asked.parameters[0] == -1;
    operation.parameters = {rounding ? -1 : 0};
    operation.has_range = asked.result == Type::Bool || (source == Type::Bool && is_integer(asked.result));
    operation.max = 1;
    return true;
  }
  return timestamp_cast(asked, operation);
}

constexpr OperationDefinition kOperations[] = {{"cast", "(any) [fromUnit, toUnit | -1: rounding allowed] → any", cast}};

}  // namespace

std::span<const OperationDefinition> cast_operations() { return kOperations; }

}  // namespace spillway
