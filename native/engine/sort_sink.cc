// The sort as a sink: intakes while rows come, then either one parallel sort in memory or merges of the spilled runs.
#include <algorithm>
#include <mutex>

#include "engine/sinks.h"
#include "engine/sort_intake.h"
#include "engine/sort_merged.h"
#include "engine/sort_resident.h"

namespace spillway {
namespace {

class SortSink : public Sink {
 public:
  explicit SortSink(const SinkDescription& description) : description_(description) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override {
    for (const SortKey& key : description_.sort_keys) {
      if (key.column >= inputs.size()) {
        throw Error(ErrorCode::Internal,
                    "a sort names column " + std::to_string(key.column) + " of " + std::to_string(inputs.size()));
      }
    }
    state_ = std::make_shared<SortState>(context, description_, inputs);
  }

  std::unique_ptr<Local> make_local() override {
    auto intake = std::make_shared<SortIntake>(*state_);
    std::lock_guard<std::mutex> lock(mutex_);
    intakes_.push_back(intake);
    auto local = std::make_unique<Slot>();
    local->intake = std::move(intake);
    return local;
  }

  void begin_morsel(Local& local, u64 sequence) override { intake_of(local).begin(sequence); }
  void consume(Local& local, const Chunk& chunk) override { intake_of(local).take(chunk); }
  void end_morsel(Local& local, u64) override { intake_of(local).end(); }
  bool satisfied() const override { return state_ != nullptr && state_->limit == 0; }

  u32 begin_phase(u32) override {
    for (;;) {
      step_ = next_step();
      u32 tasks = tasks_of(step_);
      if (tasks != 0 || step_ == Step::Done) return tasks;
    }
  }

  void run_task(u32, u32 task) override {
    switch (step_) {
      case Step::Whole: resident_->order->run_all(state_->context); break;
      case Step::Count: resident_->order->count(task, state_->context); break;
      case Step::Scatter: resident_->order->scatter(task, state_->context); break;
      case Step::Sort: resident_->order->sort(task, state_->context); break;
      case Step::Seal: intakes_[task]->close(); break;
      case Step::Merge: merge(groups_[task]); break;
      case Step::Rank: ranks_[task] = rank(plan_->ranges()[task]); break;
      case Step::Take:
      case Step::Done: break;
    }
  }

  std::shared_ptr<Source> result() override {
    if (resident_ != nullptr) return make_resident_source(std::move(resident_));
    return make_merged_source(std::move(state_), std::move(plan_), std::move(merge_memory_));
  }

 private:
  struct Slot : Local {
    std::shared_ptr<SortIntake> intake;
  };
  // Take: rows are coming. In memory: Whole, or Count, Scatter, Sort. Spilled: Seal, Merge (again and again), Rank.
  enum class Step { Take, Whole, Count, Scatter, Sort, Seal, Merge, Rank, Done };

  static constexpr u64 kWholeRows = 32768;   // up to here one task does all
  static constexpr u64 kRangeRows = 131072;  // of a merge: a row group

  static SortIntake& intake_of(Local& local) { return *static_cast<Slot&>(local).intake; }

  Step next_step() {
    switch (step_) {
      case Step::Take: return after_taking();
      case Step::Count: resident_->order->place(); return Step::Scatter;
      case Step::Scatter: return Step::Sort;
      case Step::Seal: intakes_.clear(); return after_sealing(state_->take_runs());
      case Step::Merge: groups_.clear(); return after_sealing(state_->take_runs());
      case Step::Rank: cut_ranges(); return Step::Done;
      case Step::Whole:
      case Step::Sort:
      case Step::Done: break;
    }
    return Step::Done;
  }

  u32 tasks_of(Step step) const {
    switch (step) {
      case Step::Whole: return 1;
      case Step::Count:
      case Step::Scatter: return resident_->order->chunks();
      case Step::Sort: return resident_->order->tasks();
      case Step::Seal: return static_cast<u32>(intakes_.size());
      case Step::Merge: return static_cast<u32>(groups_.size());
      case Step::Rank: return static_cast<u32>(plan_->ranges().size());
      case Step::Take:
      case Step::Done: break;
    }
    return 0;
  }

  Step after_taking() {
    state_->prepare(nullptr);
    u64 rows = 0;
    for (const auto& intake : intakes_) rows += intake->rows();
    bool forced = state_->context.options.force_spill && rows != 0 && state_->keep == ~u64{0};
    if (forced || state_->spilled()) return Step::Seal;

    resident_ = std::make_shared<ResidentRows>();
    resident_->layout = state_->layout;
    resident_->key = state_->key;
    resident_->facts = state_->facts;
    resident_->offset = state_->offset;
    resident_->limit = state_->limit;
    if (rows == 0) return Step::Done;
    std::vector<SortPiece> pieces;
    for (const auto& intake : intakes_) {
      resident_->stores.push_back(intake->take_store());
      resident_->reservations.push_back(intake->take_reservation());
      std::vector<SortPiece> some = resident_->stores.back()->pieces();
      pieces.insert(pieces.end(), some.begin(), some.end());
    }
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](const SortPiece& a, const SortPiece& b) { return a.sequence < b.sequence; });
    PartitionSort::Options options;
    options.threads = state_->threads;
    options.group_limit = state_->group_limit;
    resident_->order = std::make_unique<PartitionSort>(*state_->key, *state_->layout, std::move(pieces), options);
    return rows <= kWholeRows ? Step::Whole : Step::Count;
  }

  u64 cut_mask() const { return state_->group_limit >= 0 ? state_->key->group_mask() : ~u64{0}; }

  // Rows of a range so that its blocks, with those at its edges, fill half of a cursor's memory, its entries the other.
  u64 range_rows(const std::vector<SortRun>& runs) const {
    u64 half = state_->merge_bytes / 2;
    u64 edges = runs.size() * (state_->spill_block + kSortSlack);
    u64 blocks = half > 2 * edges ? half - edges : half / 2;
    u64 rows = std::min(blocks / (state_->layout->width() + 8), half / (2 * sizeof(SortEntry)));
    return std::clamp<u64>(rows, 1024, kRangeRows);
  }

  Step after_sealing(std::vector<SortRun> runs) {
    if (merge_memory_.bytes() == 0) {
      merge_memory_ = Reservation(state_->context.memory);
      merge_memory_.grow(state_->merge_bytes * state_->threads, "merging the runs of a sort");
    }
    if (runs.size() > state_->fan_in) {
      u64 count = (runs.size() + state_->fan_in - 1) / state_->fan_in;
      for (u64 i = 0; i < count; ++i) {
        auto from = runs.begin() + static_cast<std::ptrdiff_t>(runs.size() * i / count);
        auto to = runs.begin() + static_cast<std::ptrdiff_t>(runs.size() * (i + 1) / count);
        std::vector<SortRun> group(std::make_move_iterator(from), std::make_move_iterator(to));
        u64 rows = range_rows(group);
        groups_.push_back({std::make_shared<MergePlan>(std::move(group), rows, cut_mask()), &state_->add_file()});
      }
      return Step::Merge;
    }
    u64 rows = range_rows(runs);
    bool cuts = state_->offset != 0 || state_->limit != ~u64{0};
    // Under both limits the rows before a range cannot be counted without merging: one range counts as it goes.
    if (cuts && state_->group_limit >= 0) rows = ~u64{0};
    plan_ = std::make_shared<MergePlan>(std::move(runs), rows, cut_mask());
    if (!cuts) return Step::Done;
    ranks_.assign(plan_->ranges().size(), 0);
    return Step::Rank;
  }

  struct Group {
    std::shared_ptr<MergePlan> plan;
    SpillFile* file;
  };

  // Merges a group of runs into one.
  void merge(const Group& group) {
    const std::vector<SortRun>& runs = group.plan->runs();
    u64 first = ~u64{0};
    u64 last = 0;
    for (const SortRun& run : runs) {
      first = std::min(first, run.base_sequence);
      last = std::max(last, run.last_sequence);
    }
    MergeCursor cursor(group.plan, *state_->layout, *state_->key, state_->merge_bytes / 2, state_->group_limit);
    RunWriter writer(*state_->layout, *state_->key, *group.file, runs.front().number, first, last, state_->spill_block);
    InputOrder input = [&cursor](u64 ref) { return cursor.sequence(ref); };
    for (const MergeRange& range : group.plan->ranges()) {
      cursor.open(range);
      while (std::size_t count = cursor.fill(state_->context)) writer.add(cursor.entries(), count, input);
    }
    state_->add_run(writer.finish());
  }

  // Rows of all runs before the range.
  u64 rank(const MergeRange& range) const {
    state_->context.check_cancelled();
    return plan_->rows_before(range.from, *state_->layout, *state_->key);
  }

  // Leaves only the ranges that hold wanted rows, and of the first and last of them only those.
  void cut_ranges() {
    u64 from = state_->offset;
    u64 to = state_->limit > ~u64{0} - from ? ~u64{0} : from + state_->limit;
    std::vector<MergeRange> kept;
    const std::vector<MergeRange>& ranges = plan_->ranges();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      u64 begin = ranks_[i];
      u64 end = i + 1 < ranges.size() ? ranks_[i + 1] : plan_->rows();
      if (end <= from || begin >= to) continue;
      MergeRange range = ranges[i];
      range.skip = from > begin ? from - begin : 0;
      range.take = std::min(to, end) - begin - range.skip;
      kept.push_back(range);
    }
    plan_->keep(std::move(kept));
  }

  SinkDescription description_;
  std::shared_ptr<SortState> state_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<SortIntake>> intakes_;
  Step step_ = Step::Take;
  std::shared_ptr<ResidentRows> resident_;
  std::vector<Group> groups_;
  std::shared_ptr<MergePlan> plan_;
  std::vector<u64> ranks_;
  Reservation merge_memory_;
};

}  // namespace

std::unique_ptr<Sink> make_sort_sink(const SinkDescription& description) {
  return std::make_unique<SortSink>(description);
}

}  // namespace spillway
