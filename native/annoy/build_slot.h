// Where a tree that is grown goes: straight into the file when it is its turn, else into memory until then.
#pragma once

#include "annoy/annoy_layout.h"
#include "annoy/build_file.h"
#include "annoy/build_tree.h"

namespace spillway {

// One tree's nodes. Ids of nodes are the tree's own, from `items` on, until they are written.
class GrownTree final : public TreeOutput {
 public:
  GrownTree(const AnnoyLayout& layout, u32 items, MemoryBudget& budget)
      : layout_(layout), items_(items), held_(budget) {}

  void begin();
  u32 append(const u8* node, bool split) override;
  // From now on nodes go into the file, the first as node `base`.
  void write_to(IndexWriter& writer, u32 base);
  bool is_written() const { return writer_ != nullptr; }
  // The memory for what waits cannot grow: the tree must wait for its turn.
  bool is_full() const { return full_; }
  u32 nodes() const { return nodes_; }
  const std::vector<u8>& last() const { return last_; }  // as it is in the file; after write_to

 private:
  void send(const u8* node, bool split);

  const AnnoyLayout layout_;
  const u32 items_;
  Reservation held_;
  IndexWriter* writer_ = nullptr;
  u32 base_ = 0, nodes_ = 0;
  bool full_ = false;
  std::vector<u8> waiting_;
  std::vector<bool> splits_;
  std::vector<u8> last_;
};

}  // namespace spillway
