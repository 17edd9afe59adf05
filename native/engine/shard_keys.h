// The different keys of a write by shards, numbered as they are first seen. Threads look keys up without a lock; only a
// key not seen before takes one.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/memory.h"
#include "engine/shard_words.h"

namespace spillway {

class ShardKeys {
 public:
  // `facts`: of the key columns, the first of a chunk's.
  ShardKeys(std::vector<ColumnFacts> facts, bool equal_hashes);

  // shards[i]: number of the key of the chunk's i-th selected row.
  void find(const Chunk& chunk, u32* shards);

  u32 size() const { return size_.load(std::memory_order_acquire); }
  std::size_t bytes() const;

  // Column `column` of keys [first, first + count) as the column's values, valid as long as this; for one thread after
  // the last find. Answers whether all are valid; else fills `validity`.
  bool values(u32 column, u32 first, u32 count, void* into, u64* validity) const;
  const std::vector<ColumnFacts>& facts() const { return facts_; }

 private:
  struct Slot {
    std::atomic<u64> tag{0};
    std::atomic<u32> number{0};  // + 1; 0: free
  };
  struct Table {
    explicit Table(std::size_t slots) : slots(slots) {}
    std::vector<Slot> slots;  // a power of two
  };
  struct Row {
    const Chunk& chunk;
    u32 row;  // of the chunk
    u64 tag;
    const u64* words;  // of each key column
  };

  bool by_code(const Chunk& chunk, u32* shards);
  void by_table(const Chunk& chunk, u32* shards);
  u32 probe(const Table& table, const Row& row) const;  // number + 1, or 0
  u32 add(const Row& row);                              // under the lock
  u32 add_record(const Chunk& chunk, u32 row, const u64* words);
  bool equals(u32 number, const Row& row) const;
  void grow();
  const u64* record(u32 number) const;

  const std::vector<ColumnFacts> facts_;
  const bool equal_hashes_;
  std::vector<ColumnWords> words_;
  bool exact_ = false;       // one column whose word says all: tags are words, nothing else is compared
  std::vector<u32> places_;  // of each column's first word in a record; the null bits come before all
  u32 record_words_ = 0;
  // Few possible keys: numbers + 1 by code, a mixed-radix number over the columns (null is the last digit).
  std::vector<u64> radix_;
  std::unique_ptr<std::atomic<u32>[]> codes_;
  u64 code_count_ = 0;

  std::atomic<u32> size_{0};
  std::atomic<u32> null_number_{0};  // + 1; of an exact key
  mutable std::mutex mutex_;         // guards what follows; records once written do not change
  std::shared_ptr<Table> table_;
  Arena texts_;
  // Segment s holds 1,024 << s records; readers find segments that are never moved.
  std::unique_ptr<u64[]> segments_[20];
  std::size_t segment_bytes_ = 0;
};

}  // namespace spillway
