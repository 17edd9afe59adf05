// One thread at a time commits; the others leave their blocks and go on.
#include "engine/block_sequencer.h"

#include <algorithm>

namespace spillway {
namespace {

std::size_t bytes_of(const std::vector<Block>& blocks) {
  std::size_t total = 0;
  for (const Block& block : blocks) total += block.bytes();
  return total;
}

}  // namespace

BlockSequencer::BlockSequencer(std::vector<Type> types, SequencerOptions options, std::function<void(Block&&)> emit)
    : options_(options), emit_(std::move(emit)), open_(types, std::max(options.join_rows, 1u)) {
  if (options_.limit == 0) satisfied_.store(true);
}

void BlockSequencer::commit(u64 sequence, std::vector<Block> blocks) {
  waiting_bytes_.fetch_add(bytes_of(blocks), std::memory_order_relaxed);
  std::unique_lock<std::mutex> lock(mutex_);
  waiting_.emplace(sequence, std::move(blocks));
  if (committing_) return;
  committing_ = true;
  u64 next = head_.load(std::memory_order_relaxed);
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next; first = waiting_.begin()) {
    std::vector<Block> ready = std::move(first->second);
    waiting_.erase(first);
    lock.unlock();
    waiting_bytes_.fetch_sub(bytes_of(ready), std::memory_order_relaxed);
    // An exception leaves `committing_` set: the query has failed and nothing is emitted any more.
    for (Block& block : ready) take(std::move(block));
    head_.store(++next, std::memory_order_release);
    lock.lock();
  }
  committing_ = false;
}

void BlockSequencer::take(Block&& block) {
  u64 first = seen_;
  seen_ += block.rows;
  u64 end = options_.limit > ~u64{0} - options_.offset ? ~u64{0} : options_.offset + options_.limit;
  if (seen_ >= end) satisfied_.store(true, std::memory_order_release);
  u64 from = std::max(first, options_.offset);
  u64 to = std::min(seen_, end);
  if (from >= to) return;
  if (from == first && to == seen_) return join(std::move(block));
  Block part = slice_block(block, static_cast<u32>(from - first), static_cast<u32>(to - from));
  part.reserved = std::move(block.reserved);
  join(std::move(part));
}

void BlockSequencer::join(Block&& block) {
  if (options_.exact) return cut(std::move(block));
  bool small = block.rows < options_.join_rows / 2;
  if (open_.rows() != 0 && (!small || open_.rows() + block.rows > options_.join_rows)) emit_(open_.finish());
  if (!small) return emit_(std::move(block));
  open_.append(block, 0, block.rows);
}

void BlockSequencer::cut(Block&& block) {
  // Long texts: a block holds only so many bytes.
  if (open_.rows() != 0 && open_.bytes() + block.bytes() > kBlockTextBytes) emit_(open_.finish());
  if (open_.rows() == 0 && block.rows == options_.join_rows) return emit_(std::move(block));
  for (u32 at = 0; at < block.rows;) {
    u32 count = std::min(options_.join_rows - open_.rows(), block.rows - at);
    open_.append(block, at, count);
    at += count;
    if (open_.rows() == options_.join_rows) emit_(open_.finish());
  }
}

void BlockSequencer::flush() {
  if (open_.rows() != 0) emit_(open_.finish());
}

}  // namespace spillway
