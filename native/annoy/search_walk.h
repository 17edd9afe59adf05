// One query's way through the trees of an Annoy file, node by node, so that several can take turns: while one waits for
// a node to come from memory, the others go on.
#pragma once

#include <vector>

#include "annoy/annoy_file.h"
#include "kernels/annoy_search.h"

namespace spillway {

class AnnoyWalk {
 public:
  // Collects at most `room` ids between two calls of `take`, at least a bucket's.
  AnnoyWalk(const AnnoyFile& file, u64 search_k, std::size_t room);

  // `vector`: floats, or words of bits, as the file has them, that stay while the walk lasts.
  void begin(const void* vector);
  // Looks at the next node. True when the walk must pause: it is over, or has no room for another bucket. Throws Error
  // Format for what no node can be.
  bool step();
  // Where the first tree has the vector: vectors with like numbers come to like nodes. Throws as `step` does.
  u32 place(const void* vector) const;
  bool over() const { return size_ == 0 || collected_ >= search_k_; }

  // Ids collected since the last time, with repeats; each is an item's.
  std::span<const u32> collected() const { return {ids_.data(), held_}; }
  void clear() { held_ = 0; }

  u64 nodes() const { return visited_; }
  u64 candidates() const { return collected_; }

 private:
  void split(const u8* node, u32 id, u32 rank);
  f32 margin(const u8* node, const void* vector) const;
  u32 side_of_bit(const u8* node, u32 id, const void* vector) const;
  void bucket(const u8* node, u32 id, u32 descendants);
  void pop();
  void prefetch_next() const;
  u32 child(const u8* node, u32 id, u32 which) const;

  const AnnoyFile& file_;
  const AnnoySearchTable& kernels_;
  const AnnoyLayout layout_;
  const u32 width_;
  const u64 search_k_, most_splits_;
  const void* vector_ = nullptr;
  u64 collected_ = 0, visited_ = 0, splits_ = 0;
  std::vector<u64> heap_;  // the first size_ of them: (priority, id), the greatest first
  std::size_t size_ = 0;
  std::vector<u32> ids_;
  std::size_t held_ = 0;
};

}  // namespace spillway
