// Packs test columns into vectors and reads results back.
#include "program_fixture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

namespace spillway::check {

Cell null_cell() { return {true, 0, 0, {}}; }
Cell int_cell(i128 value) { return {false, value, 0, {}}; }
Cell real_cell(f64 value) { return {false, 0, value, {}}; }
Cell text_cell(std::string value) { return {false, 0, 0, std::move(value)}; }

bool same_cell(Type type, const Cell& a, const Cell& b) {
  if (a.null || b.null) return a.null == b.null;
  if (type == Type::Utf8) return a.text == b.text;
  if (!is_float(type)) return a.integer == b.integer;
  if (std::isnan(a.real) || std::isnan(b.real)) return std::isnan(a.real) && std::isnan(b.real);
  return a.real == b.real && std::signbit(a.real) == std::signbit(b.real);
}

std::string show_cell(Type type, const Cell& cell) {
  if (cell.null) return "null";
  if (type == Type::Utf8) return '"' + cell.text + '"';
  std::ostringstream out;
  out.precision(17);
  if (is_float(type)) {
    out << cell.real;
  } else if (cell.integer < 0) {
    out << static_cast<i64>(cell.integer);
  } else {
    out << static_cast<u64>(cell.integer);
  }
  return out.str();
}

TestDictionary::TestDictionary(std::vector<std::string> texts) {
  texts_.reserve(kMostEntries);
  views_.reserve(kMostEntries);
  grow(texts);
}

void TestDictionary::grow(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    texts_.push_back(text);
    views_.emplace_back(texts_.back());
    codes_.try_emplace(text, static_cast<u32>(codes_.size()));
  }
}

u32 TestDictionary::code(const std::string& text) const { return codes_.at(text); }

namespace {

template <class T>
void put(std::vector<u8>& bytes, std::size_t row, T value) {
  std::memcpy(bytes.data() + row * sizeof(T), &value, sizeof(T));
}

void put_cell(std::vector<u8>& bytes, std::size_t row, Type type, const Cell& cell) {
  switch (type) {
    case Type::F32: return put(bytes, row, static_cast<f32>(cell.real));
    case Type::F64: return put(bytes, row, cell.real);
    case Type::Utf8: return put(bytes, row, StringView(cell.text));
    default: break;
  }
  const u64 value = static_cast<u64>(cell.integer);
  std::memcpy(bytes.data() + row * width_of(type), &value, width_of(type));
}

template <class T>
T get(const Vector& v, u32 row) {
  return v.values<T>()[row];
}

}  // namespace

void TestColumn::pack() {
  const u32 width = dictionary != nullptr ? 4 : width_of(type);
  bytes.assign((cells.size() + 64) * width, 0);
  validity.assign((cells.size() + kVectorRows) / 64 + 1, 0);
  nullable = false;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    const Cell& cell = cells[r];
    if (cell.null) {
      nullable = true;
      if (dictionary != nullptr || type == Type::Utf8) continue;
      std::memset(bytes.data() + r * width, static_cast<int>(r * 37 % 251), width);
      if (type == Type::Bool) bytes[r] = r % 2;
      continue;
    }
    validity[r / 64] |= u64{1} << (r % 64);
    if (dictionary != nullptr) {
      put(bytes, r, dictionary->code(cell.text));
    } else {
      put_cell(bytes, r, type, cell);
    }
  }
}

Vector TestColumn::vector(u32 first) const {
  Vector v;
  v.type = type;
  v.constant = constant;
  v.dictionary = dictionary.get();
  const u32 row = constant ? 0 : first;
  v.data = bytes.data() + std::size_t{row} * (dictionary != nullptr ? 4 : width_of(type));
  v.validity = nullable ? validity.data() + row / 64 : nullptr;
  return v;
}

TestColumn column(Type type, std::vector<Cell> cells) {
  TestColumn c;
  c.type = type;
  c.cells = std::move(cells);
  c.pack();
  return c;
}

TestColumn dictionary_column(std::shared_ptr<TestDictionary> dictionary, std::vector<Cell> cells) {
  TestColumn c;
  c.type = Type::Utf8;
  c.dictionary = std::move(dictionary);
  c.cells = std::move(cells);
  c.pack();
  return c;
}

TestReader::TestReader(const std::vector<TestColumn>& columns, u32 rows)
    : columns_(columns), rows_(rows), vectors_(columns.size()), read_(columns.size()), reads_(columns.size()) {}

u32 TestReader::next() {
  first_ = next_;
  std::fill(read_.begin(), read_.end(), false);
  const u32 rows = std::min(kVectorRows, rows_ - next_);
  next_ += rows;
  return rows;
}

const Vector& TestReader::column(u32 index) {
  if (!read_[index]) {
    vectors_[index] = columns_[index].vector(first_);
    read_[index] = true;
    ++reads_[index];
  }
  return vectors_[index];
}

Cell cell_of(const Vector& v, u32 row) {
  const u32 r = v.constant ? 0 : row;
  if (!v.valid(row)) return null_cell();
  if (v.dictionary != nullptr) return text_cell(std::string(v.dictionary->entries()[get<u32>(v, r)].text()));
  switch (v.type) {
    case Type::Bool: return int_cell(get<u8>(v, r));
    case Type::I8: return int_cell(get<i8>(v, r));
    case Type::I16: return int_cell(get<i16>(v, r));
    case Type::I32:
    case Type::Date: return int_cell(get<i32>(v, r));
    case Type::I64:
    case Type::Timestamp: return int_cell(get<i64>(v, r));
    case Type::U8: return int_cell(get<u8>(v, r));
    case Type::U16: return int_cell(get<u16>(v, r));
    case Type::U32: return int_cell(get<u32>(v, r));
    case Type::U64: return int_cell(get<u64>(v, r));
    case Type::F32: return real_cell(get<f32>(v, r));
    case Type::F64: return real_cell(get<f64>(v, r));
    case Type::Utf8: return text_cell(std::string(get<StringView>(v, r).text()));
  }
  return {};
}

Answer run_program(const ProgramDescription& description, const std::vector<TestColumn>& given, u32 rows,
                   const std::vector<ColumnFacts>* facts) {
  std::vector<TestColumn> columns(given);
  for (TestColumn& c : columns) c.pack();  // packed texts point into their cells, which are copies now
  std::vector<ColumnFacts> inputs(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) inputs[i].type = columns[i].type;
  const std::shared_ptr<const Program> program = Program::compile(description, facts == nullptr ? inputs : *facts);
  const std::unique_ptr<ProgramState> state = program->make_state();
  TestReader reader(columns, rows);
  Answer answer;
  answer.columns.resize(description.outputs.size());
  for (const ColumnFacts& f : program->outputs()) answer.types.push_back(f.type);
  try {
    while (const u32 n = reader.next()) {
      const Chunk& chunk = state->run(reader, n);
      for (u32 i = 0; i < chunk.selected; ++i) {
        const u32 r = chunk.row_at(i);
        for (std::size_t c = 0; c < answer.columns.size(); ++c)
          answer.columns[c].push_back(cell_of(chunk.columns[c], r));
      }
    }
  } catch (const Error& error) {
    answer.error = error;
  }
  return answer;
}

ProgramBuilder::ProgramBuilder(const std::vector<TestColumn>& inputs) {
  for (const TestColumn& input : inputs) description_.inputs.push_back(input.type);
}

u32 ProgramBuilder::constant(Type type, const Cell& cell) {
  Constant c;
  c.type = type;
  c.null = cell.null;
  c.integer = static_cast<i64>(static_cast<u64>(cell.integer));
  c.real = cell.real;
  c.text = cell.text;
  description_.constants.push_back(c);
  return static_cast<u32>(description_.inputs.size() + description_.constants.size() - 1);
}

u32 ProgramBuilder::operation(std::string name, Type result, std::vector<u32> arguments, std::vector<i64> parameters) {
  Instruction instruction;
  instruction.label = name + "(…)";
  instruction.operation = std::move(name);
  instruction.result = result;
  instruction.arguments = std::move(arguments);
  instruction.parameters = std::move(parameters);
  description_.instructions.push_back(std::move(instruction));
  return static_cast<u32>(description_.inputs.size() + description_.constants.size() +
                          description_.instructions.size() - 1);
}

ProgramDescription ProgramBuilder::build(std::vector<u32> outputs) {
  description_.outputs = std::move(outputs);
  return description_;
}

Answer run_operation(const std::string& name, Type result, const std::vector<TestColumn>& operands, u32 rows,
                     std::vector<i64> parameters, bool constants) {
  std::vector<TestColumn> inputs;
  for (const TestColumn& operand : operands) {
    if (!constants || !operand.constant) inputs.push_back(operand);
  }
  ProgramBuilder builder(inputs);
  std::vector<u32> arguments;
  u32 next = 0;
  for (const TestColumn& operand : operands) {
    arguments.push_back(constants && operand.constant ? builder.constant(operand.type, operand.cells[0]) : next++);
  }
  const u32 out = builder.operation(name, result, arguments, std::move(parameters));
  return run_program(builder.build({out}), inputs, rows);
}

}  // namespace spillway::check
