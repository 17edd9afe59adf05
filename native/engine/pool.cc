// One short critical section per turn; a thread stays with its client while no other client waits.
#include "engine/pool.h"

#include <algorithm>
#include <cstdio>

#include <pthread.h>
#include <signal.h>

namespace spillway {
namespace {

constexpr u64 kWatchNanos = 100'000'000;

// The host's signal handlers run on the host's threads; what a thread does wrong itself is told to that thread.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  for (int own : {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) ::sigdelset(&all, own);
  ::sigprocmask(SIG_BLOCK, &all, nullptr);  // on Linux this is the calling thread's own mask
}

void bump(std::atomic<u64>& counter, u64 by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }

}  // namespace

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    ready_.broadcast();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Pool::start() {
  if (!threads_.empty()) return;
  tallies_ = std::make_unique<Tally[]>(size_);
  threads_.reserve(size_);
  for (u32 i = 0; i < size_; ++i) threads_.emplace_back([this, i] { work(i); });
  started_.store(true, std::memory_order_release);
}

void Pool::enqueue(const std::shared_ptr<PoolClient>& client) {
  if (client->queued_.load(std::memory_order_relaxed)) return;
  client->queued_.store(true, std::memory_order_relaxed);
  ring_.push_back(client);
  ring_size_.store(ring_.size(), std::memory_order_relaxed);
}

void Pool::dequeue(const PoolClient* client) {
  auto found = std::find_if(ring_.begin(), ring_.end(), [&](const auto& c) { return c.get() == client; });
  if (found == ring_.end()) return;
  (*found)->queued_.store(false, std::memory_order_relaxed);
  ring_.erase(found);
  ring_size_.store(ring_.size(), std::memory_order_relaxed);
}

void Pool::notify(const std::shared_ptr<PoolClient>& client) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (stopping_) return;
  start();
  client->epoch_.fetch_add(1, std::memory_order_relaxed);
  if (client->running_ >= client->cap_) return;  // its threads look again when they see the new epoch
  enqueue(client);
  if (sleeping_ != 0) ready_.signal();
}

bool Pool::others_wait(const PoolClient& client) const {
  std::size_t own = client.queued_.load(std::memory_order_relaxed) ? 1 : 0;
  return ring_size_.load(std::memory_order_relaxed) > own;
}

void Pool::sleep(std::unique_lock<std::mutex>& lock, Tally& tally) {
  u64 begin = now_nanos();
  sleeping_ += 1;
  bool watching = watching_.load(std::memory_order_relaxed) && idle_call_;
  if (watching) {
    ready_.wait_for(lock, kWatchNanos);
  } else {
    ready_.wait(lock);
  }
  sleeping_ -= 1;
  bump(tally.idle_nanos, now_nanos() - begin);
  bump(tally.wakes);
  if (watching && ring_.empty() && !stopping_) {
    lock.unlock();
    idle_call_();
    lock.lock();
  }
}

void Pool::work(u32 index) {
  block_signals();
  char name[16];
  std::snprintf(name, sizeof name, "spillway-%u", index);
#if defined(__linux__)
  ::pthread_setname_np(::pthread_self(), name);
#endif
  Tally& tally = tallies_[index];
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_) {
    if (ring_.empty()) {
      sleep(lock, tally);
      continue;
    }
    std::shared_ptr<PoolClient> client = std::move(ring_.front());
    ring_.pop_front();
    ring_size_.store(ring_.size(), std::memory_order_relaxed);
    client->queued_.store(false, std::memory_order_relaxed);
    client->running_ += 1;
    if (client->running_ < client->cap_) {
      enqueue(client);
      if (sleeping_ != 0) ready_.signal();
    }
    lock.unlock();

    u64 epoch, pieces = 0;
    bool found;
    do {
      epoch = client->epoch_.load(std::memory_order_relaxed);
      found = client->run_one();
      pieces += found;
    } while (found && !others_wait(*client) && !stopping_.load(std::memory_order_relaxed));
    bump(tally.pieces, pieces);
    bump(tally.handouts);
    if (!found) bump(tally.empty);

    if (!lock.try_lock()) {
      bump(tally.lock_waits);
      lock.lock();
    }
    client->running_ -= 1;
    if (found || client->epoch_.load(std::memory_order_relaxed) != epoch) {
      enqueue(client);
    } else {
      dequeue(client.get());
    }
    if (client.use_count() == 1) {
      // The last owner: what it frees is not freed under the lock.
      lock.unlock();
      client.reset();
      lock.lock();
    }
  }
}

PoolCounters Pool::counters() const {
  PoolCounters sum;
  sum.threads = size_;
  if (!started()) return sum;
  for (u32 i = 0; i < size_; ++i) {
    const Tally& tally = tallies_[i];
    sum.pieces += tally.pieces.load(std::memory_order_relaxed);
    sum.handouts += tally.handouts.load(std::memory_order_relaxed);
    sum.empty += tally.empty.load(std::memory_order_relaxed);
    sum.lock_waits += tally.lock_waits.load(std::memory_order_relaxed);
    sum.wakes += tally.wakes.load(std::memory_order_relaxed);
    sum.idle_nanos += tally.idle_nanos.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace spillway
