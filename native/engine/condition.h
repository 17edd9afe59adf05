// A condition variable over std::mutex that needs nothing newer than pthreads (std::condition_variable::wait does).
#pragma once

#include <mutex>

#include <pthread.h>
#include <time.h>

#include "engine/types.h"

namespace spillway {

class Condition {
 public:
  Condition() = default;
  ~Condition() { ::pthread_cond_destroy(&condition_); }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  void signal() { ::pthread_cond_signal(&condition_); }
  void broadcast() { ::pthread_cond_broadcast(&condition_); }
  void wait(std::unique_lock<std::mutex>& lock) { ::pthread_cond_wait(&condition_, lock.mutex()->native_handle()); }

  // Returns when signalled, after `nanos`, or for no reason.
  void wait_for(std::unique_lock<std::mutex>& lock, u64 nanos) {
    timespec until;
    ::clock_gettime(CLOCK_REALTIME, &until);
    u64 total = static_cast<u64>(until.tv_nsec) + nanos;
    until.tv_sec += static_cast<time_t>(total / 1'000'000'000);
    until.tv_nsec = static_cast<long>(total % 1'000'000'000);
    ::pthread_cond_timedwait(&condition_, lock.mutex()->native_handle(), &until);
  }

 private:
  pthread_cond_t condition_ = PTHREAD_COND_INITIALIZER;
};

// Nanoseconds of a clock that never goes back.
inline u64 now_nanos() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<u64>(now.tv_sec) * 1'000'000'000 + static_cast<u64>(now.tv_nsec);
}

}  // namespace spillway
