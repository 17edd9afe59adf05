// Runs a sort sink the way the query driver does: threads, morsels in any order, phases, ordered reading of the result.
#pragma once

#include <string>
#include <vector>

#include "engine/context.h"
#include "test/sort_table.h"

namespace spillway::sorting {

struct RunOptions {
  u32 threads = 2;
  std::size_t memory = std::size_t{64} << 20;
  std::size_t morsel_rows = 3000;
  bool force_spill = false;
  u64 seed = 1;
  u64 cancel_after = ~u64{0};  // chunks
};

struct RunResult {
  std::vector<std::string> rows;  // all columns' cells, in order
  u64 spilled = 0;                // bytes written
  std::size_t peak = 0;           // bytes reserved at most
  std::size_t left = 0;           // bytes still reserved after everything is gone
};

// Throws what the sort throws.
RunResult run_sort(const Table& table, const SinkDescription& sort, const RunOptions& options);

// The table's rows in the expected order, spelt like a result's.
std::vector<std::string> expected_rows(const Table& table, const SinkDescription& sort);

// Runs and compares; records a failed check that names the first difference.
void check_sort(const Table& table, const SinkDescription& sort, const RunOptions& options);

}  // namespace spillway::sorting
