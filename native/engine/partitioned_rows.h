// Records of a fixed number of words, spread over partitions by bits of their hashes, in memory and spilled.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/context.h"

namespace spillway {

inline constexpr u32 kPartitionBits = 8;
inline constexpr u32 kPartitions = 1u << kPartitionBits;  // of a thread's first pass
inline constexpr u32 kSplitBits = 4;                      // of a partition too large for the memory

// Word w of record i is words[i * step].
struct WordSource {
  const u64* words = nullptr;
  u32 step = 1;
};

class PartitionedRows {
 public:
  // `texts`: the words of a record where a StringView begins; their bytes are copied in. An all-ones word is no text.
  // Memory comes out of `budget`; from 5/8 of it on, records are spilled.
  PartitionedRows(QueryContext& context, MemoryBudget& budget, u32 record_words, std::vector<u32> texts,
                  u32 bits = kPartitionBits);
  ~PartitionedRows();
  PartitionedRows(const PartitionedRows&) = delete;
  PartitionedRows& operator=(const PartitionedRows&) = delete;

  u32 partitions() const { return 1u << bits_; }
  // Appends n records to the partitions that the upper bits of hash << skip name. Spills everything when the budget
  // refuses more memory.
  void append(const u64* hashes, u32 skip, const WordSource* sources, u32 n);
  void spill();
  // Gives back memory that holds no records.
  void trim();

  u64 records(u32 partition) const;
  u64 records() const;
  bool spilled(u32 partition) const { return !partitions_[partition].extents.empty(); }
  // Bytes of a partition that are in memory.
  u64 bytes_held(u32 partition) const;
  void spill_partition(u32 partition);
  void drop_partition(u32 partition);

  // Order marks: how many records each partition had when a morsel began.
  void mark(u64 sequence);
  struct Mark {
    u64 sequence;
    u32 records[kPartitions];
  };
  const std::vector<Mark>& marks() const { return marks_; }

 private:
  friend class PartitionCursor;
  struct Chunk {
    Buffer data;
    u32 records = 0;
  };
  struct Extent {
    SpillExtent place;
    u32 records = 0;
  };
  // Where the next record goes; apart from the rest so that all of them stay in the first cache.
  struct Cursor {
    u64* next = nullptr;
    u64* limit = nullptr;
  };
  struct Partition {
    u64 records = 0;              // without those of the chunk being filled
    std::vector<Chunk> chunks;    // the last one is being filled
    std::vector<Extent> extents;  // before the chunks in order
  };

  bool try_hold(u64 bytes);
  void give_back(u64 bytes);
  SpillFile& file();
  u64* next_chunk(u32 partition);
  template <u32 Words>
  void append_words(const u64* hashes, u32 skip, const WordSource* sources, u32 n);
  u64 filling(u32 partition) const;
  void seal(u32 partition);
  void write_out(u32 partition, std::vector<u8>& scratch);
  void copy_texts(u64* record);

  QueryContext& context_;
  MemoryBudget& budget_;
  u32 bits_;
  u32 record_words_;
  u32 chunk_bytes_;
  u32 chunk_records_;
  std::vector<u32> texts_;
  std::vector<Partition> partitions_;
  std::vector<Cursor> cursors_;
  std::vector<Buffer> free_;
  std::atomic<u64> held_{0};  // bytes reserved; partitions are consumed by several threads
  Arena arena_;
  u64 arena_reserved_ = 0;
  std::mutex file_lock_;
  std::unique_ptr<SpillFile> file_;
  std::vector<Mark> marks_;
};

// Reads one partition's records from first to last; several cursors may read different partitions at once.
class PartitionCursor {
 public:
  PartitionCursor() = default;
  // `consume`: memory and disk are given up as the cursor passes.
  PartitionCursor(PartitionedRows& rows, u32 partition, bool consume);
  // Up to `most` further records, which stay where they are until the next call; n is 0 at the end.
  const u64* next(u64 most, u32& n);

 private:
  void load_extent();

  PartitionedRows* rows_ = nullptr;
  PartitionedRows::Partition* partition_ = nullptr;
  bool consume_ = false;
  std::size_t extent_ = 0, chunk_ = 0;
  u32 offset_ = 0;  // records of the current extent or chunk already given
  Buffer buffer_;   // the current extent
  bool loaded_ = false;
};

}  // namespace spillway
