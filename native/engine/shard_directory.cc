// Totals by shard, and their columns.
#include "engine/shard_directory.h"

#include "engine/block_builder.h"

namespace spillway {
namespace {

constexpr u32 kBlockRows = 4 * kPageRows;

ColumnFacts plain(Type type, bool may_be_null) {
  ColumnFacts facts;
  facts.type = type;
  facts.may_be_null = may_be_null;
  return facts;
}

}  // namespace

void ShardDirectory::add(const ShardBlock& block, const std::vector<u64>& sums) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (const u32 last = block.stretches.back().shard; last >= totals_.size()) totals_.resize(last + 1);
  for (std::size_t s = 0; s < block.stretches.size(); ++s) {
    Total& total = totals_[block.stretches[s].shard];
    total.rows += block.end(s) - block.stretches[s].from;
    total.checksum += sums[s];
  }
}

std::size_t ShardDirectory::bytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return totals_.capacity() * sizeof(Total);
}

void ShardDirectory::finish(QueryContext& context, const ShardRouter& router) {
  const ShardKeys* keys = router.keys();
  std::vector<ColumnFacts> facts = {plain(Type::U32, false), plain(Type::I64, false), plain(Type::U64, false)};
  if (keys != nullptr) {
    for (const ColumnFacts& key : keys->facts()) facts.push_back(plain(key.type, true));
  }
  std::vector<Type> types;
  for (const ColumnFacts& column : facts) types.push_back(column.type);
  store_.emplace(context, facts);
  BlockBuilder builder(types, kBlockRows);
  std::vector<Block> blocks;
  u32 numbers[kVectorRows];
  u64 rows[kVectorRows], checksums[kVectorRows];
  std::vector<Vector> columns(facts.size());
  std::vector<std::vector<u64>> values(facts.size()), validity(facts.size());
  u16 selection[kVectorRows];
  for (u32 first = 0; first < totals_.size(); first += kVectorRows) {
    context.check_cancelled();
    Chunk chunk;
    chunk.rows = std::min(kVectorRows, static_cast<u32>(totals_.size()) - first);
    for (u32 i = 0; i < chunk.rows; ++i) {
      numbers[i] = first + i;
      rows[i] = totals_[first + i].rows;
      checksums[i] = totals_[first + i].checksum;
      if (rows[i] != 0) selection[chunk.selected++] = static_cast<u16>(i);
    }
    if (chunk.selected == 0) continue;
    const void* data[3] = {numbers, rows, checksums};
    for (u32 c = 0; c < facts.size(); ++c) {
      Vector& vector = columns[c];
      vector = Vector();
      vector.type = types[c];
      if (c < 3) {
        vector.data = data[c];
        continue;
      }
      values[c].resize(std::size_t{kVectorRows} * 2);
      validity[c].resize(kVectorWords);
      const bool all_valid = keys->values(c - 3, first, chunk.rows, values[c].data(), validity[c].data());
      vector.data = values[c].data();
      vector.validity = all_valid ? nullptr : validity[c].data();
    }
    chunk.selection = selection;
    chunk.column_count = static_cast<u32>(columns.size());
    chunk.columns = columns.data();
    builder.append(chunk, 0, chunk.selected, blocks);
  }
  if (builder.rows() != 0) blocks.push_back(builder.finish());
  for (Block& block : blocks) store_->add(std::move(block));
}

}  // namespace spillway
