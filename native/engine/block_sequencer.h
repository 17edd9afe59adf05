// Puts the blocks of morsels, finished in any order, back into row order; cuts offset and limit; joins small ones.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "engine/block_builder.h"

namespace spillway {

struct SequencerOptions {
  u64 offset = 0;
  u64 limit = ~u64{0};
  u32 join_rows = 0;  // blocks of fewer than half as many rows are joined up to this many; 0: none are
  // All blocks but the last have exactly `join_rows` rows (fewer only at 2 GiB of text), however the morsels were cut.
  bool exact = false;
};

class BlockSequencer {
 public:
  // `emit` takes blocks in row order; one call at a time, on whichever thread completed the order, without a lock.
  BlockSequencer(std::vector<Type> types, SequencerOptions options, std::function<void(Block&&)> emit);

  // The blocks of one morsel, possibly none. Every sequence number comes once.
  void commit(u64 sequence, std::vector<Block> blocks);
  // After the last commit: what was held back for joining.
  void flush();

  // Sequence number of the first morsel that has not been committed.
  u64 head() const { return head_.load(std::memory_order_acquire); }
  bool satisfied() const { return satisfied_.load(std::memory_order_acquire); }
  // Bytes that wait for an earlier morsel.
  std::size_t waiting_bytes() const { return waiting_bytes_.load(std::memory_order_relaxed); }

 private:
  void take(Block&& block);
  void join(Block&& block);
  void cut(Block&& block);

  const SequencerOptions options_;
  std::function<void(Block&&)> emit_;
  std::mutex mutex_;
  std::map<u64, std::vector<Block>> waiting_;  // guarded by mutex_
  bool committing_ = false;                    // guarded by mutex_: one thread works through what is in order
  std::atomic<u64> head_{0};
  std::atomic<bool> satisfied_{false};
  std::atomic<std::size_t> waiting_bytes_{0};
  // Of the committing thread alone.
  u64 seen_ = 0;
  BlockBuilder open_;
};

}  // namespace spillway
