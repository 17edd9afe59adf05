// Writing and reading .vtr files by many threads at once, and what happens when the disk fails in the middle.
#include <cerrno>
#include <random>
#include <thread>

#include "check.h"
#include "vtr_harness.h"

using namespace spillway;
using namespace spillway::vtr_test;

namespace {

Table threaded_table(u64 rows) {
  Table table;
  table.rows = rows;
  table.columns.push_back(column_of<i64>(Type::I64, rows, [](u64 row) { return static_cast<i64>(row * row % 9973); }));
  table.columns.push_back(text_column(rows, [](u64 row) { return "text " + std::to_string(row * 31 % 500); }));
  table.columns.push_back(text_column(rows, [](u64 row) { return "only once " + std::to_string(row); }));
  table.columns.push_back(column_of<f64>(Type::F64, rows, [](u64 row) { return static_cast<f64>(row % 1000) / 10; }));
  return table;
}

std::atomic<int> operations_left{0};

int fail_in_time(FileOperation operation, const char*) {
  if (operation != FileOperation::Write) return 0;
  return operations_left.fetch_sub(1) == 1 ? ENOSPC : 0;
}

}  // namespace

TEST(many_threads_write_what_one_thread_writes) {
  const Table table = threaded_table(60000);
  std::vector<u8> first;
  for (u32 threads : {1u, 4u, 8u}) {
    const std::string path = scratch_path("threads.vtr");
    write_table(path, table, {.threads = threads, .morsel_rows = 3000, .memory = std::size_t{16} << 20});
    const std::vector<u8> bytes = read_file(path);
    if (first.empty()) first = bytes;
    CHECK(bytes == first);
    try_remove_file(path);
  }
}

TEST(queries_share_a_file_from_many_threads) {
  const Table table = threaded_table(40000);
  const std::string path = scratch_path("shared.vtr");
  const Written written = write_table(path, table);
  VtrDescription description = written.description;
  description.verify = VtrVerify::First;
  const auto file = std::make_shared<VtrFile>(description);
  std::atomic<u64> rows{0};
  std::vector<std::thread> threads;
  for (u32 t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      MemoryPool pool(std::size_t{1} << 30);
      QueryContext context(pool, options(1));
      VtrSource source(file, {t % 4, 1}, {});
      source.start(context);
      std::unique_ptr<MorselReader> reader = source.make_reader();
      Morsel morsel;
      while (source.next_morsel(morsel) == Source::Next::Ready) {
        reader->open(morsel);
        while (u32 count = reader->next()) {
          reader->column(0);
          reader->column(1);
          rows.fetch_add(count);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(rows.load(), 4 * table.rows);
  try_remove_file(path);
}

TEST(a_full_disk_ends_the_write_with_its_error) {
  const Table table = threaded_table(25000);
  u32 failures = 0;
  for (int at = 1; at < 40; ++at) {
    const std::string path = scratch_path("full.vtr");
    operations_left.store(at + 1);  // the header is the first write
    set_file_fault(fail_in_time);
    try {
      write_table(path, table, {.threads = 3, .morsel_rows = 5000, .memory = std::size_t{8} << 20});
      set_file_fault(nullptr);
      try_remove_file(path);
      break;
    } catch (const Error& error) {
      set_file_fault(nullptr);
      CHECK_EQ(error.code(), ErrorCode::NoSpace);
      ++failures;
    }
    try_remove_file(path);
  }
  CHECK(failures > 5);
}
