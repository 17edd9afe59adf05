// One program, many threads: results by dictionary code are made once and shared while others go on row by row.
#include <atomic>
#include <thread>

#include "check.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

TEST(threads_share_results_by_code) {
  std::vector<std::string> texts;
  for (u32 i = 0; i < 9000; ++i) texts.push_back("Text Number " + std::to_string(i));
  const auto dictionary = std::make_shared<TestDictionary>(texts);
  std::vector<TestColumn> columns;
  std::vector<Cell> cells;
  for (u32 r = 0; r < 8192; ++r)
    cells.push_back(r % 11 == 0 ? null_cell() : text_cell(texts[(r * 7919) % texts.size()]));
  columns.push_back(dictionary_column(dictionary, cells));
  ProgramBuilder b(columns);
  const u32 pattern = b.constant(Type::Utf8, text_cell("%3%"));
  const u32 upper = b.operation("upper", Type::Utf8, {0});
  b.filter(b.operation("like", Type::Bool, {0, pattern}));
  std::vector<ColumnFacts> facts(1);
  facts[0].type = Type::Utf8;
  const auto program = Program::compile(b.build({upper, 0}), facts);
  std::atomic<u32> wrong{0}, rows{0};
  const auto work = [&] {
    const auto state = program->make_state();
    for (u32 round = 0; round < 5; ++round) {
      TestReader reader(columns, 8192);
      while (const u32 n = reader.next()) {
        const Chunk& chunk = state->run(reader, n);
        for (u32 i = 0; i < chunk.selected; ++i) {
          const Cell up = cell_of(chunk.columns[0], chunk.row_at(i)),
                     plain = cell_of(chunk.columns[1], chunk.row_at(i));
          if (up.null || up.text.size() != plain.text.size() || up.text.substr(0, 5) != "TEXT " ||
              plain.text.find('3') == std::string::npos)
            ++wrong;
        }
        rows += chunk.selected;
      }
    }
  };
  std::vector<std::thread> threads;
  for (u32 t = 0; t < 4; ++t) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  u32 expected = 0;
  for (const Cell& cell : cells) expected += !cell.null && cell.text.find('3') != std::string::npos;
  CHECK_EQ(wrong.load(), 0u);
  CHECK_EQ(rows.load(), expected * 20);
}
