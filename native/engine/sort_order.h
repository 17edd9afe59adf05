// Puts entries in the order of all their keys, stage by stage, and drops what limits per group exclude.
#pragma once

#include <functional>

#include "engine/memory.h"
#include "engine/row_key.h"
#include "engine/sort_entry.h"

namespace spillway {

// Where a row stood in the input, for entries that do not come in input order. Asked only of rows equal in every key.
using InputOrder = std::function<u64(u64 ref)>;

// `entries` hold the words of the first stage and come in input order, or `input` tells it; room for `count` entries in
// `scratch`. Words are unspecified afterwards.
void order_entries(const RowKey& key, SortEntry* entries, std::size_t count, SortEntry* scratch,
                   const InputOrder* input = nullptr);

// Keeps the first `limit` rows of each group of ordered entries. One call continues where the last one ended.
class GroupCut {
 public:
  GroupCut(const RowKey& key, const RowLayout& layout, u64 limit) : key_(key), layout_(layout), limit_(limit) {}
  // Moves the kept entries to the front; returns how many.
  std::size_t cut(SortEntry* entries, std::size_t count);
  // The rows are about to go: remembers the last one's group by value.
  void hold();
  void reset();

 private:
  const RowKey& key_;
  const RowLayout& layout_;
  u64 limit_;
  const u8* last_ = nullptr;
  u64 last_word_ = 0;
  u64 seen_ = 0;
  std::vector<u8> held_;
  Arena heap_{1024};
};

}  // namespace spillway
