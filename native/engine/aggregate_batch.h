// One vector's arguments in the forms that states take, and adding them to the states of their groups.
#pragma once

#include <vector>

#include "engine/aggregate_plan.h"
#include "engine/aggregate_state.h"

namespace spillway {

// Values of one argument, dense over the batch's rows. `valid` lists the rows that have one; null: all of them.
struct ArgumentColumn {
  const u64* words = nullptr;         // integers as i64, floats as f64, dictionary codes
  const StringView* texts = nullptr;  // text arguments
  const u16* valid = nullptr;
  u32 valid_count = 0;
};

class ArgumentBatch {
 public:
  explicit ArgumentBatch(const AggregatePlan& plan);

  u32 rows() const { return rows_; }
  const ArgumentColumn& column(u32 argument) const { return columns_[argument]; }

  // From a chunk's selected rows; valid while the chunk is.
  void load(const Chunk& chunk);
  // From columns that the caller keeps: begin, then fill every column.
  void begin(u32 rows) { rows_ = rows; }
  ArgumentColumn& fill(u32 argument) { return columns_[argument]; }
  u64* words(u32 argument) { return words_.data() + std::size_t{argument} * kVectorRows; }
  StringView* texts(u32 argument) { return texts_.data() + std::size_t{argument} * kVectorRows; }
  u16* valid_rows(u32 argument) { return valid_.data() + std::size_t{argument} * kVectorRows; }

 private:
  void load_texts(u32 argument, const Vector& vector, const Chunk& chunk);

  const AggregatePlan& plan_;
  u32 rows_ = 0;
  std::vector<ArgumentColumn> columns_;
  std::vector<u64> words_;
  std::vector<StringView> texts_;
  std::vector<u16> valid_;
};

// Where updates go and what they need besides values.
struct UpdateTarget {
  u8* states = nullptr;
  u64 stride = 0;
  const u32* group = nullptr;     // of every row of the batch
  const u64* position = nullptr;  // of every row; only where the plan needs positions
  Arena* texts = nullptr;         // for long texts that states keep
};

class StateUpdater {
 public:
  explicit StateUpdater(const AggregatePlan& plan);
  // Adds the batch's values to the parts fed by rows (stream −1) or by one value stream.
  void update(const ArgumentBatch& batch, const UpdateTarget& target, i32 stream = -1);

 private:
  struct RowSet {
    u32 rows = 0;
    const u16* index = nullptr;  // null: every row
    const u32* group = nullptr;
    const u64* position = nullptr;
    std::vector<u16> index_storage;
    std::vector<u32> group_storage;
    std::vector<u64> position_storage;
  };
  struct LaneValues {
    const u64* words = nullptr;
    const StringView* texts = nullptr;
    std::vector<u64> storage;
    std::vector<StringView> text_storage;
  };

  void narrow(const ArgumentBatch& batch, const UpdateTarget& target, u32 set);
  void form_lane(const ArgumentBatch& batch, u32 lane);
  void update_part(const Part& part, const UpdateTarget& target, u32 begin, u32 end, bool single);
  void update_words(const Part& part, u8* base, u64 stride, const RowSet& set, u32 begin, u32 end);
  void update_texts(const Part& part, u8* base, u64 stride, const RowSet& set, u32 begin, u32 end, Arena& arena);

  const AggregatePlan& plan_;
  std::vector<RowSet> sets_;
  std::vector<LaneValues> lanes_;
  std::vector<std::vector<u32>> used_lanes_, used_sets_;  // by stream + 1
};

}  // namespace spillway
