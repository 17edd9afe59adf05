// Matrices on disk: cells of every type and layout, as points, as a query's rows, in tasks, and in truncated files.
#include <cmath>
#include <cstdlib>
#include <limits>

#include <unistd.h>

#include "engine/query.h"
#include "neighbors/matrix_cells.h"
#include "neighbors/matrix_points.h"
#include "neighbors/matrix_work.h"
#include "test/rows_handle.h"
#include "test/scratch_name.h"
#include "test/search_harness.h"

namespace spillway {
namespace {

using namespace search_test;

constexpr CellType kTypes[] = {CellType::Char,    CellType::Short, CellType::Raw,
                               CellType::Integer, CellType::Float, CellType::Double};

// The code of the error that the call throws; Internal when it throws none.
template <class Call>
ErrorCode code_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::Internal;
}

// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() {
    path_ = scratch_name("matrix");
    CHECK(::mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() {
    for (const std::string& file : files_) try_remove_file(file);
    try_remove_folder(path_);
  }
  std::string make(const std::string& name, const std::vector<u8>& bytes) {
    files_.push_back(path_ + "/" + name);
    File file(files_.back(), File::Mode::Create);
    file.write(0, bytes.data(), bytes.size());
    return files_.back();
  }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

// Whole numbers that every type holds; a missing value now and then.
f64 value_at(u64 row, u64 column) { return static_cast<f64>((row * 31 + column * 7) % 100); }
bool missing_at(CellType type, u64 row, u64 column) {
  return type != CellType::Raw && (row * 5 + column * 3) % 41 == 0;
}

// Column `column` of `rows` cells.
void append_column(CellType type, u64 rows, u64 column, std::vector<u8>& bytes) {
  with_cell(type, [&](auto* typed) {
    for (u64 row = 0; row < rows; ++row) {
      std::remove_pointer_t<decltype(typed)> cell = 0;
      CHECK(put_number(missing_at(type, row, column) ? missing_double() : value_at(row, column), cell));
      const u8* from = reinterpret_cast<const u8*>(&cell);
      bytes.insert(bytes.end(), from, from + sizeof cell);
    }
  });
}

constexpr u64 kRows = 5000, kColumns = 21, kFirstRow = 700, kFirstColumn = 3;

// Rows kFirstRow … of 5,000 + 1,000, columns kFirstColumn … of 21 + 5.
std::shared_ptr<MatrixFile> test_matrix(Folder& folder, CellType type, bool separated, bool writable = false) {
  MatrixShape shape;
  shape.type = type;
  shape.total_rows = kRows + 1000;
  shape.total_columns = kColumns + 5;
  shape.first_row = kFirstRow;
  shape.rows = kRows;
  shape.first_column = kFirstColumn;
  shape.columns = kColumns;
  shape.separated = separated;
  const std::string name = "m" + std::to_string(static_cast<u32>(type)) + (separated ? "s" : "c");
  std::vector<std::string> paths;
  std::vector<u8> bytes;
  for (u64 c = 0; c < shape.total_columns; ++c) {
    append_column(type, shape.total_rows, c, bytes);
    if (!separated) continue;
    if (c >= kFirstColumn && c < kFirstColumn + kColumns) paths.push_back(folder.make(name + std::to_string(c), bytes));
    bytes.clear();
  }
  if (!separated) paths.push_back(folder.make(name, bytes));
  return std::make_shared<MatrixFile>(std::move(paths), shape, writable);
}

bool same_number(CellType type, u64 row, u64 column, f64 found) {
  row += kFirstRow;
  column += kFirstColumn;
  return missing_at(type, row, column) ? std::isnan(found) : found == value_at(row, column);
}

TEST(matrix_rows_are_points_of_every_type_and_layout) {
  Folder folder;
  for (CellType type : kTypes) {
    for (bool separated : {false, true}) {
      auto file = test_matrix(folder, type, separated);
      MatrixPoints points(file);
      CHECK_EQ(points.single(), type != CellType::Integer && type != CellType::Double);
      for (auto [first, count] : {std::pair<u64, u64>{0, kRows}, {4999, 1}, {17, 1234}, {5000, 0}}) {
        std::vector<f64> rows(count * kColumns);
        points.read(first, count, rows.data());
        std::vector<f32> singles(points.single() ? rows.size() : 0);
        if (points.single()) points.read_single(first, count, singles.data());
        u64 wrong = 0;
        for (u64 i = 0; i < rows.size(); ++i) {
          wrong += !same_number(type, first + i / kColumns, i % kColumns, rows[i]);
          if (points.single()) wrong += !same_number(type, first + i / kColumns, i % kColumns, singles[i]);
        }
        CHECK_EQ(wrong, 0u);
      }
    }
  }
}

TEST(matrix_blocks_are_read_in_rows_and_columns) {
  Folder folder;
  auto file = test_matrix(folder, CellType::Double, false);
  for (bool row_major : {true, false}) {
    for (const std::vector<u64>& listed : {std::vector<u64>{}, std::vector<u64>{20, 0, 0, 7}}) {
      MatrixBlock block{11, 4000, 2, listed.empty() ? 19 : listed.size(), listed, row_major};
      auto task = run<MatrixReadWork>(2, file, block);
      const f64* cells = static_cast<MatrixReadWork&>(task->result()).cells.as<f64>();
      u64 wrong = 0;
      for (u64 r = 0; r < block.rows; ++r) {
        for (u64 c = 0; c < block.columns; ++c) {
          const f64 cell = cells[row_major ? r * block.columns + c : c * block.rows + r];
          wrong += !same_number(CellType::Double, 11 + r, block.column(c), cell);
        }
      }
      CHECK_EQ(wrong, 0u);
    }
  }
}

TEST(matrix_blocks_outside_are_refused) {
  Folder folder;
  auto file = test_matrix(folder, CellType::Char, false);
  const MatrixBlock outside[] = {{0, kRows + 1, 0, 1, {}, true}, {kRows, 1, 0, 1, {}, true},
                                 {0, 1, kColumns, 1, {}, true},  {0, 1, 0, 1, {kColumns}, true},
                                 {0, 1, 0, 2, {1}, true},        {1, ~u64{0}, 0, 1, {}, true}};
  for (const MatrixBlock& block : outside) CHECK_EQ(code_of([&] { MatrixReadWork(file, block); }), ErrorCode::Argument);
  CHECK_EQ(code_of([&] { MatrixHashWork(file, 3, kRows + 1); }), ErrorCode::Argument);
  const f64 value = 1;
  CHECK_EQ(code_of([&] {
             MatrixWriteWork(file, {0, 1, 0, 1, {}, true}, Type::F64, &value);
           }),
           ErrorCode::Argument);  // read-only
  CHECK_EQ(code_of([&] {
             MatrixFile({"/tmp/x"}, {CellType::Double, u64{1} << 62, 16, 0, 0, 0, 0, false}, false);
           }),
           ErrorCode::Argument);
  CHECK_EQ(code_of([&] {
             MatrixFile({"/tmp/x"}, {CellType::Double, 4, 4, 3, 2, 0, 4, false}, false);
           }),
           ErrorCode::Argument);
  CHECK_EQ(code_of([&] {
             MatrixFile({"/tmp/x"}, {static_cast<CellType>(5), 4, 4, 0, 4, 0, 4, false}, false);
           }),
           ErrorCode::Argument);
}

TEST(matrix_writes_what_fits_and_nothing_else) {
  Folder folder;
  auto file = test_matrix(folder, CellType::Short, false, true);
  MatrixBlock block{100, 3000, 1, 18, {}, true};
  std::vector<i32> values(block.rows * block.columns);
  for (u64 i = 0; i < values.size(); ++i) values[i] = static_cast<i32>(i % 32767);
  run<MatrixWriteWork>(2, file, block, Type::I32, values.data())->result();
  i16 cell = 0;
  file->read(18, 3099, 1, &cell);
  CHECK_EQ(cell, values.back());
  file->read(0, 100, 1, &cell);
  CHECK(same_number(CellType::Short, 100, 0, cell) || is_missing(cell));

  values[0] = -1;
  values[40'000] = 32768;
  values[53'000] = -32768;
  auto task = run<MatrixWriteWork>(2, file, block, Type::I32, values.data());
  CHECK_EQ(code_of([&] { task->result(); }), ErrorCode::Data);
  file->read(1, 100, 1, &cell);
  CHECK_EQ(cell, 0);
}

TEST(matrix_hashes_tell_content_not_layout) {
  Folder folder;
  auto hash = [](std::shared_ptr<MatrixFile> file, u64 first, u64 end) {
    auto task = run<MatrixHashWork>(2, std::move(file), first, end);
    return static_cast<MatrixHashWork&>(task->result()).hash;
  };
  auto whole = test_matrix(folder, CellType::Float, false, true), apart = test_matrix(folder, CellType::Float, true);
  CHECK_EQ(hash(whole, 0, kRows), hash(apart, 0, kRows));
  CHECK(hash(whole, 0, kRows) != hash(whole, 0, kRows - 1));
  const u64 before = hash(whole, 0, kRows), part = hash(whole, 0, 4000);
  const f32 value = 1e30f;
  whole->write(20, 4000, 1, &value);
  CHECK(hash(whole, 0, kRows) != before);
  CHECK_EQ(hash(whole, 0, 4000), part);
}

TEST(matrix_rows_are_a_querys_rows) {
  Folder folder;
  for (CellType type : kTypes) {
    auto file = test_matrix(folder, type, type == CellType::Short);
    for (u32 threads : {1u, 3u}) {
      ProcessSettings settings;
      settings.threads = threads;
      settings.memory = std::size_t{64} << 20;
      settings.temp_directory = "/tmp";
      Process process(settings);
      QueryDescription description = simple_query(SinkDescription::Kind::Batches, 3);
      description.pipelines[0].source.columns = {20, 0, 7};
      description.pipelines[0].source.first_row = 123;
      description.pipelines[0].source.end_row = 4900;
      QueryOptions options;
      options.threads = threads;
      options.memory = std::size_t{32} << 20;
      options.temp_directory = "/tmp";
      QueryContext context(process.memory, options);
      auto source = file->open_source(context, description.pipelines[0].source);
      source->start(context);
      const u64 in_place = source->rows_in_place().value_or(0);
      CHECK_EQ(in_place, 4777u);
      auto reader = source->make_reader();
      u64 next = 123, wrong = 0;
      Morsel morsel;
      while (source->next_morsel(morsel) == Source::Next::Ready) {
        reader->open(morsel);
        while (u32 rows = reader->next()) {
          CHECK_EQ(reader->row(), next);
          for (u32 i = 0; i < 3; ++i) {
            const u64 column = description.pipelines[0].source.columns[i];
            const Vector& vector = reader->column(i);
            with_cell(type, [&](auto* typed) {
              using Value = std::remove_pointer_t<decltype(typed)>;
              for (u32 r = 0; r < rows; ++r) {
                const bool missing = missing_at(type, kFirstRow + next + r, kFirstColumn + column);
                wrong += vector.valid(r) == missing;
                if (!missing)
                  wrong += !same_number(type, next + r, column, static_cast<f64>(vector.values<Value>()[r]));
              }
            });
          }
          next += rows;
        }
      }
      CHECK_EQ(next, 4900u);
      CHECK_EQ(wrong, 0u);
    }
  }
}

TEST(matrix_files_cut_short_are_format_errors) {
  Folder folder;
  auto file = test_matrix(folder, CellType::Double, false);
  File cut(file->path(0), File::Mode::ReadWrite);
  cut.truncate(100'000);
  auto task = run<MatrixHashWork>(2, file, u64{0}, kRows);
  CHECK_EQ(code_of([&] { task->result(); }), ErrorCode::Format);
  MatrixPoints points(file);
  std::vector<f64> row(kColumns);
  CHECK_EQ(code_of([&] { points.read(4999, 1, row.data()); }), ErrorCode::Format);
  CHECK_EQ(code_of([&] {
             MatrixFile({file->path(0)}, {CellType::Double, 6000, 26, 0, 10, 0, 1, false}, false);
           }),
           ErrorCode::Format);
}

TEST(matrix_of_many_separated_columns_keeps_few_files_open) {
  Folder folder;
  const u64 columns = MatrixFile::kOpenFiles * 3;
  std::vector<std::string> paths;
  for (u64 c = 0; c < columns; ++c) {
    std::vector<u8> bytes;
    append_column(CellType::Short, 10, c, bytes);
    paths.push_back(folder.make("column" + std::to_string(c), bytes));
  }
  auto file = std::make_shared<MatrixFile>(std::move(paths),
                                           MatrixShape{CellType::Short, 10, columns, 0, 10, 0, columns, true}, true);
  MatrixPoints points(file);
  std::vector<f64> rows(10 * columns);
  for (u32 again = 0; again < 2; ++again) points.read(0, 10, rows.data());
  u64 wrong = 0;
  for (u64 i = 0; i < rows.size(); ++i) {
    const bool missing = missing_at(CellType::Short, i / columns, i % columns);
    wrong += missing ? !std::isnan(rows[i]) : rows[i] != value_at(i / columns, i % columns);
  }
  CHECK_EQ(wrong, 0u);
}

TEST(matrix_numbers_that_no_cell_holds) {
  i8 small;
  CHECK(put_number(-127, small) && !put_number(-128, small) && !put_number(0.5, small));
  CHECK(put_number(missing_double(), small) && is_missing(small));
  u8 raw;
  CHECK(put_number(255, raw) && !put_number(-1, raw) && !put_number(missing_double(), raw));
  f32 single;
  CHECK(put_number(std::nan(""), single) && std::isnan(single) && !is_missing(single));
  CHECK(put_number(missing_double(), single) && is_missing(single));
  CHECK(!put_number(1e39, single) && !put_number(0x1p-126, single));
  CHECK(put_number(-std::numeric_limits<f64>::infinity(), single));
  CHECK(std::isnan(number_of<f64>(std::numeric_limits<i32>::min())));
}

}  // namespace
}  // namespace spillway
