// The columns of a join's reference that come out with its rows: kept in blocks, or spilled, and gathered by row.
#pragma once

#include <memory>
#include <vector>

#include "engine/block.h"
#include "engine/context.h"
#include "engine/stored_column.h"

namespace spillway {

// A vector made from rows picked elsewhere, with the memory that it needs.
struct GatheredColumn {
  Vector vector;
  Buffer values;  // kVectorRows of the widest value
  u64 validity[kVectorWords];
  Arena text{16 * 1024};  // of texts whose block does not stay
};

class JoinPayload {
 public:
  JoinPayload(QueryContext& context, std::vector<ColumnFacts> inputs);

  // Blocks come in row order, one call at a time.
  void add(Block&& block);
  // Gives memory back by spilling the oldest block that is held; false when none is.
  bool spill_one();

  u32 column_count() const { return static_cast<u32>(inputs_.size()); }
  bool spilled() const { return file_ != nullptr; }
  // Once all blocks are there. Any number of threads may gather at a time.
  ColumnFacts facts(u32 column) const;
  // Column `column` of these rows, as the vector of `out`. `order`: 0 … count − 1 so that the rows rise.
  void gather(u32 column, const u32* rows, const u16* order, u32 count, GatheredColumn& out) const;

 private:
  struct Entry {
    u64 first = 0;
    u32 rows = 0;
    Block block;                       // its columns, unless they are stored
    std::vector<StoredColumn> stored;  // empty while in memory
  };

  const Entry& entry_of(u32 row) const;

  QueryContext& context_;
  std::vector<ColumnFacts> inputs_;
  std::vector<Entry> entries_;
  std::vector<bool> has_null_, same_dictionary_;
  std::unique_ptr<SpillFile> file_;
  std::size_t next_spill_ = 0;
  u64 rows_ = 0;
};

// Rows `at` of `vector` as the vector of `out`.
void gather_places(const Vector& vector, const u16* at, u32 count, GatheredColumn& out);

}  // namespace spillway
