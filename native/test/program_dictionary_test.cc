// A function of one dictionary column gives what it gives row by row, through fresh, growing and large dictionaries.
#include "check.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

std::shared_ptr<TestDictionary> airports() {
  return std::make_shared<TestDictionary>(
      std::vector<std::string>{"SFO", "jfk", "", "Lax", "a longer airport name", "SFO ", "Zürich", "12"});
}

TestColumn random_codes(const std::shared_ptr<TestDictionary>& dictionary, u32 rows, double null_share, u64 seed) {
  std::mt19937_64 random(seed);
  std::vector<Cell> cells;
  for (u32 r = 0; r < rows; ++r) {
    const bool null = static_cast<double>(random() % 100) < null_share * 100;
    cells.push_back(null ? null_cell()
                         : text_cell(std::string(dictionary->entries()[random() % dictionary->size()].text())));
  }
  return dictionary_column(dictionary, cells);
}

struct Use {
  const char* name;
  Type result;
  std::vector<Cell> constants;
  bool twice = false;  // the column in both places
};

const std::vector<Use>& uses() {
  static const std::vector<Use> list = {{"eq", Type::Bool, {text_cell("SFO")}},
                                        {"ne", Type::Bool, {text_cell("SFO")}},
                                        {"eq", Type::Bool, {text_cell("none")}},
                                        {"lt", Type::Bool, {text_cell("a")}},
                                        {"eq", Type::Bool, {null_cell()}},
                                        {"eqNull", Type::Bool, {null_cell()}},
                                        {"eqNull", Type::Bool, {text_cell("jfk")}},
                                        {"in", Type::Bool, {text_cell("SFO"), text_cell("12")}},
                                        {"in", Type::Bool, {text_cell("SFO"), null_cell()}},
                                        {"isNull", Type::Bool, {}},
                                        {"isNotNull", Type::Bool, {}},
                                        {"length", Type::I64, {}},
                                        {"lower", Type::Utf8, {}},
                                        {"upper", Type::Utf8, {}},
                                        {"trim", Type::Utf8, {}},
                                        {"concat", Type::Utf8, {text_cell(" and some more text")}},
                                        {"coalesce", Type::Utf8, {text_cell("nothing")}},
                                        {"nullIf", Type::Utf8, {text_cell("SFO")}},
                                        {"like", Type::Bool, {text_cell("%a%")}},
                                        {"startsWith", Type::Bool, {text_cell("S")}},
                                        {"greatest", Type::Utf8, {text_cell("Q")}},
                                        {"eq", Type::Bool, {}, true},
                                        {"concat", Type::Utf8, {}, true}};
  return list;
}

Answer run_use(const Use& use, const TestColumn& text) {
  const std::vector<TestColumn> columns{text};
  ProgramBuilder b(columns);
  std::vector<u32> arguments{0};
  if (use.twice) arguments.push_back(0);
  for (const Cell& constant : use.constants) arguments.push_back(b.constant(Type::Utf8, constant));
  const u32 out = b.operation(use.name, use.result, arguments);
  return run_program(b.build({out}), columns, static_cast<u32>(text.cells.size()));
}

void check_same(const Use& use, const TestColumn& codes) {
  const Answer by_code = run_use(use, codes), by_row = run_use(use, column(Type::Utf8, codes.cells));
  CHECK(!by_code.error && !by_row.error);
  CHECK_EQ(by_code.columns[0].size(), by_row.columns[0].size());
  for (std::size_t r = 0; r < by_row.columns[0].size(); ++r) {
    if (same_cell(use.result, by_code.columns[0][r], by_row.columns[0][r])) continue;
    CHECK_EQ(std::string(use.name) + "(" + show_cell(Type::Utf8, codes.cells[r]) +
                 "…) = " + show_cell(use.result, by_code.columns[0][r]),
             "… = " + show_cell(use.result, by_row.columns[0][r]));
    return;
  }
}

}  // namespace

TEST(by_code_as_by_row) {
  for (const Use& use : uses()) {
    for (const u32 rows : kSizes) {
      check_same(use, random_codes(airports(), rows, 0, rows));
      check_same(use, random_codes(airports(), rows, 0.3, rows));
    }
  }
}

TEST(text_results_stay_dictionaries) {
  const std::vector<TestColumn> columns{random_codes(airports(), 500, 0.1, 1)};
  ProgramBuilder b(columns);
  const u32 lower = b.operation("lower", Type::Utf8, {0}), again = b.operation("trim", Type::Utf8, {lower});
  std::vector<ColumnFacts> facts(1);
  facts[0].type = Type::Utf8;
  const auto program = Program::compile(b.build({lower, again}), facts);
  const auto state = program->make_state();
  TestReader reader(columns, 500);
  const Chunk& chunk = state->run(reader, reader.next());
  CHECK(chunk.columns[0].dictionary != nullptr);
  CHECK(chunk.columns[1].dictionary != nullptr);
  if (chunk.columns[1].dictionary != nullptr) CHECK_EQ(chunk.columns[1].dictionary->size(), 7u);
}

TEST(facts_promise_the_dictionary_of_text_results) {
  std::vector<TestColumn> columns{random_codes(airports(), 300, 0.1, 1)};
  ProgramBuilder b(columns);
  const u32 other = b.constant(Type::Utf8, text_cell("?"));
  const u32 lower = b.operation("lower", Type::Utf8, {0}), whole = b.operation("coalesce", Type::Utf8, {lower, other});
  std::vector<ColumnFacts> facts(1);
  facts[0].type = Type::Utf8;
  facts[0].dictionary = columns[0].dictionary.get();
  const auto program = Program::compile(b.build({0, lower, whole}), facts);
  CHECK(program->outputs()[0].dictionary == columns[0].dictionary.get());
  CHECK(program->outputs()[1].dictionary != nullptr);
  const auto state = program->make_state();
  for (const bool constant : {false, true}) {
    columns[0].constant = constant;
    TestReader reader(columns, 300);
    const Chunk& chunk = state->run(reader, reader.next());
    for (u32 c = 0; c < 3; ++c) CHECK(chunk.columns[c].dictionary == program->outputs()[c].dictionary);
    for (u32 r = 0; r < 300; ++r) {
      const Cell& cell = columns[0].at(r);
      CHECK_EQ(cell_of(chunk.columns[1], r).null, cell.null);
      CHECK_EQ(cell_of(chunk.columns[2], r).text.size(), cell.null ? 1 : cell.text.size());
    }
  }
}

TEST(two_columns_of_one_dictionary_compare_by_code) {
  const auto dictionary = airports();
  const std::vector<TestColumn> columns{random_codes(dictionary, 3000, 0.1, 1), random_codes(dictionary, 3000, 0.1, 2),
                                        random_codes(airports(), 3000, 0, 3)};
  for (const char* name : {"eq", "ne"}) {
    for (const u32 second : {1u, 2u}) {
      ProgramBuilder b(columns);
      const Answer answer = run_program(b.build({b.operation(name, Type::Bool, {0, second})}), columns, 3000);
      for (u32 r = 0; r < 3000; ++r) {
        const Cell &x = columns[0].cells[r], &y = columns[second].cells[r];
        const Cell expected =
            x.null || y.null ? null_cell() : int_cell((x.text == y.text) == (std::string(name) == "eq"));
        if (!same_cell(Type::Bool, answer.columns[0][r], expected)) {
          CHECK_EQ(r, ~0u);
          return;
        }
      }
    }
  }
}

TEST(a_dictionary_may_grow_between_vectors) {
  const auto dictionary = airports();
  std::vector<ColumnFacts> facts(1);
  facts[0].type = Type::Utf8;
  std::vector<TestColumn> columns{random_codes(dictionary, 100, 0.1, 1)};
  ProgramBuilder b(columns);
  const auto program = Program::compile(b.build({b.operation("upper", Type::Utf8, {0})}), facts);
  const auto state = program->make_state();
  for (u32 round = 0; round < 5; ++round) {
    columns[0] = random_codes(dictionary, 100, 0.1, round);
    TestReader reader(columns, 100);
    const Chunk& chunk = state->run(reader, reader.next());
    for (u32 r = 0; r < 100; ++r) {
      const Cell expected = columns[0].cells[r];
      const Cell got = cell_of(chunk.columns[0], r);
      CHECK_EQ(got.null, expected.null);
      CHECK_EQ(got.text.size(), expected.text.size());
    }
    dictionary->grow({"new " + std::to_string(round), "newer " + std::to_string(round)});
  }
}

TEST(entries_that_fail_matter_only_where_they_are_used) {
  const auto dictionary = std::make_shared<TestDictionary>(std::vector<std::string>{"1", "2", "x"});
  const auto numbers = [&](std::vector<Cell> cells) {
    const u32 rows = static_cast<u32>(cells.size());
    return run_operation("cast", Type::I32, {dictionary_column(dictionary, std::move(cells))}, rows);
  };
  const Answer good = numbers({text_cell("2"), null_cell(), text_cell("1")});
  CHECK(!good.error);
  CHECK(same_cell(Type::I32, good.columns[0][0], int_cell(2)));
  CHECK(good.columns[0][1].null);
  const Answer bad = numbers({text_cell("2"), text_cell("x")});
  CHECK(bad.error && bad.error->code() == ErrorCode::Data);
}

TEST(large_dictionaries_wait_until_they_pay) {
  std::vector<std::string> texts;
  for (u32 i = 0; i < 15000; ++i) texts.push_back("Entry Number " + std::to_string(i));
  const auto dictionary = std::make_shared<TestDictionary>(texts);
  dictionary->grow({"last one"});
  for (const Use& use : uses()) check_same(use, random_codes(dictionary, 10000, 0.1, 5));
}
