// For tests of writing by shards: runs a whole query from a .vtr file to another, and routes the same rows by itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vtr_harness.h"

namespace spillway::shard_test {

using vtr_test::Table;

struct ShardSettings {
  std::vector<u32> keys = {0};  // columns of the table
  ShardDescription shards = {};
  u32 threads = 2;
  std::size_t memory = std::size_t{64} << 20;
  u32 morsel_pages = 0;
  bool equal_hashes = false;
};

struct Shard {
  u32 number = 0;
  u64 rows = 0;
  u64 checksum = 0;
  std::vector<std::string> key;  // spelt as vtr_test::show does
};

struct Sharded {
  std::string path;
  VtrDescription description;  // the table's columns, then the shard's number
  std::vector<Shard> directory;
  std::size_t peak_memory = 0;
};

// Writes the table to a .vtr file and that one by shards to another, through the driver. Throws the query's error.
Sharded write_shards(const Table& table, const ShardSettings& settings);
// The second step alone; `input` as vtr_test::write_table gives it.
Sharded write_shards(const vtr_test::Written& input, const ShardSettings& settings);

// A row's columns as text, joined by '|'.
std::vector<std::string> rows_as_text(const Table& table);

// The key of every row, as a group's name: nulls, NaN and −0 as they group together.
std::vector<std::string> level_keys(const Table& table, const std::vector<u32>& keys);

// Records failures unless the file holds the table's rows, those of each group in one shard and in input order, and the
// directory tells their numbers, rows and checksums. `groups[r]` names the group of row r.
void check_shards(const Sharded& sharded, const Table& table, const std::vector<std::string>& groups);

// The checksum's definition, row by row.
u64 row_hash(const Table& table, u64 row);

}  // namespace spillway::shard_test
