// Keeps rows between two pipelines, in order, cut by limit and offset.
#include <algorithm>
#include <optional>

#include "engine/block_sequencer.h"
#include "engine/block_store.h"
#include "engine/morsel_blocks.h"
#include "engine/sinks.h"

namespace spillway {
namespace {

constexpr u32 kJoinRows = 4 * kPageRows;

class MaterialiseSink final : public Sink {
 public:
  explicit MaterialiseSink(const SinkDescription& description)
      : offset_(static_cast<u64>(description.offset)),
        limit_(description.limit < 0 ? ~u64{0} : static_cast<u64>(description.limit)) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override {
    for (const ColumnFacts& facts : inputs) types_.push_back(facts.type);
    window_ = 4 * u64{context.options.threads} + 4;
    store_.emplace(context, inputs);
    sequencer_ = std::make_unique<BlockSequencer>(types_, SequencerOptions{offset_, limit_, kJoinRows},
                                                  [this](Block&& block) { store_->add(std::move(block)); });
  }

  std::unique_ptr<Local> make_local() override {
    return std::make_unique<MorselBlocks>(types_, kJoinRows, offset_, limit_);
  }
  void begin_morsel(Local& local, u64) override { static_cast<MorselBlocks&>(local).begin(); }
  void consume(Local& local, const Chunk& chunk) override { static_cast<MorselBlocks&>(local).append(chunk); }
  void end_morsel(Local& local, u64 sequence) override {
    sequencer_->commit(sequence, static_cast<MorselBlocks&>(local).finish());
    if (wake_) wake_();
  }

  // What waits for a slow morsel is bounded.
  bool admits(u64 sequence) override { return sequence < sequencer_->head() + window_; }
  bool satisfied() const override { return sequencer_->satisfied(); }
  void on_ready(std::function<void()> wake) override { wake_ = std::move(wake); }

  u32 begin_phase(u32) override {
    sequencer_->flush();
    return 0;
  }

  std::shared_ptr<Source> result() override { return store_->make_source(); }

 private:
  const u64 offset_;
  const u64 limit_;
  u64 window_ = 0;
  std::vector<Type> types_;
  std::function<void()> wake_;
  std::optional<BlockStore> store_;
  std::unique_ptr<BlockSequencer> sequencer_;
};

}  // namespace

std::unique_ptr<Sink> make_materialise_sink(const SinkDescription& description) {
  return std::make_unique<MaterialiseSink>(description);
}

}  // namespace spillway
