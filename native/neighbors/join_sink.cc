// Takes in the rows that a join searches: looks at each where it comes by, keeps them in order, indexes them at the
// end.
#include <algorithm>

#include "engine/block_sequencer.h"
#include "engine/morsel_blocks.h"
#include "engine/sinks.h"
#include "neighbors/join_reference.h"
#include "neighbors/join_usable.h"

namespace spillway {
namespace {

// Rows of a block: what is spilled and loaded at a time.
constexpr u32 kBlockRows = 8192;

class NeighborSink final : public Sink {
 public:
  explicit NeighborSink(const SinkDescription& description) : description_(description.neighbors) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override {
    if (inputs.empty()) throw Error(ErrorCode::Internal, "a reference without columns");
    for (const ColumnFacts& facts : inputs) types_.push_back(facts.type);
    for (u32 j = 0; j < description_.coordinates; ++j) {
      if (types_[j] != types_[0] || !is_float(types_[j])) {
        throw Error(ErrorCode::Internal, "coordinates of a reference are all float64 or all float32");
      }
    }
    if (description_.exclude_self) types_.push_back(Type::U64);
    reference_ = std::make_shared<JoinReference>(context, description_, inputs);
    window_ = 4 * u64{context.options.threads} + 4;
    sequencer_ = std::make_unique<BlockSequencer>(types_, SequencerOptions{0, ~u64{0}, kBlockRows},
                                                  [this](Block&& block) { reference_->add(std::move(block)); });
  }

  bool looks_at_places() const override { return description_.exclude_self; }
  std::unique_ptr<Local> make_local() override { return std::make_unique<Taken>(types_); }
  void begin_morsel(Local& local, u64) override { static_cast<Taken&>(local).blocks.begin(); }

  void consume(Local& local, const Chunk& chunk) override {
    Taken& taken = static_cast<Taken&>(local);
    taken.selection.clear();
    const JoinKeys& keys = reference_->keys();
    const MetricSpec metric = reference_->metric();
    UsableRows usable(chunk.columns, description_.coordinates, metric);
    for (u32 i = 0; i < chunk.selected; ++i) {
      const u32 row = chunk.row_at(i);
      if (RowProblem wrong = usable.wrong(row); wrong != RowProblem::None) {
        if (!description_.skip_missing) throw bad_row("reference", chunk.place_of(row), wrong);
      } else if (keys.has_group(chunk.columns + description_.coordinates, row)) {
        taken.selection.push_back(static_cast<u16>(row));
      }
    }
    Chunk kept = chunk;
    kept.selected = static_cast<u32>(taken.selection.size());
    kept.selection = taken.selection.data();
    if (description_.exclude_self) {
      taken.columns.assign(chunk.columns, chunk.columns + chunk.column_count);
      taken.numbers.resize(chunk.rows);
      for (u32 row = 0; row < chunk.rows; ++row) taken.numbers[row] = chunk.place_of(row);
      Vector numbers;
      numbers.type = Type::U64;
      numbers.data = taken.numbers.data();
      taken.columns.push_back(numbers);
      kept.columns = taken.columns.data();
      kept.column_count += 1;
    }
    if (kept.selected != 0) taken.blocks.append(kept);
  }

  void end_morsel(Local& local, u64 sequence) override {
    sequencer_->commit(sequence, static_cast<Taken&>(local).blocks.finish());
    if (wake_) wake_();
  }

  // What waits for a slow morsel is bounded.
  bool admits(u64 sequence) override { return sequence < sequencer_->head() + window_; }
  void on_ready(std::function<void()> wake) override { wake_ = std::move(wake); }

  u32 begin_phase(u32) override {
    if (step_ == Step::Taking) {
      sequencer_->flush();
      step_ = Step::Placing;
      if (u32 tasks = reference_->begin_rows(); tasks != 0) return tasks;
    }
    if (step_ == Step::Placing) {
      step_ = Step::Indexing;
      if (u32 tasks = reference_->begin_indexes(); tasks != 0) return tasks;
    }
    reference_->finish();
    return 0;
  }
  void run_task(u32, u32 task) override {
    if (step_ == Step::Placing) {
      reference_->place_rows(task);
    } else {
      reference_->build_index(task);
    }
  }

  std::shared_ptr<const JoinReference> neighbors() override { return std::move(reference_); }

 private:
  struct Taken final : Local {
    explicit Taken(const std::vector<Type>& types) : blocks(types, kBlockRows, 0, ~u64{0}) {}
    MorselBlocks blocks;
    std::vector<u16> selection;
    std::vector<Vector> columns;
    std::vector<u64> numbers;
  };

  enum class Step : u8 { Taking, Placing, Indexing };

  const NeighborDescription description_;
  Step step_ = Step::Taking;
  std::vector<Type> types_;
  u64 window_ = 0;
  std::function<void()> wake_;
  std::shared_ptr<JoinReference> reference_;
  std::unique_ptr<BlockSequencer> sequencer_;
};

}  // namespace

std::unique_ptr<Sink> make_neighbor_sink(const SinkDescription& description) {
  return std::make_unique<NeighborSink>(description);
}

}  // namespace spillway
