// Nodes are visited by (priority, larger id first), as Annoy does it.
#include "annoy/search_walk.h"

#include <bit>
#include <cstring>
#include <limits>

#include "annoy/search_keys.h"

namespace spillway {
namespace {

constexpr u32 kLine = 64;
constexpr u32 kMostLines = 8;  // of a node asked for in advance; the processor itself goes on from there

// What roots start with. Hamming: the wrong turns taken, from the top down.
u32 first_rank(AnnoyMetric metric) {
  return metric == AnnoyMetric::Hamming ? ~u32{0} : ordered(std::numeric_limits<f32>::infinity());
}

// The nearer of both; a margin that is none (NaN) says nothing.
u32 nearer(f32 priority, f32 margin) { return ordered(margin < priority ? margin : priority); }

}  // namespace

// In a right file a tree's nodes lie below one root, and at most one tree is found twice: more splits than twice the
// nodes there are cannot be met.
AnnoyWalk::AnnoyWalk(const AnnoyFile& file, u64 search_k, std::size_t room)
    : file_(file),
      kernels_(annoy_search_kernels()),
      layout_(file.layout()),
      width_(layout_.metric == AnnoyMetric::Hamming ? layout_.vector_bytes / 8 : layout_.dimension),
      search_k_(search_k),
      most_splits_(u64{2} * file.nodes()),
      ids_(std::max<std::size_t>(room, layout_.capacity)) {
  heap_.resize(file.roots().size() * 2 + 1024);
}

// As the roots lie they are in order already: the last comes first.
void AnnoyWalk::begin(const void* vector) {
  vector_ = vector;
  collected_ = visited_ = splits_ = 0;
  held_ = 0;
  size_ = 0;
  const u32 rank = first_rank(layout_.metric);
  for (const u32 root : file_.roots()) heap_[size_++] = keyed(rank, root);
}

bool AnnoyWalk::step() {
  const u64 top = heap_[0];
  const u32 id = id_of(top);
  file_.verify(id);
  const u8* node = file_.at(id);
  const u32 descendants = AnnoyFile::field(node, 0);
  visited_ += 1;
  switch (file_.kind_of(id, descendants)) {
    case AnnoyKind::Split: split(node, id, rank_of(top)); break;
    case AnnoyKind::Bucket:
      bucket(node, id, descendants);
      pop();
      break;
    case AnnoyKind::Item:
      ids_[held_++] = id;
      collected_ += 1;
      pop();
      break;
    case AnnoyKind::Hole: pop(); break;
  }
  if (over() || held_ + layout_.capacity > ids_.size()) return true;
  prefetch_next();
  return false;
}

void AnnoyWalk::pop() {
  size_ -= 1;
  if (size_ != 0) sift_down(heap_.data(), size_, 0, heap_[size_]);
}

// Annoy writes a node after all that is below it; so a walk downwards ends.
u32 AnnoyWalk::child(const u8* node, u32 id, u32 which) const {
  const u32 child = AnnoyFile::field(node, layout_.children_at + 4 * which);
  if (child >= id) throw file_.damaged(id, "names node " + std::to_string(child) + " below it, which comes after it");
  return child;
}

f32 AnnoyWalk::margin(const u8* node, const void* vector) const {
  f32 margin = kernels_.product(node + layout_.vector_at, vector, width_);
  if (layout_.offset_at != 0) margin += std::bit_cast<f32>(AnnoyFile::field(node, layout_.offset_at));
  if (layout_.old_dot) {  // as the Annoy that wrote such files searches them
    const f32 factor = std::bit_cast<f32>(AnnoyFile::field(node, layout_.dot_factor_at));
    margin += factor * factor;
  }
  return margin;
}

u32 AnnoyWalk::side_of_bit(const u8* node, u32 id, const void* vector) const {
  const u64 low = AnnoyFile::field(node, layout_.vector_at), high = AnnoyFile::field(node, layout_.vector_at + 4);
  const u64 bit = high << 32 | low;
  if (bit >= u64{width_} * 64)
    throw file_.damaged(id, "splits at bit " + std::to_string(bit) + " of " + std::to_string(u64{width_} * 64));
  u64 word;
  std::memcpy(&word, static_cast<const u8*>(vector) + bit / 64 * 8, sizeof word);
  return static_cast<u32>(word >> (63 - bit % 64) & 1);
}

u32 AnnoyWalk::place(const void* vector) const {
  u32 id = file_.roots().front();
  for (;;) {
    file_.verify(id);
    const u8* node = file_.at(id);
    if (file_.kind_of(id, AnnoyFile::field(node, 0)) != AnnoyKind::Split) return id;
    const bool bits = layout_.metric == AnnoyMetric::Hamming;
    const u32 next = child(node, id, bits ? side_of_bit(node, id, vector) : margin(node, vector) > 0);
    if (next < file_.items()) return id;  // their numbers are in another order
    id = next;
  }
}

void AnnoyWalk::split(const u8* node, u32 id, u32 rank) {
  if (++splits_ > most_splits_)
    throw file_.damaged(id, "was come to along more ways than there are nodes: the trees are tangled");
  u32 ranks[2];
  if (layout_.metric == AnnoyMetric::Hamming) {
    const u32 side = side_of_bit(node, id, vector_);
    ranks[0] = rank - side;
    ranks[1] = rank - (1 - side);
  } else {
    const f32 margin = this->margin(node, vector_), priority = from_ordered(rank);
    ranks[0] = nearer(priority, -margin);
    ranks[1] = nearer(priority, margin);
  }
  const u64 keys[2] = {keyed(ranks[0], child(node, id, 0)), keyed(ranks[1], child(node, id, 1))};
  const bool second = keys[1] > keys[0];
  sift_down(heap_.data(), size_, 0, keys[second]);
  if (size_ == heap_.size()) heap_.resize(2 * size_);
  sift_up(heap_.data(), size_, keys[!second]);
  size_ += 1;
}

void AnnoyWalk::bucket(const u8* node, u32 id, u32 descendants) {
  u32* own = ids_.data() + held_;
  std::memcpy(own, node + layout_.children_at, descendants * sizeof(u32));
  u32 largest = 0;
  for (u32 i = 0; i < descendants; ++i) largest = std::max(largest, own[i]);
  if (largest >= file_.items())
    throw file_.damaged(id, "holds item " + std::to_string(largest) + " of " + std::to_string(file_.items()));
  held_ += descendants;
  collected_ += descendants;
}

void AnnoyWalk::prefetch_next() const {
  const u8* node = file_.at(id_of(heap_[0]));
  const u32 bytes = std::min(layout_.node_bytes, kMostLines * kLine);
  for (u32 at = 0; at < bytes; at += kLine) __builtin_prefetch(node + at);
}

}  // namespace spillway
