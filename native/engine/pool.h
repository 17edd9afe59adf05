// The process's threads: ready queries take turns, piece of work by piece of work; a thread never waits for a query.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/condition.h"
#include "engine/types.h"

namespace spillway {

// A query, as the pool sees it.
class PoolClient {
 public:
  explicit PoolClient(u32 threads) : cap_(threads == 0 ? 1 : threads) {}
  virtual ~PoolClient() = default;

  // Takes one piece of work and does it; false when there is none now: the client is then left alone until it is
  // notified. Called by up to `threads` threads at once. Must not throw and must not wait.
  virtual bool run_one() noexcept = 0;

 private:
  friend class Pool;
  const u32 cap_;
  // Guarded by the pool's lock; `queued_` and `epoch_` may be read without it.
  u32 running_ = 0;
  std::atomic<bool> queued_{false};
  std::atomic<u64> epoch_{0};  // counts notifications: tells a "nothing" that is out of date
};

struct PoolCounters {
  u64 threads = 0;
  u64 pieces = 0;      // of work done
  u64 handouts = 0;    // turns handed out under the pool's lock; a turn is one or many pieces
  u64 empty = 0;       // turns that found nothing to do
  u64 lock_waits = 0;  // times the pool's lock was not free at once
  u64 wakes = 0;       // times a sleeping thread was woken
  u64 idle_nanos = 0;  // summed over threads, while started
};

class Pool {
 public:
  explicit Pool(u32 threads) : size_(threads == 0 ? 1 : threads) {}
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  u32 size() const { return size_; }
  void set_size(u32 threads) { size_ = threads; }  // before the first notify only
  bool started() const { return started_.load(std::memory_order_acquire); }

  // The client may have work: threads will ask it. From any thread, also from inside run_one; starts the threads.
  void notify(const std::shared_ptr<PoolClient>& client);

  // Called now and then by an idle thread while `watch` is on; for what has a deadline. Set before the first notify.
  void on_idle(std::function<void()> call) { idle_call_ = std::move(call); }
  void watch(bool on) { watching_.store(on, std::memory_order_relaxed); }

  PoolCounters counters() const;

 private:
  struct alignas(64) Tally {
    std::atomic<u64> pieces{0}, handouts{0}, empty{0}, lock_waits{0}, wakes{0}, idle_nanos{0};
  };

  void start();
  void work(u32 index);
  void sleep(std::unique_lock<std::mutex>& lock, Tally& tally);
  bool others_wait(const PoolClient& client) const;
  void enqueue(const std::shared_ptr<PoolClient>& client);
  void dequeue(const PoolClient* client);

  u32 size_;
  std::atomic<bool> started_{false};
  std::atomic<bool> watching_{false};
  std::function<void()> idle_call_;
  std::mutex mutex_;
  Condition ready_;
  std::deque<std::shared_ptr<PoolClient>> ring_;  // guarded by mutex_: clients that may have work, in turn
  std::atomic<std::size_t> ring_size_{0};
  u32 sleeping_ = 0;                   // guarded by mutex_
  std::atomic<bool> stopping_{false};  // set under mutex_
  std::vector<std::thread> threads_;
  std::unique_ptr<Tally[]> tallies_;
};

}  // namespace spillway
