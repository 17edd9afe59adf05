// Reads groups vector by vector, turning only the columns asked for into values; builds postponed partitions on the
// way.
#include "engine/aggregate_result.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr u64 kMorselRows = kPageRows;

// Rows [begin, end) of blocks that lie one after the other, or one partition that is still to be built.
struct Stretch {
  std::vector<const GroupBlock*> blocks;
  PartitionGroups* later = nullptr;
};

class AggregateReader final : public MorselReader {
 public:
  AggregateReader(std::shared_ptr<AggregateGroups> groups, u32 threads)
      : groups_(std::move(groups)),
        columns_(column_count()),
        rows_(kVectorRows),
        keys_(kVectorRows),
        words_(kVectorRows) {
    if (groups_->kept.bytes() == 0) return;
    // This reader's share of what was set aside, as a budget of its own.
    share_pool_ = std::make_unique<MemoryPool>(groups_->kept.bytes() / std::max(threads, 1u));
    share_ = std::make_unique<MemoryBudget>(*share_pool_, share_pool_->limit());
  }

  u32 column_count() const {
    return static_cast<u32>(groups_->shape.keys.fields().size() + groups_->shape.plan.outputs.size());
  }

  void open(const Morsel& morsel) override {
    stretch_ = std::static_pointer_cast<Stretch>(morsel.payload);
    at_ = morsel.first;
    end_ = morsel.last;
    block_ = 0;
    block_row_ = 0;
    row_ = morsel.first;
    count_ = 0;
    if (stretch_ == nullptr || stretch_->later != nullptr) return;
    for (u64 skip = morsel.first; block_ < stretch_->blocks.size(); ++block_) {
      const u64 rows = stretch_->blocks[block_]->count;
      if (skip < rows) {
        block_row_ = static_cast<u32>(skip);
        break;
      }
      skip -= rows;
    }
  }

  u32 next() override {
    row_ += count_;
    for (Column& column : columns_) column.ready = false;
    count_ = 0;
    if (groups_->direct != nullptr) {
      next_direct();
    } else if (stretch_ == nullptr) {
      next_small();
    } else if (stretch_->later != nullptr) {
      next_later();
    } else {
      next_blocks();
    }
    return count_;
  }

  const Vector& column(u32 index) override {
    Column& column = columns_[index];
    if (!column.ready) fill(index, column);
    return column.vector;
  }

  u64 row() const override { return row_; }

 private:
  struct Column {
    bool ready = false;
    Vector vector;
    std::vector<u64> values;
    u64 validity[kVectorWords];
  };

  void take(const GroupBlock& block, u32 row) { rows_[count_++] = block.row(row); }

  void next_direct() {
    for (; at_ < end_ && count_ < kVectorRows; ++at_) {
      const u32 group = groups_->direct_order[at_];
      words_[count_] = group;
      rows_[count_++] = groups_->direct->state(group);
    }
  }

  void next_small() {
    for (; at_ < end_ && count_ < kVectorRows; ++at_) take(*groups_->small[at_].first, groups_->small[at_].second);
  }

  void next_blocks() {
    while (at_ < end_ && count_ < kVectorRows) {
      const GroupBlock& block = *stretch_->blocks[block_];
      if (block_row_ == block.count) {
        ++block_;
        block_row_ = 0;
        continue;
      }
      take(block, block_row_++);
      ++at_;
    }
  }

  void next_later() {
    while (count_ == 0) {
      if (built_ == nullptr || block_row_ == built_->count) {
        built_.reset();
        built_ = stretch_->later->next(*share_, true);
        block_row_ = 0;
        if (built_ == nullptr) return;
      }
      while (count_ < kVectorRows && block_row_ < built_->count) take(*built_, block_row_++);
    }
  }

  void fill(u32 index, Column& column) {
    const AggregateShape& shape = groups_->shape;
    const u32 keys = static_cast<u32>(shape.keys.fields().size());
    const bool direct = groups_->direct != nullptr;
    bool nulls;
    if (index < keys) {
      const ColumnFacts& facts = shape.keys.fields()[index].facts;
      column.values.resize(std::size_t{kVectorRows} * width_of(facts.type) / 8);
      for (u32 i = 0; i < count_; ++i) {
        keys_[i] = direct ? &words_[i] : reinterpret_cast<const u64*>(rows_[i]);
      }
      nulls = shape.keys.unpack(index, keys_.data(), count_, column.values.data(), column.validity);
      column.vector.type = facts.type;
      column.vector.dictionary = facts.dictionary;
    } else {
      const Output& output = shape.plan.outputs[index - keys];
      column.values.resize(std::size_t{kVectorRows} * width_of(output.type) / 8);
      states_.resize(kVectorRows);
      for (u32 i = 0; i < count_; ++i) states_[i] = rows_[i] + (direct ? 0 : shape.row.state_offset);
      nulls = finish_output(shape.plan, index - keys, states_.data(), count_, column.values.data(), column.validity);
      column.vector.type = output.type;
      column.vector.dictionary = output.facts.dictionary;
    }
    column.vector.data = column.values.data();
    column.vector.validity = nulls ? column.validity : nullptr;
    column.ready = true;
  }

  std::shared_ptr<AggregateGroups> groups_;
  std::vector<Column> columns_;
  std::vector<const u8*> rows_, states_;
  std::vector<const u64*> keys_;
  std::vector<u64> words_;  // keys of direct groups
  std::shared_ptr<Stretch> stretch_;
  std::unique_ptr<MemoryPool> share_pool_;
  std::unique_ptr<MemoryBudget> share_;
  std::unique_ptr<GroupBlock> built_;
  std::size_t block_ = 0;
  u32 block_row_ = 0, count_ = 0;
  u64 at_ = 0, end_ = 0, row_ = 0;
};

class AggregateSource final : public Source {
 public:
  explicit AggregateSource(std::shared_ptr<AggregateGroups> groups) : groups_(std::move(groups)) {
    std::shared_ptr<Stretch> open;
    u64 rows = 0;
    const auto close = [&] {
      if (open != nullptr) stretches_.emplace_back(std::move(open), rows);
      open = nullptr;
      rows = 0;
    };
    if (groups_->direct != nullptr) {
      stretches_.emplace_back(nullptr, groups_->direct_order.size());
    } else if (groups_->is_small) {
      stretches_.emplace_back(nullptr, groups_->small.size());
    } else {
      for (auto& partition : groups_->partitions) {
        for (const auto& block : partition.blocks) {
          if (open == nullptr) open = std::make_shared<Stretch>();
          open->blocks.push_back(block.get());
          rows += block->count;
        }
        if (partition.later == nullptr) continue;
        close();
        auto later = std::make_shared<Stretch>();
        later->later = partition.later.get();
        stretches_.emplace_back(std::move(later), 1);
        exact_ = false;
      }
    }
    close();
    for (const auto& [stretch, count] : stretches_) total_ += count;
  }

  u32 column_count() const override {
    return static_cast<u32>(groups_->shape.keys.fields().size() + groups_->shape.plan.outputs.size());
  }

  ColumnFacts facts(u32 column) const override {
    const auto& fields = groups_->shape.keys.fields();
    return column < fields.size() ? fields[column].facts : groups_->shape.plan.outputs[column - fields.size()].facts;
  }

  std::optional<u64> rows_at_most() const override { return exact_ ? std::optional<u64>(total_) : std::nullopt; }
  // Without postponed partitions there is one stretch, and a morsel's rows count from its beginning.
  std::optional<u64> rows_in_place() const override { return rows_at_most(); }
  void start(QueryContext& context) override { threads_ = context.options.threads; }

  Next next_morsel(Morsel& morsel) override {
    while (stretch_ < stretches_.size() && at_ == stretches_[stretch_].second) {
      ++stretch_;
      at_ = 0;
    }
    if (stretch_ == stretches_.size()) return Next::End;
    const auto& [stretch, rows] = stretches_[stretch_];
    morsel.sequence = sequence_++;
    morsel.first = at_;
    morsel.last = std::min<u64>(rows, at_ + kMorselRows);
    morsel.payload = stretch;
    given_ += morsel.last - at_;
    at_ = morsel.last;
    return Next::Ready;
  }

  std::unique_ptr<MorselReader> make_reader() override { return std::make_unique<AggregateReader>(groups_, threads_); }
  double fraction() const override {
    return total_ == 0 ? 1 : static_cast<double>(given_) / static_cast<double>(total_);
  }

 private:
  std::shared_ptr<AggregateGroups> groups_;
  std::vector<std::pair<std::shared_ptr<Stretch>, u64>> stretches_;
  u32 threads_ = 1;
  std::size_t stretch_ = 0;
  u64 at_ = 0, sequence_ = 0, total_ = 0, given_ = 0;
  bool exact_ = true;
};

}  // namespace

std::shared_ptr<Source> make_aggregate_source(std::shared_ptr<AggregateGroups> groups) {
  return std::make_shared<AggregateSource>(std::move(groups));
}

}  // namespace spillway
