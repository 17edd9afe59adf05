// Random operands, and the comparison of an operation with its definition, row by row.
#include <algorithm>
#include <cmath>
#include <limits>

#include "check.h"
#include "program_fixture.h"

namespace spillway::check {

namespace {

i128 lowest(Type type) {
  switch (type) {
    case Type::I8: return INT8_MIN;
    case Type::I16: return INT16_MIN;
    case Type::I32:
    case Type::Date: return INT32_MIN;
    case Type::I64:
    case Type::Timestamp: return INT64_MIN;
    default: return 0;
  }
}

i128 highest(Type type) {
  switch (type) {
    case Type::Bool: return 1;
    case Type::U8: return UINT8_MAX;
    case Type::U16: return UINT16_MAX;
    case Type::U32: return UINT32_MAX;
    case Type::U64: return UINT64_MAX;
    default: return -(lowest(type) + 1);
  }
}

f64 random_real(Type type, std::mt19937_64& random) {
  const f64 huge = type == Type::F32 ? f64{std::numeric_limits<f32>::max()} : std::numeric_limits<f64>::max();
  const f64 tiny = type == Type::F32 ? 1e-45 : 5e-324;
  const f64 edges[] = {0.0,
                       -0.0,
                       1.0,
                       -1.0,
                       0.5,
                       -0.5,
                       2.5,
                       -2.5,
                       huge,
                       -huge,
                       tiny,
                       -tiny,
                       INFINITY,
                       -INFINITY,
                       NAN,
                       100.0,
                       1e15,
                       4503599627370497.5,
                       9007199254740992.0,
                       0.1,
                       1e300,
                       3.0};
  f64 value = 0;
  switch (random() % 4) {
    case 0: value = edges[random() % std::size(edges)]; break;
    case 1: value = static_cast<f64>(static_cast<i64>(random() % 2001) - 1000); break;
    case 2: value = (static_cast<f64>(random() >> 11) / 9007199254740992.0 - 0.5) * 2000; break;
    default: {
      const u64 bits = random();
      std::memcpy(&value, &bits, 8);
    }
  }
  return type == Type::F32 ? f64{static_cast<f32>(value)} : value;
}

std::string random_text(std::mt19937_64& random) {
  static const char* const kTexts[] = {"",
                                       "a",
                                       "ab",
                                       "abc",
                                       "abcd",
                                       "abcde",
                                       "ABC",
                                       "Zürich",
                                       "straße",
                                       "twelve bytes",
                                       "thirteen byte",
                                       "  padded  ",
                                       "日本語テキスト",
                                       "abcdefghijklmnopqrstuvwxyz",
                                       "abcdefghijklmnopqrstuvwxyy",
                                       "%_\\",
                                       "😀 smile",
                                       "ab\0c"};
  std::string text = kTexts[random() % std::size(kTexts)];
  if (random() % 3 == 0) text += kTexts[random() % std::size(kTexts)];
  return text;
}

struct Trial {
  std::vector<TestColumn> operands;
  std::vector<std::optional<Cell>> expected;
  u32 rows;
};

std::vector<Cell> row_of(const Trial& trial, u32 row) {
  std::vector<Cell> cells;
  for (const TestColumn& operand : trial.operands) cells.push_back(operand.at(row));
  return cells;
}

void compare(const std::string& name, Type result, const Trial& trial, const Answer& answer) {
  if (answer.error) {
    CHECK_EQ(name + ": " + answer.error->what(), name + ": no error");
    return;
  }
  CHECK_EQ(answer.columns[0].size(), std::size_t{trial.rows});
  for (u32 r = 0; r < trial.rows && r < answer.columns[0].size(); ++r) {
    if (same_cell(result, answer.columns[0][r], *trial.expected[r])) continue;
    std::string shown = name + "(";
    for (std::size_t i = 0; i < trial.operands.size(); ++i) {
      shown += (i == 0 ? "" : ", ") + show_cell(trial.operands[i].type, trial.operands[i].at(r));
    }
    CHECK_EQ(shown + ") = " + show_cell(result, answer.columns[0][r]),
             shown + ") = " + show_cell(result, *trial.expected[r]));
    return;
  }
}

// Makes the first operand that is not constant null in the rows that have no result; false if there is none.
bool remove_failures(Trial& trial, const Reference& reference) {
  for (TestColumn& operand : trial.operands) {
    if (operand.constant) continue;
    for (u32 r = 0; r < trial.rows; ++r) {
      if (!trial.expected[r]) operand.cells[r] = null_cell();
    }
    operand.pack();
    for (u32 r = 0; r < trial.rows; ++r) {
      if (!trial.expected[r]) trial.expected[r] = reference(row_of(trial, r));
      if (!trial.expected[r]) return false;
    }
    return true;
  }
  return false;
}

}  // namespace

Cell random_cell(Type type, std::mt19937_64& random) {
  if (type == Type::Utf8) return text_cell(random_text(random));
  if (is_float(type)) return real_cell(random_real(type, random));
  const i128 low = lowest(type), high = highest(type);
  const i128 span = high - low + 1;
  i128 value = 0;
  switch (random() % 4) {
    case 0:
      value = random() % 2 == 0 ? low + static_cast<i128>(random() % 3) : high - static_cast<i128>(random() % 3);
      break;
    case 1: value = static_cast<i128>(random() % 7) - (low < 0 ? 3 : 0); break;
    case 2: value = static_cast<i128>(random() % 101) * (low < 0 && random() % 2 == 0 ? -1 : 1); break;
    default: value = low + static_cast<i128>(random()) % span;
  }
  return int_cell(std::clamp(value, low, high));
}

std::vector<Cell> random_cells(Type type, u32 rows, double null_share, std::mt19937_64& random) {
  std::vector<Cell> cells;
  for (u32 r = 0; r < rows; ++r) {
    const bool null = static_cast<double>(random() % 1000) < null_share * 1000;
    cells.push_back(null ? null_cell() : random_cell(type, random));
  }
  return cells;
}

void check_operation(const std::string& name, Type result, const std::vector<Type>& operands,
                     const Reference& reference, std::vector<i64> parameters) {
  std::mt19937_64 random(std::hash<std::string>{}(name) + static_cast<u64>(result));
  for (u32 shape = 0; shape < (operands.size() == 1 ? 4u : 8u); ++shape) {
    // Every size in the first shape; the others differ in constants and nulls.
    for (const u32 rows :
         shape == 0 ? std::vector<u32>(std::begin(kSizes), std::end(kSizes)) : std::vector<u32>{65, 700}) {
      Trial trial;
      trial.rows = rows;
      for (std::size_t i = 0; i < operands.size(); ++i) {
        const bool constant = shape % 4 >= 2 && (shape + i) % 2 == 0;
        TestColumn operand;
        operand.type = operands[i];
        operand.constant = constant;
        operand.cells = random_cells(operands[i], constant ? 1 : rows, shape % 2 == 1 ? 0.2 : 0.0, random);
        operand.pack();
        trial.operands.push_back(std::move(operand));
      }
      bool fails = false;
      for (u32 r = 0; r < rows; ++r) {
        trial.expected.push_back(reference(row_of(trial, r)));
        fails |= !trial.expected.back();
      }
      if (fails) {
        const Answer answer = run_operation(name, result, trial.operands, rows, parameters);
        CHECK(answer.error && answer.error->code() == ErrorCode::Data);
        if (!remove_failures(trial, reference)) continue;
      }
      compare(name, result, trial, run_operation(name, result, trial.operands, rows, parameters));
      compare(name + " with constants", result, trial,
              run_operation(name, result, trial.operands, rows, parameters, true));
    }
  }
}

}  // namespace spillway::check
