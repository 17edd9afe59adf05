// Finished blocks on their way to JavaScript.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>

#include "engine/block.h"

namespace spillway {

class OutputQueue {
 public:
  // Called, without a lock, after every push / after every pop. Set by the driver before the query starts: a pop is
  // a reason to ask the sink again what it admits.
  void on_push(std::function<void()> call) { pushed_ = std::move(call); }
  void on_pop(std::function<void()> call) { popped_ = std::move(call); }

  // Codes come with their dictionary's texts from here on, or become texts when the dictionary is much the larger.
  void push(Block&& block);
  bool pop(Block& block);
  void clear();
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  std::size_t blocks() const { return blocks_.load(std::memory_order_relaxed); }

 private:
  void flatten(Block& block);

  FlatDictionaries dictionaries_;
  std::mutex mutex_;
  std::deque<Block> queue_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::size_t> blocks_{0};
  std::function<void()> pushed_, popped_;
};

}  // namespace spillway
