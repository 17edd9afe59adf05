// Filters: what survives, in which order, what is read, and that moving survivors together changes nothing.
#include "check.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

struct Rows {
  std::vector<TestColumn> columns;
  u32 rows;
};

Rows some_rows(u32 rows, double null_share) {
  std::mt19937_64 random(rows);
  std::vector<Cell> k, x, texts, codes;
  const auto dictionary =
      std::make_shared<TestDictionary>(std::vector<std::string>{"SFO", "JFK", "LAX", "a longer airport name"});
  for (u32 r = 0; r < rows; ++r) {
    const bool null = static_cast<double>(random() % 100) < null_share * 100;
    k.push_back(null ? null_cell() : int_cell(static_cast<i64>(random() % 1000)));
    x.push_back(real_cell(static_cast<f64>(r) * 0.5));
    texts.push_back(random() % 7 == 0 ? null_cell() : text_cell("text number " + std::to_string(r)));
    codes.push_back(random() % 9 == 0 ? null_cell()
                                      : text_cell(std::string(dictionary->entries()[random() % 4].text())));
  }
  return {{column(Type::I32, k), column(Type::F64, x), column(Type::Utf8, texts), dictionary_column(dictionary, codes)},
          rows};
}

// k < bound, then x * 3 + x, the texts and the codes of the survivors.
void check_threshold(u32 rows, double null_share, i64 bound, i64 second_bound) {
  const Rows data = some_rows(rows, null_share);
  ProgramBuilder b(data.columns);
  const u32 limit = b.constant(Type::I32, int_cell(bound)), limit2 = b.constant(Type::I32, int_cell(second_bound));
  const u32 three = b.constant(Type::F64, real_cell(3));
  const u32 early = b.operation("add", Type::F64, {1, 1});
  b.filter(b.operation("lt", Type::Bool, {0, limit}));
  const u32 product = b.operation("mul", Type::F64, {1, three});
  const u32 sum = b.operation("add", Type::F64, {product, 1});
  const u32 same = b.operation("eq", Type::Bool, {early, early});
  b.filter(b.operation("ge", Type::Bool, {0, limit2}));
  const u32 more = b.operation("add", Type::F64, {sum, early});
  const Answer answer = run_program(b.build({0, sum, 2, 3, more, same, early, three}), data.columns, rows);
  CHECK(!answer.error);
  std::size_t at = 0;
  for (u32 r = 0; r < rows; ++r) {
    const Cell& k = data.columns[0].cells[r];
    if (k.null || k.integer >= bound || k.integer < second_bound) continue;
    if (at >= answer.columns[0].size()) break;
    const f64 x = data.columns[1].cells[r].real;
    CHECK(same_cell(Type::I32, answer.columns[0][at], k));
    CHECK(same_cell(Type::F64, answer.columns[1][at], real_cell(x * 3 + x)));
    CHECK(same_cell(Type::Utf8, answer.columns[2][at], data.columns[2].cells[r]));
    CHECK(same_cell(Type::Utf8, answer.columns[3][at], data.columns[3].cells[r]));
    CHECK(same_cell(Type::F64, answer.columns[4][at], real_cell(x * 3 + x + (x + x))));
    CHECK(same_cell(Type::Bool, answer.columns[5][at], int_cell(1)));
    CHECK(same_cell(Type::F64, answer.columns[6][at], real_cell(x + x)));
    CHECK(same_cell(Type::F64, answer.columns[7][at], real_cell(3)));
    ++at;
  }
  CHECK_EQ(answer.columns[0].size(), at);
}

}  // namespace

TEST(survivors_keep_their_order_and_values) {
  for (const u32 rows : {1u, 63u, 64u, 65u, 2047u, 2048u, 5000u}) {
    for (const double nulls : {0.0, 0.3}) {
      for (const i64 bound : {0, 1, 20, 100, 300, 700, 999, 1000}) {
        check_threshold(rows, nulls, bound, 0);
        check_threshold(rows, nulls, bound, 10);
        check_threshold(rows, nulls, bound, bound / 2);
      }
    }
  }
}

TEST(columns_are_not_read_when_no_row_survives) {
  const Rows data = some_rows(2048, 0);
  ProgramBuilder b(data.columns);
  const u32 none = b.constant(Type::I32, int_cell(-1));
  const u32 doubled = b.operation("add", Type::F64, {1, 1});
  b.filter(b.operation("lt", Type::Bool, {0, none}));
  std::vector<ColumnFacts> facts(4);
  for (std::size_t i = 0; i < 4; ++i) facts[i].type = data.columns[i].type;
  const auto program = Program::compile(b.build({doubled, 2}), facts);
  const auto state = program->make_state();
  TestReader reader(data.columns, data.rows);
  CHECK_EQ(state->run(reader, reader.next()).selected, 0u);
  CHECK_EQ(reader.reads(0), 1u);
  CHECK_EQ(reader.reads(1), 0u);
  CHECK_EQ(reader.reads(2), 0u);
}

TEST(constant_conditions) {
  const Rows data = some_rows(100, 0);
  for (const Cell& condition : {int_cell(1), int_cell(0), null_cell()}) {
    ProgramBuilder b(data.columns);
    b.filter(b.constant(Type::Bool, condition));
    const Answer answer = run_program(b.build({0}), data.columns, 100);
    CHECK_EQ(answer.columns[0].size(), condition.null || condition.integer == 0 ? 0u : 100u);
  }
}

TEST(a_row_that_fails_is_an_error_only_if_it_survives) {
  std::vector<Cell> cells;
  for (u32 r = 0; r < 3000; ++r) cells.push_back(int_cell(r == 2500 ? 2000000000 : r));
  const std::vector<TestColumn> columns{column(Type::I32, cells)};
  {
    ProgramBuilder b(columns);
    const u32 twice = b.operation("add", Type::I32, {0, 0});
    const Answer answer = run_program(b.build({twice}), columns, 3000);
    CHECK(answer.error && answer.error->code() == ErrorCode::Data);
    if (answer.error) {
      CHECK_EQ(std::string(answer.error->what()),
               "`add(…)` at row 2500: 2000000000, 2000000000: the result does not fit the type (int32)");
      CHECK_EQ(answer.error->detail()[0].second, "2500");
    }
  }
  {
    ProgramBuilder b(columns);
    const u32 limit = b.constant(Type::I32, int_cell(1000000));
    b.filter(b.operation("lt", Type::Bool, {0, limit}));
    const u32 twice = b.operation("add", Type::I32, {0, 0});
    const Answer answer = run_program(b.build({twice}), columns, 3000);
    CHECK(!answer.error);
    CHECK_EQ(answer.columns[0].size(), 2999u);
  }
}

TEST(a_branch_that_is_not_taken_cannot_fail) {
  std::vector<Cell> cells;
  for (u32 r = 0; r < 100; ++r) cells.push_back(int_cell(r % 3 == 0 ? 2000000000 : static_cast<i64>(r)));
  const std::vector<TestColumn> columns{column(Type::I32, cells)};
  const auto answer_of = [&](const std::string& shape) {
    ProgramBuilder b(columns);
    const u32 limit = b.constant(Type::I32, int_cell(1000000));
    const u32 small = b.operation("lt", Type::Bool, {0, limit});
    const u32 twice = b.operation("add", Type::I32, {0, 0});
    const u32 even = b.operation("ge", Type::Bool, {twice, limit});
    u32 out = 0;
    if (shape == "ifElse") out = b.operation("ifElse", Type::I32, {small, twice, 0});
    if (shape == "ifElse swapped") out = b.operation("ifElse", Type::I32, {small, 0, twice});
    if (shape == "coalesce") out = b.operation("coalesce", Type::I32, {0, twice});
    if (shape == "and") out = b.operation("and", Type::Bool, {small, even});
    if (shape == "or") out = b.operation("or", Type::Bool, {even, small});
    return run_program(b.build({out}), columns, 100);
  };
  CHECK(!answer_of("ifElse").error);
  CHECK_EQ(answer_of("ifElse").columns[0].size(), 100u);
  CHECK(answer_of("ifElse swapped").error.has_value());
  CHECK(!answer_of("coalesce").error);
  CHECK(!answer_of("and").error);
  CHECK(answer_of("or").error.has_value());
}

TEST(malformed_programs_are_refused) {
  const std::vector<TestColumn> columns{column(Type::I32, {int_cell(1)})};
  const auto compile = [&](const std::function<std::vector<u32>(ProgramBuilder&)>& make) {
    ProgramBuilder b(columns);
    const std::vector<u32> outputs = make(b);
    return run_program(b.build(outputs), columns, 1);
  };
  const auto internal = [](const Error& error) { return error.code() == ErrorCode::Internal; };
  CHECK_THROWS(compile([](ProgramBuilder& b) { return std::vector<u32>{b.operation("nonsense", Type::I32, {0})}; }),
               Error, CHECK(internal(error)));
  CHECK_THROWS(compile([](ProgramBuilder& b) {
                 return std::vector<u32>{b.operation("add", Type::I64, {0, 0})};
               }),
               Error, CHECK(internal(error)));
  CHECK_THROWS(compile([](ProgramBuilder& b) { return std::vector<u32>{b.operation("add", Type::I32, {0})}; }), Error,
               CHECK(internal(error)));
  CHECK_THROWS(compile([](ProgramBuilder& b) { return std::vector<u32>{b.operation("neg", Type::I32, {7})}; }), Error,
               CHECK(internal(error)));
  CHECK_THROWS(compile([](ProgramBuilder& b) {
                 b.filter(0);
                 return std::vector<u32>{0};
               }),
               Error, CHECK(internal(error)));
  CHECK_THROWS(compile([](ProgramBuilder&) { return std::vector<u32>{99}; }), Error, CHECK(internal(error)));
}
