// Blocks kept in row order until they are read once: in memory within the budget, in a spill file beyond.
#pragma once

#include <memory>
#include <vector>

#include "engine/block.h"
#include "engine/context.h"
#include "engine/source.h"
#include "engine/stored_column.h"

namespace spillway {

class BlockStore {
 public:
  BlockStore(QueryContext& context, std::vector<ColumnFacts> facts);

  // Blocks come in row order, one call at a time.
  void add(Block&& block);

  u64 rows() const { return rows_; }
  // What is known of column `column` now that all blocks are there.
  ColumnFacts facts(u32 column) const;

  // Reads every block once and gives its memory and disk space back behind the reader. The store outlives it.
  std::shared_ptr<Source> make_source();

 private:
  friend class BlockStoreSource;
  friend class BlockStoreReader;

  struct Entry {
    u32 rows = 0;
    std::shared_ptr<Block> block;      // nullptr once it is spilled or read
    std::vector<StoredColumn> stored;  // empty while in memory
  };

  bool keep(Block& block);
  void spill(Block&& block, Entry& entry);
  void forget(Entry& entry);

  QueryContext& context_;
  std::vector<ColumnFacts> inputs_;
  std::vector<Entry> entries_;
  std::vector<bool> has_null_, same_dictionary_;
  std::unique_ptr<SpillFile> file_;
  u64 rows_ = 0;
};

}  // namespace spillway
