// Several folds over the rows of one pipeline: a state of each per thread, merged at the end, delivered as bytes.
#include <mutex>
#include <vector>

#include "engine/fold_state.h"
#include "engine/output_queue.h"
#include "engine/sinks.h"

namespace spillway {
namespace {

using States = std::vector<std::unique_ptr<FoldState>>;

struct FoldLocal final : Sink::Local {
  States* states = nullptr;                  // the sink's, but this local's alone until the end
  std::size_t held = 0;                      // bytes in them, as far as they were reserved
  std::vector<std::vector<Vector>> columns;  // of each fold's arguments
};

std::size_t bytes_of(const States& states) {
  std::size_t bytes = 0;
  for (const auto& state : states) bytes += state->bytes();
  return bytes;
}

class FoldSink final : public Sink {
 public:
  FoldSink(std::vector<FoldDescription> folds, std::shared_ptr<OutputQueue> output)
      : folds_(std::move(folds)), output_(std::move(output)) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override {
    reserved_ = Reservation(context.memory);
    for (const FoldDescription& fold : folds_) {
      std::vector<ColumnFacts>& facts = facts_.emplace_back();
      for (u32 argument : fold.arguments) facts.push_back(inputs.at(argument));
    }
    result_ = make_states(true);
    reserved_.grow(bytes_of(result_), kPurpose);
  }

  std::unique_ptr<Local> make_local() override {
    auto local = std::make_unique<FoldLocal>();
    for (const FoldDescription& fold : folds_) local->columns.emplace_back(fold.arguments.size());
    auto states = std::make_unique<States>(make_states(false));
    local->states = states.get();
    std::lock_guard<std::mutex> lock(mutex_);
    states_.push_back(std::move(states));
    hold(*local);
    return local;
  }

  bool looks_at_places() const override { return true; }

  void begin_morsel(Local& given, u64 sequence) override {
    for (const auto& state : *static_cast<FoldLocal&>(given).states) state->begin_morsel(sequence);
  }

  void consume(Local& given, const Chunk& chunk) override {
    FoldLocal& local = static_cast<FoldLocal&>(given);
    States& states = *local.states;
    for (std::size_t f = 0; f < folds_.size(); ++f) {
      std::vector<Vector>& columns = local.columns[f];
      for (std::size_t a = 0; a < columns.size(); ++a) columns[a] = chunk.columns[folds_[f].arguments[a]];
      states[f]->update(chunk, columns.data());
    }
  }

  void end_morsel(Local& given, u64) override {
    FoldLocal& local = static_cast<FoldLocal&>(given);
    for (std::size_t f = 0; f < folds_.size(); ++f) {
      std::unique_ptr<FoldState>& state = (*local.states)[f];
      if (state->scattered()) gather(f, state);
    }
    std::lock_guard<std::mutex> lock(mutex_);
    hold(local);
  }

  u32 begin_phase(u32 phase) override { return phase == 0 ? 1 : 0; }

  void run_task(u32, u32) override {
    for (const auto& states : states_) {
      for (std::size_t f = 0; f < folds_.size(); ++f) result_[f]->merge(*(*states)[f]);
    }
    format::Bytes bytes;
    for (const auto& state : result_) {
      format::Bytes saved;
      state->save(saved);
      format::append(bytes, static_cast<u64>(saved.size()));
      format::append_bytes(bytes, saved.data(), saved.size());
    }
    if (bytes.size() > kBlockTextBytes) {
      throw Error(ErrorCode::Limit, "the states of folds are larger than 2 GiB together; ask for less at a time");
    }
    Block block;
    block.rows = static_cast<u32>(bytes.size());
    BlockColumn& column = block.columns.emplace_back();
    column.type = Type::U8;
    column.values = Buffer(bytes.size());
    if (!bytes.empty()) std::memcpy(column.values.data(), bytes.data(), bytes.size());
    output_->push(std::move(block));
  }

  void abort() noexcept override { output_->clear(); }

 private:
  // With what was saved before, or without a row.
  std::unique_ptr<FoldState> make_state(std::size_t f, bool initial) const {
    FoldDescription fold = folds_[f];
    if (!initial) fold.initial.clear();
    return make_fold(fold, facts_[f]);
  }

  States make_states(bool initial) const {
    States states;
    for (std::size_t f = 0; f < folds_.size(); ++f) states.push_back(make_state(f, initial));
    return states;
  }

  // Merges early what grows with the number of morsels seen apart.
  void gather(std::size_t f, std::unique_ptr<FoldState>& state) {
    std::unique_ptr<FoldState> fresh = make_state(f, false);
    std::lock_guard<std::mutex> lock(mutex_);
    result_[f]->merge(*state);
    state = std::move(fresh);
  }

  // Reserves what the states of a local, and those merged already, hold by now. Under the lock.
  void hold(FoldLocal& local) {
    const std::size_t held = bytes_of(*local.states);
    in_locals_ = in_locals_ - local.held + held;
    local.held = held;
    const std::size_t all = in_locals_ + bytes_of(result_);
    if (all > reserved_.bytes()) reserved_.grow(all - reserved_.bytes(), kPurpose);
  }

  static constexpr const char* kPurpose = "the states of folds";
  const std::vector<FoldDescription> folds_;
  std::shared_ptr<OutputQueue> output_;
  std::vector<std::vector<ColumnFacts>> facts_;  // of each fold's arguments
  States result_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<States>> states_;  // of each local
  std::size_t in_locals_ = 0;                    // bytes in them
  Reservation reserved_;
};

}  // namespace

std::unique_ptr<Sink> make_fold_sink(const SinkDescription& description, std::shared_ptr<OutputQueue> output) {
  return std::make_unique<FoldSink>(description.folds, std::move(output));
}

}  // namespace spillway
