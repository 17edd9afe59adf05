// The queue holds a few blocks: enough that neither side waits for the other's every step.
#include "engine/feed.h"

#include "engine/block_reader.h"

namespace spillway {
namespace {

constexpr u64 kQueuedRows = 4 * u64{Feed::kFeedRows};

}  // namespace

class FeedSource final : public Source {
 public:
  FeedSource(std::shared_ptr<Feed> feed, std::vector<u32> columns)
      : feed_(std::move(feed)), columns_(std::move(columns)) {}
  ~FeedSource() override { feed_->stop(); }

  u32 column_count() const override { return static_cast<u32>(columns_.size()); }
  ColumnFacts facts(u32 column) const override {
    ColumnFacts facts;
    facts.type = feed_->types_[columns_[column]];
    return facts;
  }
  void start(QueryContext&) override {}
  Next next_morsel(Morsel& morsel) override { return feed_->take(morsel); }
  std::unique_ptr<MorselReader> make_reader() override { return std::make_unique<BlockReader>(columns_); }
  u64 rows_to_share(const Morsel& morsel) const override { return morsel.last - morsel.first; }
  void on_ready(std::function<void()> wake) override {
    std::lock_guard<std::mutex> lock(feed_->mutex_);
    feed_->wake_ = std::move(wake);
  }
  void stop() override { feed_->stop(); }

 private:
  std::shared_ptr<Feed> feed_;
  std::vector<u32> columns_;
};

std::shared_ptr<Source> Feed::open_source(QueryContext&, const SourceDescription& description) {
  for (u32 column : description.columns) {
    if (column >= types_.size()) {
      throw Error(ErrorCode::Internal, "column " + std::to_string(column) + " was asked of a feed that has " +
                                           std::to_string(types_.size()));
    }
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (opened_) throw Error(ErrorCode::Argument, "a feed's rows can be read once; make a feed for every query");
    opened_ = true;
    rows_ = description.first_row;  // whoever fills the feed leaves out the rows before, and those after the range
  }
  return std::make_shared<FeedSource>(shared_from_this(), description.columns);
}

void Feed::push(Block&& block) {
  std::function<void()> wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) throw Error(ErrorCode::Argument, "rows were pushed into a feed that has ended");
    if (stopped_ || block.rows == 0) return;
    queued_rows_ += block.rows;
    queue_.push_back(std::make_shared<Block>(std::move(block)));
    wake = wake_;
  }
  if (wake) wake();
}

void Feed::end() {
  std::function<void()> wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    wake = wake_;
  }
  if (wake) wake();
}

void Feed::fail(Error error) {
  std::function<void()> wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!error_) error_.emplace(std::move(error));
    ended_ = true;
    wake = wake_;
  }
  if (wake) wake();
}

Feed::Wants Feed::wants() const {
  std::lock_guard<std::mutex> lock(mutex_);
  if (stopped_) return Wants::Stopped;
  return queued_rows_ < kQueuedRows ? Wants::More : Wants::Full;
}

void Feed::on_change(std::function<void()> call) {
  std::lock_guard<std::mutex> lock(mutex_);
  changed_ = std::move(call);
}

Source::Next Feed::take(Morsel& morsel) {
  std::function<void()> changed;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (error_) throw *error_;
    if (queue_.empty()) return ended_ ? Source::Next::End : Source::Next::Wait;
    std::shared_ptr<Block> block = std::move(queue_.front());
    queue_.pop_front();
    bool was_full = queued_rows_ >= kQueuedRows;
    queued_rows_ -= block->rows;
    if (was_full && queued_rows_ < kQueuedRows) changed = changed_;
    morsel.sequence = sequence_++;
    morsel.first = rows_;
    rows_ += block->rows;
    morsel.last = rows_;
    morsel.payload = std::move(block);
  }
  if (changed) changed();
  return Source::Next::Ready;
}

void Feed::stop() {
  std::function<void()> changed;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    queue_.clear();
    queued_rows_ = 0;
    wake_ = {};
    changed = std::move(changed_);
    changed_ = {};
  }
  if (changed) changed();
}

}  // namespace spillway
