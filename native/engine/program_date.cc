// Operations on dates and timestamps: calendar fields and truncation.
#include "engine/program_operation.h"
#include "engine/program_units.h"
#include "kernels/date.h"

namespace spillway {
namespace {

// Index into the kernels' tables; `unit` is the instruction's last parameter (a date has none).
bool date_source(const Signature& asked, u32& source) {
  if (asked.operands.size() != 1) return false;
  if (asked.operands[0] == Type::Date) {
    source = kDateOfDays;
    return true;
  }
  const i64 unit = asked.parameters.empty() ? -1 : asked.parameters.back();
  source = static_cast<u32>(unit);
  return asked.operands[0] == Type::Timestamp && ticks_per_second(unit) != 0;
}

template <auto kMember, i64 kMin, i64 kMax>
bool field(const Signature& asked, ResolvedOperation& operation) {
  u32 source = 0;
  if (asked.result != Type::I64 || !date_source(asked, source)) return false;
  operation.kernel = (date_kernels().*kMember)[source];
  operation.cost = source == kDateOfDays ? 8 : 24;
  operation.has_range = kMax != 0;
  operation.min = kMin;
  operation.max = kMax;
  operation.monotonic = kMax == 0;
  return operation.kernel != nullptr;
}

bool truncate(const Signature& asked, ResolvedOperation& operation) {
  u32 source = 0;
  const i64 part = asked.parameter(0, -1);
  if (!date_source(asked, source) || asked.result != asked.operands[0] || part < 0 || part > 7) return false;
  operation.kernel = date_kernels().truncate[part][source];
  operation.cost = 32;
  operation.failure = "has no begin that can be represented";
  operation.monotonic = true;
  return true;
}

constexpr OperationDefinition kOperations[] = {
    {"year", "(date or timestamp) [unit] → int64", field<&DateTable::year, 0, 0>},
    {"quarter", "(date or timestamp) [unit] → int64", field<&DateTable::quarter, 1, 4>},
    {"month", "(date or timestamp) [unit] → int64", field<&DateTable::month, 1, 12>},
    {"day", "(date or timestamp) [unit] → int64", field<&DateTable::day, 1, 31>},
    {"hour", "(timestamp) [unit] → int64", field<&DateTable::hour, 0, 23>},
    {"minute", "(timestamp) [unit] → int64", field<&DateTable::minute, 0, 59>},
    {"second", "(timestamp) [unit] → int64", field<&DateTable::second, 0, 59>},
    {"weekday", "(date or timestamp) [unit] → int64", field<&DateTable::weekday, 1, 7>},
    {"dateTrunc", "(date or timestamp T) [part, unit] → T", truncate},
};

}  // namespace

std::span<const OperationDefinition> date_operations() { return kOperations; }

}  // namespace spillway
