// Memory in bounds: one pool per process, one budget per query, reservations and blocks that give back what they took.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "engine/error.h"
#include "engine/types.h"

namespace spillway {

inline constexpr std::size_t kBlockBytes = 256 * 1024;

// What a query is granted when it starts, whatever the others hold: enough to make progress by spilling.
constexpr std::size_t minimum_memory(u32 threads) { return (std::size_t{4} + 2 * std::size_t{threads}) << 20; }

// Bytes the whole process may hold for rows.
class MemoryPool {
 public:
  explicit MemoryPool(std::size_t limit) : limit_(limit) {}
  // A query's minimum may use the whole limit.
  bool try_grant(std::size_t bytes) { return take(bytes, limit_); }
  // What goes beyond minimums leaves an eighth free, so that further queries can still be granted theirs.
  bool try_reserve(std::size_t bytes) { return take(bytes, limit_ - limit_ / 8); }
  void release(std::size_t bytes);
  void adopt(std::size_t bytes) {
    used_.fetch_add(bytes, std::memory_order_relaxed);
  }  // squares accounts, limit or not
  std::size_t limit() const { return limit_; }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  void set_limit(std::size_t bytes) { limit_ = bytes; }  // before first use only

 private:
  bool take(std::size_t bytes, std::size_t limit);
  std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

// A query's cap inside the pool. Whoever holds rows in proportion to the input reserves here first;
// a refusal means: spill, free, try again. Small fixed scratch (a worker's vectors) is not counted.
class MemoryBudget {
 public:
  MemoryBudget(MemoryPool& pool, std::size_t cap) : pool_(pool), cap_(cap) {}
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Before the first reservation: holds `bytes` of the pool for as long as the budget lives.
  bool try_grant(std::size_t bytes);
  bool try_reserve(std::size_t bytes);
  void reserve(std::size_t bytes, const char* purpose);  // throws Error Memory, naming purpose, cap and remedy
  void release(std::size_t bytes);
  std::size_t cap() const { return cap_; }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  std::size_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  MemoryPool& pool_;
  std::size_t cap_;
  std::size_t grant_ = 0;  // of the pool, whether used or not
  std::atomic<std::size_t> used_{0};
  std::atomic<std::size_t> peak_{0};
};

// Reserved bytes owned by one holder.
class Reservation {
 public:
  Reservation() = default;
  explicit Reservation(MemoryBudget& budget) : budget_(&budget) {}
  Reservation(Reservation&& other) noexcept : budget_(other.budget_), bytes_(other.bytes_) { other.bytes_ = 0; }
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation() { clear(); }
  bool try_grow(std::size_t bytes);
  void grow(std::size_t bytes, const char* purpose);
  void shrink(std::size_t bytes);
  void clear();
  std::size_t bytes() const { return bytes_; }

 private:
  MemoryBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

// 64-byte aligned bytes. From kBlockBytes up they come from and go back to the system directly, so that freed
// memory lowers the resident size. Reserving is the owner's affair.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t bytes);  // not zeroed when small, zero pages when mapped; throws Error Memory
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();
  u8* data() { return data_; }
  const u8* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  template <class T>
  T* as() {
    return reinterpret_cast<T*>(data_);
  }
  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(data_);
  }
  u8* release();                                          // hand over; free with Buffer::free
  static void free(u8* data, std::size_t size) noexcept;  // size as given to the constructor

 private:
  u8* data_ = nullptr;
  std::size_t size_ = 0;
};

// Bump allocator for short-lived text (one vector's results) and for long-lived copies (a group's keys).
class Arena {
 public:
  explicit Arena(std::size_t block_bytes = 64 * 1024) : block_bytes_(block_bytes) {}
  ~Arena();
  Arena(Arena&&) noexcept;
  Arena& operator=(Arena&&) noexcept;
  char* allocate(std::size_t bytes);            // 8-byte aligned
  StringView copy(const StringView& text);      // inline texts are returned as they are
  void reset();                                 // keeps the oldest block
  std::size_t bytes() const { return total_; }  // taken from the system

 private:
  struct Block;
  Block* head_ = nullptr;
  std::size_t offset_ = 0;
  std::size_t block_bytes_;
  std::size_t total_ = 0;
};

}  // namespace spillway
