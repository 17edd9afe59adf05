// Parts are handed out one by one; whoever ends the last part of a step begins the next.
#include "neighbors/parallel_task.h"

#include <new>

namespace spillway {
namespace {

Error caught() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::Memory, "the system has no memory left for this search; search fewer queries at a time");
  } catch (const std::exception& error) {
    return Error(ErrorCode::Internal, std::string("a search failed: ") + error.what() + "; please report it");
  }
}

}  // namespace

ParallelTask::ParallelTask(Process& process, std::unique_ptr<ParallelWork> work, u32 threads,
                           std::function<void()> changed)
    : PoolClient(threads == 0 ? process.pool.size() : threads),
      process_(process),
      work_(std::move(work)),
      changed_(std::move(changed)) {}

std::shared_ptr<ParallelTask> ParallelTask::start(Process& process, std::unique_ptr<ParallelWork> work, u32 threads,
                                                  std::function<void()> changed) {
  std::shared_ptr<ParallelTask> task(new ParallelTask(process, std::move(work), threads, std::move(changed)));
  process.pool.notify(task);
  return task;
}

ParallelWork& ParallelTask::result() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (error_) throw *error_;
  return *work_;
}

void ParallelTask::cancel() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!ended()) fail(Error(ErrorCode::Cancelled, "the search was cancelled"));
  work_->cancelled_.store(true, std::memory_order_relaxed);
  process_.pool.notify(shared_from_this());
}

void ParallelTask::wait() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ended()) condition_.wait(lock);
}

void ParallelTask::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

// Under the lock: with no part running and none left, goes on to a step that has parts, or ends.
void ParallelTask::advance(std::unique_lock<std::mutex>& lock) {
  while (!ended() && !stepping_ && running_ == 0 && (error_ || next_ == parts_)) {
    u32 parts = 0;
    if (!error_) {
      stepping_ = true;
      u32 step = begun_ ? step_ + 1 : 0;
      lock.unlock();
      std::optional<Error> error;
      try {
        parts = work_->begin_step(step);
      } catch (...) {
        error = caught();
      }
      lock.lock();
      stepping_ = false;
      if (error) fail(std::move(*error));
      begun_ = true;
      step_ = step;
      next_ = 0;
      parts_ = parts;
    }
    if (error_ || parts == 0) {
      if (error_) work_->give_up();
      ended_.store(true, std::memory_order_release);
      condition_.broadcast();
      std::function<void()> changed = std::move(changed_);
      lock.unlock();
      if (changed) changed();
      lock.lock();
      return;
    }
    // Others may have looked in vain while the step began.
    process_.pool.notify(shared_from_this());
  }
}

bool ParallelTask::run_one() noexcept {
  std::unique_lock<std::mutex> lock(mutex_);
  advance(lock);
  if (ended() || stepping_ || error_ || next_ == parts_) return false;
  u32 step = step_, part = next_++;
  running_ += 1;
  lock.unlock();
  std::optional<Error> error;
  try {
    work_->run_part(step, part);
  } catch (...) {
    error = caught();
  }
  lock.lock();
  running_ -= 1;
  if (error) fail(std::move(*error));
  advance(lock);
  return true;
}

}  // namespace spillway
