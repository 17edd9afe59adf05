// Handing out ranges of a merge and reading them vector by vector.
#include "engine/sort_merged.h"

#include <algorithm>

#include "engine/sort_vectors.h"

namespace spillway {
namespace {

// Rows before those that a range gives.
u64 rows_before(const SortState& state, const MergePlan& plan, const MergeRange& range) {
  return plan.rows_before(range.from, *state.layout, *state.key) + range.skip;
}

class MergedReader : public MorselReader {
 public:
  MergedReader(std::shared_ptr<SortState> state, std::shared_ptr<MergePlan> plan, std::optional<u64> first)
      : state_(std::move(state)),
        plan_(std::move(plan)),
        cursor_(plan_, *state_->layout, *state_->key, state_->merge_bytes / 2, state_->group_limit),
        vectors_(*state_->layout, state_->facts),
        first_(first) {}

  void open(const Morsel& morsel) override {
    const MergeRange& range = plan_->ranges()[morsel.first];
    // Before the cursor gives back the place on disk of what it has read.
    row_ = first_ ? rows_before(*state_, *plan_, range) - *first_ : 0;
    cursor_.open(range);
    skip_ = range.skip;
    take_ = range.take;
    at_ = filled_ = 0;
    count_ = 0;
  }

  u32 next() override {
    row_ += count_;
    count_ = 0;
    for (;;) {
      if (take_ == 0) return 0;
      if (at_ == filled_) {
        filled_ = cursor_.fill(state_->context);
        at_ = 0;
        if (filled_ == 0) return 0;
      }
      std::size_t skipped = std::min<u64>(skip_, filled_ - at_);
      at_ += skipped;
      skip_ -= skipped;
      if (at_ == filled_) continue;
      count_ = static_cast<u32>(std::min<u64>({kVectorRows, filled_ - at_, take_}));
      vectors_.gather(cursor_.entries() + at_, count_);
      at_ += count_;
      take_ -= count_;
      return count_;
    }
  }

  const Vector& column(u32 index) override { return vectors_.column(index); }
  u64 row() const override { return row_; }

 private:
  std::shared_ptr<SortState> state_;
  std::shared_ptr<MergePlan> plan_;
  MergeCursor cursor_;
  SortVectors vectors_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  u64 skip_ = 0;
  u64 take_ = 0;
  u64 row_ = 0;               // counted from the morsel's start, unless the rows of earlier ranges were worth counting
  std::optional<u64> first_;  // rows before the first of all; none: rows are not counted
  u32 count_ = 0;
};

class MergedSource : public Source {
 public:
  MergedSource(std::shared_ptr<SortState> state, std::shared_ptr<MergePlan> plan, Reservation reservation)
      : state_(std::move(state)), plan_(std::move(plan)), reservation_(std::move(reservation)) {}

  u32 column_count() const override { return static_cast<u32>(state_->facts.size()); }
  ColumnFacts facts(u32 column) const override { return state_->facts[column]; }
  void number_rows() override {
    if (!plan_->ranges().empty()) first_ = rows_before(*state_, *plan_, plan_->ranges().front());
  }
  std::optional<u64> rows_at_most() const override { return std::min(plan_->rows(), state_->limit); }
  void start(QueryContext&) override {}

  Next next_morsel(Morsel& morsel) override {
    if (next_ == plan_->ranges().size()) return Next::End;
    morsel.sequence = next_;
    morsel.first = next_++;
    morsel.last = next_;
    return Next::Ready;
  }

  std::unique_ptr<MorselReader> make_reader() override { return std::make_unique<MergedReader>(state_, plan_, first_); }

  double fraction() const override {
    std::size_t ranges = plan_->ranges().size();
    return ranges == 0 ? 1 : static_cast<double>(next_) / static_cast<double>(ranges);
  }

 private:
  std::shared_ptr<SortState> state_;
  std::shared_ptr<MergePlan> plan_;
  Reservation reservation_;
  std::size_t next_ = 0;
  std::optional<u64> first_;
};

}  // namespace

std::shared_ptr<Source> make_merged_source(std::shared_ptr<SortState> state, std::shared_ptr<MergePlan> plan,
                                           Reservation reservation) {
  return std::make_shared<MergedSource>(std::move(state), std::move(plan), std::move(reservation));
}

}  // namespace spillway
