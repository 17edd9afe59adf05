// Gathers a whole result and delivers it as one block with columns of exact size.
#include <atomic>
#include <optional>

#include "engine/block_assembly.h"
#include "engine/block_sequencer.h"
#include "engine/column_placer.h"
#include "engine/morsel_blocks.h"
#include "engine/output_queue.h"
#include "engine/sinks.h"

namespace spillway {
namespace {

constexpr const char* kPurpose = "collecting the result";

// A thread's part: blocks of the columns that are put together at the end, counts of those already in place.
struct CollectLocal final : Sink::Local {
  CollectLocal(const std::vector<Type>& types, u64 offset, u64 limit) : blocks(types, kRowGroupRows, offset, limit) {}
  MorselBlocks blocks;
  std::vector<Vector> rest;  // of the chunk, the columns that are not in place
};

class CollectSink final : public Sink {
 public:
  CollectSink(const SinkDescription& description, std::shared_ptr<OutputQueue> output)
      : offset_(static_cast<u64>(description.offset)),
        limit_(description.limit < 0 ? ~u64{0} : static_cast<u64>(description.limit)),
        output_(std::move(output)) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override {
    context_ = &context;
    inputs_ = inputs;
    held_.emplace_back(context.memory);
    for (u32 c = 0; c < inputs.size(); ++c) put_together(c);
    begin_blocks();
  }

  bool knows_places(u64 rows) override {
    if (offset_ != 0 || limit_ != ~u64{0} || rows > ~u32{0}) return false;
    std::size_t bytes = 0;
    for (const ColumnFacts& facts : inputs_)
      bytes += ColumnPlacer::can_place(facts) ? ColumnPlacer::bytes_for(facts, rows) : 0;
    // All of it is needed from the first row on; when that is too much, what the source frees behind itself may do.
    if (!held_.front().try_grow(bytes)) return false;
    types_.clear();
    rest_.clear();
    placers_.resize(inputs_.size());
    nulls_ = std::make_unique<std::atomic<u64>[]>(inputs_.size());
    for (u32 c = 0; c < inputs_.size(); ++c) {
      if (!ColumnPlacer::can_place(inputs_[c])) {
        put_together(c);
        continue;
      }
      placers_[c] = std::make_unique<ColumnPlacer>(inputs_[c], rows);
    }
    rows_ = rows;
    begin_blocks();
    return true;
  }

  std::unique_ptr<Local> make_local() override { return std::make_unique<CollectLocal>(types_, offset_, limit_); }
  void begin_morsel(Local& local, u64) override { static_cast<CollectLocal&>(local).blocks.begin(); }
  void consume(Local& local, const Chunk& chunk) override { static_cast<CollectLocal&>(local).blocks.append(chunk); }

  void place(Local& local, const Chunk& chunk, u64 row) override {
    if (row > *rows_ || chunk.rows > *rows_ - row || chunk.selection != nullptr || chunk.selected != chunk.rows) {
      throw Error(ErrorCode::Internal, "a source gave other rows than it had promised");
    }
    for (u32 c = 0; c < placers_.size(); ++c) {
      if (placers_[c] == nullptr) continue;
      u64 nulls = placers_[c]->place(chunk.columns[c], row, chunk.rows);
      if (nulls != 0) nulls_[c].fetch_add(nulls, std::memory_order_relaxed);
    }
    placed_.fetch_add(chunk.rows, std::memory_order_relaxed);
    if (rest_.empty()) return;
    CollectLocal& mine = static_cast<CollectLocal&>(local);
    mine.rest.clear();
    for (u32 c : rest_) mine.rest.push_back(chunk.columns[c]);
    Chunk rest = chunk;
    rest.column_count = static_cast<u32>(rest_.size());
    rest.columns = mine.rest.data();
    mine.blocks.append(rest);
  }

  void end_morsel(Local& local, u64 sequence) override {
    if (rest_.empty() && rows_) return;
    std::vector<Block> blocks = static_cast<CollectLocal&>(local).blocks.finish();
    for (Block& block : blocks) {
      block.reserved = Reservation(context_->memory);
      block.reserved.grow(block.bytes(), kPurpose);
    }
    sequencer_->commit(sequence, std::move(blocks));
  }

  bool satisfied() const override { return sequencer_->satisfied(); }

  u32 begin_phase(u32) override {
    if (step_ == Step::Rows) {
      sequencer_->flush();
      for (Block& block : blocks_) held_.push_back(std::move(block.reserved));
      assembly_.emplace(types_, std::move(blocks_));
      step_ = Step::Flatten;
      if (assembly_->flatten_tasks() != 0) return assembly_->flatten_tasks();
    }
    if (step_ == Step::Flatten) {
      assembly_->plan();
      step_ = Step::Copy;
      if (assembly_->copy_tasks() != 0) return assembly_->copy_tasks();
    }
    Block result = whole(assembly_->take());
    context_->counters.rows_delivered.fetch_add(result.rows, std::memory_order_relaxed);
    output_->push(std::move(result));
    assembly_.reset();
    held_.clear();
    return 0;
  }

  void run_task(u32, u32 task) override {
    context_->check_cancelled();
    if (step_ == Step::Flatten) {
      assembly_->flatten(task);
    } else {
      assembly_->copy(task);
    }
  }

  void abort() noexcept override { output_->clear(); }

 private:
  enum class Step : u8 { Rows, Flatten, Copy };

  void put_together(u32 column) {
    types_.push_back(inputs_[column].type);
    rest_.push_back(column);
  }

  void begin_blocks() {
    sequencer_ = std::make_unique<BlockSequencer>(types_, SequencerOptions{offset_, limit_, 0},
                                                  [this](Block&& block) { blocks_.push_back(std::move(block)); });
  }

  // Columns in place and columns put together, in the order of the inputs.
  Block whole(Block&& assembled) {
    if (!rows_) return std::move(assembled);
    if (placed_.load() != *rows_ || (!rest_.empty() && assembled.rows != *rows_)) {
      throw Error(ErrorCode::Internal, "a source gave other rows than it had promised");
    }
    Block block;
    block.rows = static_cast<u32>(*rows_);
    block.columns.resize(inputs_.size());
    for (u32 i = 0; i < rest_.size(); ++i) block.columns[rest_[i]] = std::move(assembled.columns[i]);
    for (u32 c = 0; c < placers_.size(); ++c) {
      if (placers_[c] != nullptr) block.columns[c] = placers_[c]->finish(nulls_[c].load());
    }
    return block;
  }

  const u64 offset_;
  const u64 limit_;
  std::shared_ptr<OutputQueue> output_;
  QueryContext* context_ = nullptr;
  std::vector<ColumnFacts> inputs_;

  // Columns whose rows are put together at the end: all, or those that cannot be placed.
  std::vector<u32> rest_;
  std::vector<Type> types_;  // theirs
  std::unique_ptr<BlockSequencer> sequencer_;
  std::vector<Block> blocks_;  // in row order
  std::optional<BlockAssembly> assembly_;
  Step step_ = Step::Rows;  // changes between phases only

  // Columns whose rows go to their places as they come.
  std::optional<u64> rows_;  // how many there will be, when places are known
  std::vector<std::unique_ptr<ColumnPlacer>> placers_;
  std::unique_ptr<std::atomic<u64>[]> nulls_;
  std::atomic<u64> placed_{0};

  std::vector<Reservation> held_;  // until the result leaves the engine; the first is for columns in place
};

}  // namespace

std::unique_ptr<Sink> make_collect_sink(const SinkDescription& description, std::shared_ptr<OutputQueue> output) {
  return std::make_unique<CollectSink>(description, std::move(output));
}

}  // namespace spillway
