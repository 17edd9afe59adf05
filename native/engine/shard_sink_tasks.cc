// What is done with a run: row groups are cut from it as encoding goes on, and its blocks are filled again.
#include "engine/shard_sink.h"

namespace spillway {

std::function<void()> ShardSink::take_task() {
  std::lock_guard<std::mutex> lock(mutex_);
  return take_task_locked();
}

std::function<void()> ShardSink::take_task_locked() {
  // With nothing else to be done and no room for more rows, what there is must go.
  const bool stuck = running_ == 0 && idle() && !has_room();
  if (closed_ == nullptr && open_->rows() != 0 && (open_->bytes() >= run_bytes() || stuck)) close_run();
  if (closed_ != nullptr && !cutting_ && output_->tasks() < 2 * context_->options.threads) {
    cutting_ = true;
    return [this] { cut_groups(); };
  }
  return output_->take_task();
}

void ShardSink::close_run() {
  closed_ = std::move(open_);
  closed_->hold();
  open_ = std::make_shared<ShardRun>();
}

void ShardSink::cut_groups() {
  context_->check_cancelled();
  std::shared_ptr<ShardRun> run;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    run = closed_;  // stays while this thread cuts it
  }
  bool more = true;
  for (u32 i = 0; more && i < context_->options.threads; ++i) {
    std::vector<VtrSlice> slices;
    u32 rows = 0;
    more = run->next_group(output_->group_rows(), slices, rows);
    if (!more) break;
    run->hold();
    output_->add_group(std::move(slices), run, rows);
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    cutting_ = false;
    if (!more) closed_.reset();
  }
  if (!more) release(*run);
  wake_();
}

// A row group is encoded, or all are cut: after the last, the run's blocks are free.
void ShardSink::release(ShardRun& run) {
  if (!run.let_go()) return;
  std::vector<ShardBlock> blocks = std::move(run.blocks());
  std::lock_guard<std::mutex> lock(mutex_);
  for (ShardBlock& block : blocks) {
    const std::size_t bytes = block.bytes();
    block.rows->clear();
    const std::size_t kept = ending_ ? 0 : block.rows->bytes();
    output_->count(static_cast<std::ptrdiff_t>(kept) - static_cast<std::ptrdiff_t>(bytes));
    if (kept == 0) continue;
    free_bytes_ += kept;
    free_blocks_.push_back(std::move(block.rows));
  }
}

u32 ShardSink::begin_phase(u32) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (finished_) return 0;
  ending_ = true;
  output_->count(-static_cast<std::ptrdiff_t>(free_bytes_));
  free_bytes_ = 0;
  free_blocks_.clear();
  if (closed_ == nullptr && open_->rows() != 0) close_run();
  statistics_due_ = idle();
  if (statistics_due_) return 1;
  // Cutting and encoding: as many tasks as there can be; those left over do nothing.
  const u64 groups = closed_ == nullptr ? 0 : ShardRun::groups_at_most(closed_->rows());
  return static_cast<u32>(groups * (output_->tasks_a_group() + 1) + output_->under_way() + 1);
}

bool ShardSink::task_admitted(u32, u32) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (statistics_due_) return true;
  std::function<void()> task = take_task_locked();
  const bool available = task || idle();
  if (task) admitted_.push_back(std::move(task));
  return available;
}

void ShardSink::run_task(u32, u32) {
  if (statistics_due_) return write_statistics();
  std::function<void()> task;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!admitted_.empty()) {
      task = std::move(admitted_.front());
      admitted_.pop_front();
    } else {
      task = take_task_locked();
    }
  }
  if (task) task();
}

void ShardSink::write_statistics() {
  writer_.finish(output_->finish());
  directory_.finish(*context_, *router_);
  finished_ = true;
}

void ShardSink::abort() noexcept {
  if (output_) output_->abort();
  std::lock_guard<std::mutex> lock(mutex_);
  admitted_.clear();
  pending_.clear();
  free_blocks_.clear();
}

}  // namespace spillway
