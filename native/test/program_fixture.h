// Columns in memory, a reader over them, and a program run over the reader, for the tests of programs.
#pragma once

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/program.h"

namespace spillway::check {

// A value as the tests see it. Integers, dates, timestamps and bool in `integer` (uint64: wide enough), floats in
// `real`.
struct Cell {
  bool null = false;
  i128 integer = 0;
  f64 real = 0;
  std::string text;
};

Cell null_cell();
Cell int_cell(i128 value);
Cell real_cell(f64 value);
Cell text_cell(std::string value);

// The same value of a type; NaN is NaN, and −0 is not 0.
bool same_cell(Type type, const Cell& a, const Cell& b);
std::string show_cell(Type type, const Cell& cell);

class TestDictionary final : public Dictionary {
 public:
  explicit TestDictionary(std::vector<std::string> texts);
  u32 size() const override { return static_cast<u32>(views_.size()); }
  const StringView* entries() const override { return views_.data(); }
  void grow(const std::vector<std::string>& texts);  // entries do not move: up to kMostEntries
  u32 code(const std::string& text) const;           // throws std::out_of_range

  static constexpr std::size_t kMostEntries = 20000;

 private:
  std::unordered_map<std::string, u32> codes_;
  std::vector<std::string> texts_;
  std::vector<StringView> views_;
};

struct TestColumn {
  Type type = Type::I32;
  std::vector<Cell> cells;  // one, when constant
  bool constant = false;
  std::shared_ptr<TestDictionary> dictionary;  // text as codes
  std::vector<u8> bytes;
  std::vector<u64> validity;
  bool nullable = false;

  // Fills bytes and validity. Values of null rows are rubbish on purpose.
  void pack();
  Vector vector(u32 first) const;  // a vector's rows begin at multiples of kVectorRows
  const Cell& at(u32 row) const { return cells[constant ? 0 : row]; }
};

TestColumn column(Type type, std::vector<Cell> cells);
TestColumn dictionary_column(std::shared_ptr<TestDictionary> dictionary, std::vector<Cell> cells);

class TestReader final : public MorselReader {
 public:
  TestReader(const std::vector<TestColumn>& columns, u32 rows);
  void open(const Morsel&) override { next_ = 0; }
  u32 next() override;
  const Vector& column(u32 index) override;
  u64 row() const override { return first_; }
  u32 reads(u32 index) const { return reads_[index]; }

 private:
  const std::vector<TestColumn>& columns_;
  u32 rows_;
  u32 next_ = 0;
  u32 first_ = 0;
  std::vector<Vector> vectors_;
  std::vector<bool> read_;
  std::vector<u32> reads_;
};

struct Answer {
  std::vector<u32> rows;  // numbers of the surviving rows
  std::vector<std::vector<Cell>> columns;
  std::vector<Type> types;
  std::optional<Error> error;
};

Cell cell_of(const Vector& vector, u32 row);

Answer run_program(const ProgramDescription& description, const std::vector<TestColumn>& columns, u32 rows,
                   const std::vector<ColumnFacts>* facts = nullptr);

// Builds descriptions: registers are what the calls return.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(const std::vector<TestColumn>& inputs);
  u32 constant(Type type, const Cell& cell);  // all constants before the first operation
  u32 operation(std::string name, Type result, std::vector<u32> arguments, std::vector<i64> parameters = {});
  void filter(u32 condition) { operation("filter", Type::Bool, {condition}); }
  ProgramDescription build(std::vector<u32> outputs);

 private:
  ProgramDescription description_;
};

// One operation over columns (constant columns become constants of the program when `constants`).
Answer run_operation(const std::string& name, Type result, const std::vector<TestColumn>& operands, u32 rows,
                     std::vector<i64> parameters = {}, bool constants = false);

// The expected cell of a row, or nothing if the row has no result.
using Reference = std::function<std::optional<Cell>(const std::vector<Cell>& operands)>;

// Runs the operation over random operands of every size that matters, flat and constant, with and without nulls, and
// compares row by row; rows without a result must be the error, and must not matter when null or filtered away.
void check_operation(const std::string& name, Type result, const std::vector<Type>& operands,
                     const Reference& reference, std::vector<i64> parameters = {});

// Values of a type with the edges favoured: extremes, zeros, NaN, infinities, empty and long texts.
Cell random_cell(Type type, std::mt19937_64& random);
std::vector<Cell> random_cells(Type type, u32 rows, double null_share, std::mt19937_64& random);

inline constexpr u32 kSizes[] = {1, 63, 64, 65, 2047, 2048};

}  // namespace spillway::check
