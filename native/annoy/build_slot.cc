// Children's ids are moved by where the tree begins in the file.
#include "annoy/build_slot.h"

#include <cstring>

#include "engine/error.h"

namespace spillway {
namespace {

constexpr std::size_t kGrowth = std::size_t{1} << 20;
constexpr u32 kMostNodes = 0x7fffffff;

}  // namespace

void GrownTree::begin() {
  writer_ = nullptr;
  base_ = items_;
  nodes_ = 0;
  full_ = false;
  waiting_.clear();
  splits_.clear();
}

u32 GrownTree::append(const u8* node, bool split) {
  if (nodes_ >= kMostNodes - base_) {
    throw Error(ErrorCode::Limit, "an Annoy index has at most 2,147,483,647 nodes; ask for fewer trees");
  }
  const u32 id = items_ + nodes_++;
  if (writer_ != nullptr) {
    send(node, split);
    return id;
  }
  waiting_.insert(waiting_.end(), node, node + layout_.node_bytes);
  splits_.push_back(split);
  // Asked for in steps; what is over by less than one is small change.
  if (waiting_.size() > held_.bytes()) full_ = !held_.try_grow(kGrowth);
  return id;
}

void GrownTree::write_to(IndexWriter& writer, u32 base) {
  writer_ = &writer;
  base_ = base;
  full_ = false;
  for (std::size_t i = 0; i < splits_.size(); ++i) send(waiting_.data() + i * layout_.node_bytes, splits_[i]);
  std::vector<u8>().swap(waiting_);
  splits_.clear();
  held_.clear();
}

void GrownTree::send(const u8* node, bool split) {
  last_.assign(node, node + layout_.node_bytes);
  if (split) {
    for (u32 child = 0; child < 2; ++child) {
      u32 id;
      u8* at = last_.data() + layout_.children_at + 4 * child;
      std::memcpy(&id, at, sizeof id);
      if (id >= items_) id += base_ - items_;
      std::memcpy(at, &id, sizeof id);
    }
  }
  writer_->append(last_.data(), last_.size());
}

}  // namespace spillway
