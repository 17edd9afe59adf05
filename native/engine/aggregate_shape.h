// Everything fixed about one aggregation before its first row: keys, state, the layouts of rows and of spilled records.
#pragma once

#include "engine/aggregate_batch.h"
#include "engine/aggregate_index.h"
#include "engine/partitioned_rows.h"

namespace spillway {

// A row's place in the input: the morsel's sequence number above the row's number within the morsel.
inline constexpr u32 kPositionRowBits = 20;

// Records of a value stream: the group where there are several, then the value; as keys, to tell distinct ones apart.
struct StreamKeys {
  KeyLayout keys;
  bool grouped = true;
  // Distinct whole numbers that are only counted, out of few: one bit for each in each group. 0: not so.
  u64 bit_values = 0;
  u64 least = 0;  // the value of bit 0
  std::vector<u32> texts;
};

struct AggregateShape {
  KeyLayout keys;
  AggregatePlan plan;
  GroupRowLayout row;     // group rows
  bool ordered = true;    // groups come out in an order that first rows decide
  bool positions = true;  // rows' positions are needed, for that or for first and last
  bool nullable = false;  // some argument may be null: a raw record ends with a word of null flags

  std::vector<StreamKeys> stream_keys;  // of each value stream

  // A raw record: key words, the position, each argument (texts two words), the null flags.
  u32 raw_words = 0;
  u32 raw_arguments = 0;       // word where the arguments begin
  std::vector<u32> raw_texts;  // words where texts begin
  std::vector<u32> row_texts;  // the same in group rows

  // `most_bits`: bits that a thread may have for counting distinct values.
  static AggregateShape make(const SinkDescription& description, const std::vector<ColumnFacts>& inputs, u64 most_bits);
};

// Scratch with which one thread turns chunks and records into batches.
class RecordBatch {
 public:
  explicit RecordBatch(const AggregateShape& shape);

  // The batch as the words of raw records.
  const std::vector<WordSource>& raw_sources(const KeyBatch& keys, const ArgumentBatch& arguments,
                                             const u64* positions);
  // n ≤ kVectorRows raw records as keys (hashed), arguments and positions.
  void load_raw(const u64* records, u32 n);
  // Keys (hashed) and positions of n group rows `words` apart.
  void load_rows(const u64* rows, u32 words, u32 n);

  KeyBatch keys;
  ArgumentBatch arguments;
  std::vector<u64> positions;
  std::vector<u32> groups;

 private:
  void load_keys(const u64* records, u32 words, u32 n);

  const AggregateShape& shape_;
  std::vector<WordSource> sources_;
  std::vector<u64> flags_;
};

}  // namespace spillway
