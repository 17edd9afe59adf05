// Queries of two pipelines: into the shards, and their directory into a block.
#include "shard_harness.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "check.h"
#include "engine/process.h"
#include "engine/query.h"
#include "engine/vtr_scan.h"
#include "kernels/pages.h"

namespace spillway::shard_test {
namespace {

constexpr format::FileId kId = {9, 9, 9, 1};

QueryDescription describe(const std::vector<Type>& types, const ShardSettings& settings) {
  QueryDescription query;
  PipelineDescription& write = query.pipelines.emplace_back();
  for (u32 c = 0; c < types.size(); ++c) {
    write.source.columns.push_back(c);
    write.program.inputs.push_back(types[c]);
  }
  write.program.outputs = settings.keys;
  for (u32 c = 0; c < types.size(); ++c) write.program.outputs.push_back(c);
  write.sink.kind = SinkDescription::Kind::WriteShards;
  write.sink.key_count = static_cast<u32>(settings.keys.size());
  write.sink.handle = 1;
  write.sink.shards = settings.shards;
  PipelineDescription& read = query.pipelines.emplace_back();
  read.source.kind = SourceDescription::Kind::Pipeline;
  read.program.inputs = {Type::U32, Type::I64, Type::U64};
  if (settings.shards.method == ShardDescription::Method::Level) {
    for (u32 key : settings.keys) read.program.inputs.push_back(types[key]);
  }
  for (u32 c = 0; c < read.program.inputs.size(); ++c) {
    read.source.columns.push_back(c);
    read.program.outputs.push_back(c);
  }
  read.sink.kind = SinkDescription::Kind::Collect;
  return query;
}

std::string key_text(const BlockColumn& column, u32 row) {
  if (!column.valid(row)) return "null";
  vtr_test::Column one;
  one.type = column.type;
  if (column.type == Type::Utf8) {
    one.words.emplace_back(column.text_at(row).text());
  } else if (column.type == Type::Bool) {
    one.values.push_back((column.values.data()[row / 8] >> (row % 8)) & 1);
  } else {
    const u8* value = column.values.data() + std::size_t{row} * width_of(column.type);
    one.values.assign(value, value + width_of(column.type));
  }
  return vtr_test::show(one, 0);
}

std::vector<Shard> directory_of(const Block& block) {
  std::vector<Shard> shards;
  for (u32 r = 0; r < block.rows; ++r) {
    Shard& shard = shards.emplace_back();
    shard.number = block.columns[0].values.as<u32>()[r];
    shard.rows = block.columns[1].values.as<u64>()[r];
    shard.checksum = block.columns[2].values.as<u64>()[r];
    for (std::size_t c = 3; c < block.columns.size(); ++c) shard.key.push_back(key_text(block.columns[c], r));
  }
  return shards;
}

template <class T>
T value_of(const vtr_test::Column& column, u64 row) {
  T value;
  std::memcpy(&value, column.values.data() + row * sizeof(T), sizeof(T));
  return value;
}

u64 word_of(const vtr_test::Column& column, u64 row) {
  if (!column.is_valid(row)) return 0x9ae16a3b2f90404f;
  if (column.type == Type::Utf8) {
    const std::string& text = column.words[row];
    return pages_kernels(Isa::Base).hash(text.data(), text.size(), 0);
  }
  if (is_float(column.type)) {
    const f64 value = column.type == Type::F32 ? f64{value_of<f32>(column, row)} : value_of<f64>(column, row);
    return std::isnan(value) ? 0x7ff8000000000000 : std::bit_cast<u64>(value);
  }
  u64 word = 0;
  const u32 width = width_of(column.type);
  std::memcpy(&word, column.values.data() + row * width, width);
  const bool is_signed = is_signed_integer(column.type) || column.type == Type::Date;
  const u32 unused = 64 - 8 * width;
  return is_signed ? static_cast<u64>(static_cast<i64>(word << unused) >> unused) : word;
}

}  // namespace

Sharded write_shards(const vtr_test::Written& input, const ShardSettings& settings) {
  Sharded sharded;
  sharded.path = vtr_test::scratch_path("shards.vtr");
  VtrWriterOptions options;
  options.path = sharded.path;
  options.id = kId;
  options.types = input.description.types;
  options.types.push_back(Type::U32);
  std::vector<u8> header(format::kHeaderBytes);
  std::memcpy(header.data() + 16, kId.data(), 16);
  vtr_test::write_file(sharded.path, header);
  ProcessSettings process_settings;
  process_settings.threads = settings.threads;
  process_settings.memory = std::size_t{1} << 30;
  process_settings.temp_directory = "/tmp";
  Process process(process_settings);
  QueryOptions query_options = vtr_test::options(0, settings.memory);
  QueryOptions asked;
  asked.threads = 0;
  asked.memory = query_options.memory;
  asked.morsel_pages = settings.morsel_pages;
  asked.equal_hashes = settings.equal_hashes;
  const auto writer = std::make_shared<VtrWriter>(options);
  const auto scan = std::make_shared<VtrScan>(std::make_shared<VtrFile>(input.description));
  auto query = Query::start(process, describe(input.description.types, settings), {scan, writer}, asked, {});
  try {
    Block block;
    for (;;) {
      const Query::Pull pull = query->pull(block);
      if (pull == Query::Pull::End) break;
      if (pull == Query::Pull::Pending) {
        query->wait_changed(1'000'000);
      } else {
        sharded.directory = directory_of(block);
      }
    }
    sharded.peak_memory = query->statistics().peak_memory;
  } catch (const Error&) {
    query->close();
    query->wait_closed();
    CHECK_EQ(process.memory.used(), 0u);
    try_remove_file(sharded.path);
    throw;
  }
  query->close();
  query->wait_closed();
  CHECK_EQ(process.memory.used(), 0u);
  sharded.description = {sharded.path, kId, options.types, {writer->written()->segment}, VtrVerify::Always};
  return sharded;
}

Sharded write_shards(const Table& table, const ShardSettings& settings) {
  const std::string path = vtr_test::scratch_path("input.vtr");
  const vtr_test::Written input = vtr_test::write_table(path, table);
  Sharded sharded = write_shards(input, settings);
  try_remove_file(path);
  return sharded;
}

std::vector<std::string> rows_as_text(const Table& table) {
  std::vector<std::string> rows(table.rows);
  for (u64 row = 0; row < table.rows; ++row) {
    for (const vtr_test::Column& column : table.columns) rows[row] += '|' + vtr_test::show(column, row);
  }
  return rows;
}

std::vector<std::string> level_keys(const Table& table, const std::vector<u32>& keys) {
  std::vector<std::string> names(table.rows);
  for (u64 row = 0; row < table.rows; ++row) {
    for (u32 key : keys) {
      const vtr_test::Column& column = table.columns[key];
      std::string name = vtr_test::show(column, row);
      if (is_float(column.type) && column.is_valid(row)) {
        const f64 value = column.type == Type::F32 ? f64{value_of<f32>(column, row)} : value_of<f64>(column, row);
        if (std::isnan(value)) name = "nan";
        if (value == 0) name = "zero";
      }
      names[row] += '|' + name;
    }
  }
  return names;
}

void check_shards(const Sharded& sharded, const Table& table, const std::vector<std::string>& groups) {
  const std::vector<std::string> rows = rows_as_text(table);
  std::map<std::string, std::vector<u64>> expected;  // rows of each group
  for (u64 row = 0; row < table.rows; ++row) expected[groups[row]].push_back(row);
  std::map<std::string, std::vector<std::string>> found;  // rows of each shard, by the text of its number
  u64 number = 0;
  for (const std::string& line : vtr_test::read_rows(sharded.description)) {
    const std::size_t begin = line.find('|'), end = line.rfind('|');
    CHECK_EQ(line.substr(0, begin), std::to_string(number++));
    found[line.substr(end + 1)].push_back(line.substr(begin, end - begin));
  }
  CHECK_EQ(number, table.rows);
  CHECK_EQ(found.size(), expected.size());
  CHECK_EQ(sharded.directory.size(), expected.size());
  std::map<std::string, const Shard*> listed;
  for (const Shard& shard : sharded.directory) {
    vtr_test::Column one;
    one.type = Type::U32;
    one.values.resize(4);
    std::memcpy(one.values.data(), &shard.number, 4);
    listed[vtr_test::show(one, 0)] = &shard;
  }
  std::map<std::string, std::string> shard_of;  // by its first row, which no other group has: rows are different
  for (const auto& [shard, lines] : found) shard_of[lines[0]] = shard;
  for (const auto& [group, members] : expected) {
    const std::string& shard = shard_of[rows[members[0]]];
    const std::vector<std::string>& lines = found[shard];
    CHECK_EQ(lines.size(), members.size());
    u64 checksum = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i < lines.size() && lines[i] != rows[members[i]]) {
        CHECK_EQ(lines[i], rows[members[i]]);
        break;
      }
      checksum += row_hash(table, members[i]);
    }
    const auto entry = listed.find(shard);
    CHECK(entry != listed.end());
    if (entry == listed.end()) continue;
    CHECK_EQ(entry->second->rows, members.size());
    CHECK_EQ(entry->second->checksum, checksum);
    if (entry->second->key.empty()) continue;
    std::string key;
    for (const std::string& part : entry->second->key) key += '|' + part;
    // A key that groups several spellings is told by one of them.
    if (group.find("nan") == std::string::npos && group.find("zero") == std::string::npos) CHECK_EQ(key, group);
  }
}

u64 row_hash(const Table& table, u64 row) {
  u64 hash = 0x2545f4914f6cdd1d;
  for (const vtr_test::Column& column : table.columns) {
    const u128 product = static_cast<u128>(hash ^ word_of(column, row)) * 0xd1b54a32d192ed03;
    hash = static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
  }
  return hash;
}

}  // namespace spillway::shard_test
