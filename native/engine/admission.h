// Who may start: every query holds its minimum of the pool's memory before it runs, or waits for it, or is refused.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/error.h"
#include "engine/memory.h"

namespace spillway {

// A query, as admission sees it. The calls come without any lock held.
class Applicant {
 public:
  virtual ~Applicant() = default;
  virtual bool try_grant() = 0;  // takes its minimum from the pool
  virtual void admitted() = 0;   // may start
  virtual void refused(Error error) = 0;
  virtual u64 last_activity() const = 0;  // now_nanos() when it last worked or was read
  virtual std::size_t minimum() const = 0;
};

class Admission {
 public:
  explicit Admission(const MemoryPool& pool) : pool_(pool) {}

  void on_waiting(std::function<void()> call) { waiting_call_ = std::move(call); }

  // Calls admitted() or refused(), now or later. First come, first served.
  void enter(const std::shared_ptr<Applicant>& applicant);
  // An admitted query has given its memory back, or one that waits has gone.
  void leave(const Applicant* applicant);
  // Refuses those who wait when every admitted query has stood still for a while: it waits for whoever reads it, who
  // may be waiting for this one. Returns whether anyone waits still.
  bool refuse_hopeless();

 private:
  const MemoryPool& pool_;
  std::function<void()> waiting_call_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Applicant>> admitted_;  // guarded by mutex_
  std::deque<std::weak_ptr<Applicant>> waiting_;    // guarded by mutex_
};

}  // namespace spillway
