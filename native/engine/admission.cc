// A queue of those who wait; looked at whenever someone leaves.
#include "engine/admission.h"

#include <algorithm>

#include "engine/byte_text.h"
#include "engine/condition.h"

namespace spillway {
namespace {

constexpr u64 kHopelessNanos = 2'000'000'000;

template <class List>
void forget(List& list, const Applicant* applicant) {
  auto gone = [&](const std::weak_ptr<Applicant>& entry) {
    std::shared_ptr<Applicant> held = entry.lock();
    return held == nullptr || held.get() == applicant;
  };
  list.erase(std::remove_if(list.begin(), list.end(), gone), list.end());
}

}  // namespace

void Admission::enter(const std::shared_ptr<Applicant>& applicant) {
  bool now;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    now = waiting_.empty() && applicant->try_grant();
    if (now) {
      admitted_.push_back(applicant);
    } else {
      waiting_.push_back(applicant);
    }
  }
  if (now) {
    applicant->admitted();
  } else if (waiting_call_) {
    waiting_call_();
  }
}

void Admission::leave(const Applicant* applicant) {
  std::vector<std::shared_ptr<Applicant>> next;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    forget(admitted_, applicant);
    forget(waiting_, applicant);
    while (!waiting_.empty()) {
      std::shared_ptr<Applicant> first = waiting_.front().lock();
      if (first != nullptr && !first->try_grant()) break;
      waiting_.pop_front();
      if (first == nullptr) continue;
      admitted_.push_back(first);
      next.push_back(std::move(first));
    }
  }
  for (const auto& granted : next) granted->admitted();
}

bool Admission::refuse_hopeless() {
  std::shared_ptr<Applicant> refused;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    u64 now = now_nanos();
    bool moving = std::any_of(admitted_.begin(), admitted_.end(), [&](const std::weak_ptr<Applicant>& entry) {
      std::shared_ptr<Applicant> held = entry.lock();
      return held != nullptr && held->last_activity() + kHopelessNanos > now;
    });
    while (!moving && refused == nullptr && !waiting_.empty()) {
      refused = waiting_.front().lock();
      waiting_.pop_front();
    }
    if (refused == nullptr) return !waiting_.empty();
  }
  refused->refused(Error(ErrorCode::Memory,
                         "the query needs " + byte_text(refused->minimum()) + " to start, but other queries hold " +
                             byte_text(pool_.used()) + " of the process's " + byte_text(pool_.limit()) +
                             " and wait to be read; read or close them first, or configure more memory"));
  return true;
}

}  // namespace spillway
