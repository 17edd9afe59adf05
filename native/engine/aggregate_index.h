// Which group a key belongs to: a growing hash table of group rows, with an ordered tree for keys whose hashes collide.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "engine/aggregate_key.h"
#include "engine/context.h"
#include "kernels/group.h"

namespace spillway {

// How a group row is laid out: the key's words, the position of its first row + 1, then the state.
struct GroupRowLayout {
  u32 key_words = 0;
  u32 position_offset = 0;
  u32 state_offset = 0;
  u64 bytes = 0;
};

// Small, since there is a table for every partition.
inline constexpr std::size_t kTextBlock = 4096;

class GroupIndex {
 public:
  GroupIndex(const KeyLayout& keys, const GroupRowLayout& layout, QueryContext& context, MemoryBudget& budget);
  GroupIndex(const GroupIndex&) = delete;
  GroupIndex& operator=(const GroupIndex&) = delete;

  // Makes sure that the groups of `rows` more rows fit; false when the budget refuses. `most`: groups are no more.
  bool make_room(u64 rows, u64 most = ~u64{0});
  // The group number of every row of the batch, whose hashes are set; there must be room for as many new groups.
  void find(const KeyBatch& batch, u32* group);
  u32 count() const { return table_.count; }
  u64 room() const { return capacity_ - table_.count; }
  u8* rows() const { return table_.rows; }
  u8* row(u64 number) const { return table_.rows + number * layout_.bytes; }
  u64 bytes() const { return held_.bytes() + texts_.bytes(); }
  Arena& texts() { return texts_; }
  // Bytes of texts taken since the last call are reserved; false when the budget refuses.
  bool settle_texts();
  // Forgets every group but keeps the memory (texts' too).
  void clear();
  // Forgets every group and gives all memory back.
  void release();
  // Gives everything up but the rows, which live on in the returned buffer.
  void drop_slots();

 private:
  struct Less {
    using is_transparent = void;
    const GroupIndex* index;
    bool operator()(u32 a, u32 b) const { return order(index->key(a), index->key(b)); }
    bool operator()(u32 a, const u64* b) const { return order(index->key(a), b); }
    bool operator()(const u64* a, u32 b) const { return order(a, index->key(b)); }
    bool order(const u64* a, const u64* b) const { return index->keys_.compare(a, b) < 0; }
  };

  const u64* key(u32 number) const { return reinterpret_cast<const u64*>(row(number)); }
  bool grow(u64 capacity);
  u32 insert(const u64* key);
  void find_text(const KeyBatch& batch, u32 begin, u32* group);
  void find_ordered(const KeyBatch& batch, u32 begin, u32* group);
  void turn_ordered();
  void rebuild_slots();

  const KeyLayout& keys_;
  GroupRowLayout layout_;
  QueryContext& context_;
  GroupSlots table_{};
  u64 capacity_ = 0;
  u64 seen_ = 0;  // rows looked up since the last clear
  Reservation held_;
  Buffer slots_, rows_;
  Arena texts_{kTextBlock};
  u64 texts_reserved_ = 0;
  std::unique_ptr<std::set<u32, Less>> ordered_;  // set once a search of the hash table was too long
  std::vector<u64> scratch_;
};

}  // namespace spillway
