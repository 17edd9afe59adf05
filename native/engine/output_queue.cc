// A deque under a lock; its sizes can be read without one.
#include "engine/output_queue.h"

#include "engine/column_builder.h"

namespace spillway {

void OutputQueue::flatten(Block& block) {
  for (BlockColumn& column : block.columns) {
    if (column.dictionary == nullptr) continue;
    const Dictionary& dictionary = *column.dictionary;
    bool worth = dictionary.size() / 4 <= block.rows + 1024 || dictionaries_.has(dictionary);
    if (worth) column.flat = dictionaries_.of(dictionary);
    if (column.flat != nullptr) continue;
    ColumnBuilder plain(Type::Utf8);
    plain.keep_plain();
    plain.append(column, 0, block.rows);
    column = plain.finish();
  }
}

void OutputQueue::push(Block&& block) {
  flatten(block);
  bytes_.fetch_add(block.bytes(), std::memory_order_relaxed);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(block));
  }
  blocks_.fetch_add(1, std::memory_order_relaxed);
  if (pushed_) pushed_();
}

bool OutputQueue::pop(Block& block) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (queue_.empty()) return false;
    block = std::move(queue_.front());
    queue_.pop_front();
  }
  blocks_.fetch_sub(1, std::memory_order_relaxed);
  bytes_.fetch_sub(block.bytes(), std::memory_order_relaxed);
  if (popped_) popped_();
  return true;
}

void OutputQueue::clear() {
  std::lock_guard<std::mutex> lock(mutex_);
  queue_.clear();
  bytes_.store(0, std::memory_order_relaxed);
  blocks_.store(0, std::memory_order_relaxed);
}

}  // namespace spillway
