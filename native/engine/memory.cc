// Reservations as atomic counters.
#include "engine/memory.h"

#include <algorithm>
#include <string>

#include "engine/byte_text.h"

namespace spillway {

bool MemoryPool::take(std::size_t bytes, std::size_t limit) {
  std::size_t used = used_.load(std::memory_order_relaxed);
  for (;;) {
    if (used > limit || bytes > limit - used) return false;
    if (used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed)) return true;
  }
}

void MemoryPool::release(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

MemoryBudget::~MemoryBudget() {
  std::size_t used = used_.load(std::memory_order_relaxed);
  pool_.release(std::max(used, grant_));
}

bool MemoryBudget::try_grant(std::size_t bytes) {
  if (grant_ != 0 || bytes > cap_ || !pool_.try_grant(bytes)) return false;
  grant_ = bytes;
  return true;
}

// The part of `used` that the grant does not cover comes out of the pool and goes back to it.
bool MemoryBudget::try_reserve(std::size_t bytes) {
  std::size_t used = used_.load(std::memory_order_relaxed);
  std::size_t after;
  do {
    if (used > cap_ || bytes > cap_ - used) return false;
    after = used + bytes;
  } while (!used_.compare_exchange_weak(used, after, std::memory_order_relaxed));
  std::size_t beyond = std::max(after, grant_) - std::max(used, grant_);
  if (beyond != 0 && !pool_.try_reserve(beyond)) {
    // Another thread may have released in between and given the pool bytes that this thread counted as its own;
    // so the part handed back is computed from the counter as it is now.
    std::size_t now = used_.fetch_sub(bytes, std::memory_order_relaxed);
    std::size_t owed = std::max(now, grant_) - std::max(now - bytes, grant_);
    if (owed > beyond) pool_.release(owed - beyond);
    if (owed < beyond) pool_.adopt(beyond - owed);
    return false;
  }
  std::size_t peak = peak_.load(std::memory_order_relaxed);
  while (peak < after && !peak_.compare_exchange_weak(peak, after, std::memory_order_relaxed)) {
  }
  return true;
}

void MemoryBudget::reserve(std::size_t bytes, const char* purpose) {
  if (try_reserve(bytes)) return;
  throw Error(ErrorCode::Memory,
              std::string(purpose) + " needs " + byte_text(bytes) + " more, but the query holds " + byte_text(used()) +
                  " of the " + byte_text(cap_) + " it may use and the process " + byte_text(pool_.used()) + " of " +
                  byte_text(pool_.limit()) + "; allow more with `memory`, or ask for fewer rows or columns at a time",
              {{"purpose", purpose}, {"bytes", std::to_string(bytes)}, {"memory", std::to_string(cap_)}});
}

void MemoryBudget::release(std::size_t bytes) {
  std::size_t used = used_.fetch_sub(bytes, std::memory_order_relaxed);
  std::size_t beyond = std::max(used, grant_) - std::max(used - bytes, grant_);
  if (beyond != 0) pool_.release(beyond);
}

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this != &other) {
    clear();
    budget_ = other.budget_;
    bytes_ = other.bytes_;
    other.bytes_ = 0;
  }
  return *this;
}

bool Reservation::try_grow(std::size_t bytes) {
  if (!budget_->try_reserve(bytes)) return false;
  bytes_ += bytes;
  return true;
}

void Reservation::grow(std::size_t bytes, const char* purpose) {
  budget_->reserve(bytes, purpose);
  bytes_ += bytes;
}

void Reservation::shrink(std::size_t bytes) {
  bytes = std::min(bytes, bytes_);
  if (bytes == 0) return;
  bytes_ -= bytes;
  budget_->release(bytes);
}

void Reservation::clear() { shrink(bytes_); }

}  // namespace spillway
