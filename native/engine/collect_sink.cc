// Gathers a whole result and delivers it as one block with columns of exact size.
#include <optional>

#include "engine/block_assembly.h"
#include "engine/block_sequencer.h"
#include "engine/morsel_blocks.h"
#include "engine/output_queue.h"
#include "engine/sinks.h"

namespace spillway {
namespace {

class CollectSink final : public Sink {
 public:
  CollectSink(const SinkDescription& description, std::shared_ptr<OutputQueue> output)
      : offset_(static_cast<u64>(description.offset)),
        limit_(description.limit < 0 ? ~u64{0} : static_cast<u64>(description.limit)),
        output_(std::move(output)) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override {
    context_ = &context;
    for (const ColumnFacts& facts : inputs) types_.push_back(facts.type);
    sequencer_ = std::make_unique<BlockSequencer>(types_, SequencerOptions{offset_, limit_, 0},
                                                  [this](Block&& block) { blocks_.push_back(std::move(block)); });
  }

  std::unique_ptr<Local> make_local() override {
    return std::make_unique<MorselBlocks>(types_, kRowGroupRows, offset_, limit_);
  }
  void begin_morsel(Local& local, u64) override { static_cast<MorselBlocks&>(local).begin(); }
  void consume(Local& local, const Chunk& chunk) override { static_cast<MorselBlocks&>(local).append(chunk); }

  void end_morsel(Local& local, u64 sequence) override {
    std::vector<Block> blocks = static_cast<MorselBlocks&>(local).finish();
    for (Block& block : blocks) {
      block.reserved = Reservation(context_->memory);
      block.reserved.grow(block.bytes(), "collecting the result");
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
    Block result = assembly_->take();
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

  const u64 offset_;
  const u64 limit_;
  std::shared_ptr<OutputQueue> output_;
  QueryContext* context_ = nullptr;
  std::vector<Type> types_;
  std::unique_ptr<BlockSequencer> sequencer_;
  std::vector<Block> blocks_;      // in row order
  std::vector<Reservation> held_;  // theirs, until the result leaves the engine
  std::optional<BlockAssembly> assembly_;
  Step step_ = Step::Rows;  // changes between phases only
};

}  // namespace

std::unique_ptr<Sink> make_collect_sink(const SinkDescription& description, std::shared_ptr<OutputQueue> output) {
  return std::make_unique<CollectSink>(description, std::move(output));
}

}  // namespace spillway
