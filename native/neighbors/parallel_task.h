// A computation outside of queries: steps one after another, the parts of a step in parallel on the process's pool.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/error.h"
#include "engine/process.h"

namespace spillway {

// What is computed. Calls for different parts of a step come from many threads; begin_step from one, alone.
class ParallelWork {
 public:
  virtual ~ParallelWork() = default;
  // Before step 0, 1, 2 …: serial work, little of it; how many parts the step has. 0: all is done.
  virtual u32 begin_step(u32 step) = 0;
  // A few milliseconds of work at most, so that a cancelled task ends soon and others get their turn.
  virtual void run_part(u32 step, u32 part) = 0;
  // 0 … 1; −1 when not known. From any thread, also after the end.
  virtual f64 fraction() const { return -1; }
  // The task has failed or was cancelled, and no call but `fraction` follows: files and memory are given back now, not
  // when the last who knows of the task forgets it.
  virtual void give_up() noexcept {}
  // Nobody will look at what is computed: a part that cannot be short ends when it sees this, whatever it leaves.
  const std::atomic<bool>& cancelled() const { return cancelled_; }

 private:
  friend class ParallelTask;
  std::atomic<bool> cancelled_{false};
};

class ParallelTask final : public PoolClient, public std::enable_shared_from_this<ParallelTask> {
 public:
  // Runs on at most `threads` threads (0: all of the pool). `changed` is called once, from any thread, without a lock,
  // when the task has ended.
  static std::shared_ptr<ParallelTask> start(Process& process, std::unique_ptr<ParallelWork> work, u32 threads,
                                             std::function<void()> changed);

  bool ended() const { return ended_.load(std::memory_order_acquire); }
  // After the end: throws what went wrong; else the work is complete.
  ParallelWork& result();
  void cancel();  // ends with Error Cancelled when the parts at work are through
  f64 fraction() const { return work_->fraction(); }
  void wait();  // blocks the caller until the end

  bool run_one() noexcept override;  // for the pool

 private:
  ParallelTask(Process& process, std::unique_ptr<ParallelWork> work, u32 threads, std::function<void()> changed);
  void advance(std::unique_lock<std::mutex>& lock);
  void fail(Error error);

  Process& process_;
  std::unique_ptr<ParallelWork> work_;
  std::function<void()> changed_;
  std::atomic<bool> ended_{false};

  std::mutex mutex_;  // all below
  Condition condition_;
  bool begun_ = false;
  bool stepping_ = false;  // a thread is inside begin_step
  u32 step_ = 0, parts_ = 0, next_ = 0, running_ = 0;
  std::optional<Error> error_;
};

}  // namespace spillway
