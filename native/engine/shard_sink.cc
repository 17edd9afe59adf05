// The way of the rows into runs, and who may start when; what is done with a run is in shard_sink_tasks.cc.
#include "engine/shard_sink.h"

#include <algorithm>

#include "engine/byte_text.h"

namespace spillway {

struct ShardSink::ShardLocal final : Sink::Local {
  ShardLocal(const std::vector<VtrInput>& inputs, u32 rows) : stage(inputs, rows) {}
  ShardStage stage;
  std::size_t counted = 0;      // of the stage's bytes
  std::vector<Vector> columns;  // of the file
  Clustered done;               // of the morsel
  std::vector<u64> sums;
  u32 shards[kVectorRows];
  u32 by_row[kVectorRows];
  u64 hashes[kVectorRows];
};

void ShardSink::start(QueryContext& context, const std::vector<ColumnFacts>& inputs) {
  context_ = &context;
  if (key_count_ > inputs.size()) throw Error(ErrorCode::Internal, "more keys than columns");
  const auto first = inputs.begin() + key_count_;
  std::vector<ColumnFacts> columns(first, inputs.end());
  router_ = make_shard_router(context, shards_, {inputs.begin(), first});
  hasher_.emplace(columns, false);
  ColumnFacts number;
  number.type = Type::U32;
  number.may_be_null = false;
  columns.push_back(number);
  output_.emplace(
      writer_.options(), context, columns,
      VtrOutput::Calls{[this] { wake_(); },
                       [this](VtrRowGroup& group) { release(*static_cast<ShardRun*>(group.owner.get())); }});
  const std::size_t share = context.memory.cap() / 8 / context.options.threads;
  while (stage_rows_ > kVectorRows && stage_rows_ * (output_->row_bytes() + 16) > share) stage_rows_ /= 2;
  open_ = std::make_shared<ShardRun>();
  count_keys();
}

std::unique_ptr<Sink::Local> ShardSink::make_local() {
  auto local = std::make_unique<ShardLocal>(output_->inputs(), stage_rows_);
  count_stage(*local);
  std::lock_guard<std::mutex> lock(mutex_);
  ++stages_;
  return local;
}

void ShardSink::count_stage(ShardLocal& local) {
  const std::size_t bytes = local.stage.bytes();
  if (bytes == local.counted) return;
  output_->count(static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(local.counted));
  local.counted = bytes;
}

void ShardSink::begin_morsel(Local& local, u64) {
  static_cast<ShardLocal&>(local).done.clear();
  std::lock_guard<std::mutex> lock(mutex_);
  ++running_;
}

void ShardSink::consume(Local& given, const Chunk& chunk) {
  ShardLocal& local = static_cast<ShardLocal&>(given);
  router_->route(chunk, local.shards);
  hasher_->hash(chunk, key_count_, local.hashes);
  local.columns.assign(chunk.columns + key_count_, chunk.columns + chunk.column_count);
  Vector number;
  number.type = Type::U32;
  number.data = local.shards;
  if (chunk.selection != nullptr) {
    for (u32 i = 0; i < chunk.selected; ++i) local.by_row[chunk.selection[i]] = local.shards[i];
    number.data = local.by_row;
  }
  local.columns.push_back(number);
  Chunk rows = chunk;
  rows.columns = local.columns.data();
  rows.column_count = static_cast<u32>(local.columns.size());
  for (u32 done = 0; done < chunk.selected;) {
    if (local.stage.room() == 0) cluster(local);
    const u32 take = std::min(local.stage.room(), chunk.selected - done);
    local.stage.append(rows, done, take, local.hashes);
    done += take;
  }
  count_stage(local);
}

void ShardSink::cluster(ShardLocal& local) {
  context_->check_cancelled();
  ShardBlock block = local.stage.cluster(take_block(local.stage.rows()), router_->shards(), local.sums);
  directory_.add(block, local.sums);
  // Of the block, what was not counted when it was taken: its texts, and where its shards are.
  output_->count(static_cast<std::ptrdiff_t>(block.bytes() - block.rows->fixed_bytes()));
  count_stage(local);
  count_keys();
  local.done.push_back(std::move(block));
}

// Keys stay until the end: with too many of them there is no room for rows.
void ShardSink::count_keys() {
  const std::size_t bytes = router_->bytes() + hasher_->bytes() + directory_.bytes();
  std::lock_guard<std::mutex> lock(mutex_);
  output_->count(static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(key_bytes_));
  key_bytes_ = bytes;
  if (bytes <= context_->memory.cap() / 2) return;
  throw Error(ErrorCode::Memory,
              "the keys of " + std::to_string(router_->shards()) + " shards take " + byte_text(bytes) +
                  ", more than half of the memory of " + byte_text(context_->memory.cap()) +
                  "; set a higher `memory`, or take fewer shards by hash, range or quantile",
              {{"shards", std::to_string(router_->shards())}, {"bytes", std::to_string(bytes)}});
}

std::shared_ptr<VtrBlock> ShardSink::take_block(u32 rows) {
  // Blocks of a few sizes, so that they fit again; a small one is made to measure.
  const u32 capacity = rows < kVectorRows ? rows : (rows + kVectorRows - 1) / kVectorRows * kVectorRows;
  std::vector<std::shared_ptr<VtrBlock>> dropped;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (std::size_t i = free_blocks_.size(); i-- > 0;) {
      const u32 found = free_blocks_[i]->capacity();
      if (found < rows || found > capacity + capacity / 4) continue;
      std::shared_ptr<VtrBlock> block = std::move(free_blocks_[i]);
      free_blocks_.erase(free_blocks_.begin() + static_cast<std::ptrdiff_t>(i));
      free_bytes_ -= block->bytes();
      return block;
    }
    // Those that do not fit make room for those that do.
    output_->count(-static_cast<std::ptrdiff_t>(free_bytes_));
    free_bytes_ = 0;
    dropped.swap(free_blocks_);
  }
  dropped.clear();
  auto block = std::make_shared<VtrBlock>(output_->inputs(), capacity);
  output_->count(static_cast<std::ptrdiff_t>(block->bytes()));
  return block;
}

void ShardSink::end_morsel(Local& given, u64 sequence) {
  ShardLocal& local = static_cast<ShardLocal&>(given);
  if (local.stage.rows() != 0) cluster(local);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    --running_;
    pending_.emplace(sequence, std::move(local.done));
    for (auto first = pending_.begin(); first != pending_.end() && first->first == next_sequence_;
         first = pending_.begin()) {
      for (ShardBlock& block : first->second) open_->add(std::move(block));
      pending_.erase(first);
      ++next_sequence_;
    }
  }
  local.done.clear();
  wake_();
}

bool ShardSink::idle() const { return output_->under_way() == 0 && closed_ == nullptr; }

// Whether one more morsel's rows fit beside those there are.
bool ShardSink::has_room() const {
  const std::size_t morsel = stage_rows_ * output_->row_bytes();
  const std::size_t limit = context_->memory.cap() - context_->memory.cap() / 16;
  return output_->within_budget() && output_->held() - free_bytes_ + (running_ + 1) * morsel <= limit;
}

bool ShardSink::admits(u64) {
  std::lock_guard<std::mutex> lock(mutex_);
  return (running_ == 0 && idle()) || has_room();
}

// Two runs share what keys and stages leave: one fills while the other is written.
std::size_t ShardSink::run_bytes() const {
  const std::size_t cap = context_->memory.cap();
  const std::size_t fixed = key_bytes_ + stages_ * stage_rows_ * (output_->row_bytes() + 16);
  return (cap - std::min(fixed, cap - cap / 8)) * 2 / 5;
}

}  // namespace spillway
