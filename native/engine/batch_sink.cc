// Delivers rows to JavaScript in batches, in input order, a bounded window ahead of who reads them.
#include <algorithm>

#include "engine/block_sequencer.h"
#include "engine/morsel_blocks.h"
#include "engine/output_queue.h"
#include "engine/sinks.h"

namespace spillway {
namespace {

class BatchSink final : public Sink {
 public:
  BatchSink(const SinkDescription& description, std::shared_ptr<OutputQueue> output)
      : offset_(static_cast<u64>(description.offset)),
        limit_(description.limit < 0 ? ~u64{0} : static_cast<u64>(description.limit)),
        output_(std::move(output)) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override {
    context_ = &context;
    for (const ColumnFacts& facts : inputs) types_.push_back(facts.type);
    batch_rows_ = std::max(context.options.batch_rows, 1u);
    window_morsels_ = 2 * u64{context.options.threads} + 2;
    window_bytes_ = std::min(std::size_t{32} << 20, context.memory.cap() / 4);
    // The same batches under every setting: what is computed from them one after the other is then the same too.
    SequencerOptions options{offset_, limit_, batch_rows_, true};
    sequencer_ = std::make_unique<BlockSequencer>(types_, options, [this](Block&& block) {
      context_->counters.rows_delivered.fetch_add(block.rows, std::memory_order_relaxed);
      // A batch's size is bounded, so a refusal does not stop it: it is only not counted.
      block.reserved = Reservation(context_->memory);
      (void)block.reserved.try_grow(block.bytes());
      output_->push(std::move(block));
    });
  }

  std::unique_ptr<Local> make_local() override {
    return std::make_unique<MorselBlocks>(types_, batch_rows_, offset_, limit_);
  }
  void begin_morsel(Local& local, u64) override { static_cast<MorselBlocks&>(local).begin(); }
  void consume(Local& local, const Chunk& chunk) override { static_cast<MorselBlocks&>(local).append(chunk); }

  void end_morsel(Local& local, u64 sequence) override {
    sequencer_->commit(sequence, static_cast<MorselBlocks&>(local).finish());
    wake();
  }

  bool admits(u64 sequence) override {
    u64 head = sequencer_->head();
    if (sequence == head && output_->blocks() == 0) return true;
    return sequence < head + window_morsels_ && output_->blocks() < window_morsels_ &&
           output_->bytes() + sequencer_->waiting_bytes() < window_bytes_;
  }

  bool satisfied() const override { return sequencer_->satisfied(); }
  void on_ready(std::function<void()> wake) override { wake_ = std::move(wake); }

  u32 begin_phase(u32) override {
    sequencer_->flush();
    return 0;
  }

  void abort() noexcept override { output_->clear(); }

 private:
  void wake() {
    if (wake_) wake_();
  }

  const u64 offset_;
  const u64 limit_;
  std::shared_ptr<OutputQueue> output_;
  QueryContext* context_ = nullptr;
  std::vector<Type> types_;
  u32 batch_rows_ = 0;
  u64 window_morsels_ = 0;
  std::size_t window_bytes_ = 0;
  std::function<void()> wake_;
  std::unique_ptr<BlockSequencer> sequencer_;
};

}  // namespace

std::unique_ptr<Sink> make_batch_sink(const SinkDescription& description, std::shared_ptr<OutputQueue> output) {
  return std::make_unique<BatchSink>(description, std::move(output));
}

}  // namespace spillway
