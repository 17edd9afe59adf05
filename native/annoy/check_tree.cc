// Depth first, by a stack of its own; a file whose nodes name each other in circles or over and over is left early.
#include "annoy/check_tree.h"

#include <bit>
#include <cmath>

namespace spillway {
namespace {

constexpr u64 kNodesAtOnce = 1 << 16;
constexpr u64 kToldOfTree = 10;  // repeated items that are named

std::string number(u64 value) { return std::to_string(value); }

}  // namespace

AnnoyTreeCheck::AnnoyTreeCheck(const AnnoyFile& file, u32 root, u32 present)
    : file_(file), layout_(file.layout()), root_(root), present_(present), seen_((u64{file.items()} + 63) / 64) {}

void AnnoyTreeCheck::wrong(u32 id, const std::string& what) { findings.report("node " + number(id) + " " + what); }

bool AnnoyTreeCheck::go_on() {
  if (!begun_) {
    begun_ = true;
    if (root_ < file_.items()) {
      take_item(root_, root_);
    } else {
      enter(root_);
    }
  }
  for (u64 i = 0; i < kNodesAtOnce && !open_.empty(); ++i) {
    Open& at = open_.back();
    if (at.next == 2) {
      close();
      continue;
    }
    if (++visited_ > u64{2} * file_.nodes()) {
      wrong(root_, "is the root of a tree that comes to its nodes along more ways than there are nodes");
      return true;
    }
    const u32 which = at.next++;
    const u32 child = AnnoyFile::field(file_.at(at.id), layout_.children_at + 4 * which);
    if (child >= at.id) {
      wrong(at.id, "names node " + number(child) + " below it, which does not come before it");
      continue;
    }
    const std::size_t depth = open_.size();
    const u64 found = child < file_.items() ? take_item(child, at.id) : enter(child);
    // `at` may have moved.
    open_[depth - 1].below += found;
  }
  if (!open_.empty()) return false;
  end();
  return true;
}

u64 AnnoyTreeCheck::enter(u32 id) {
  const u8* node = file_.at(id);
  const u32 descendants = AnnoyFile::field(node, 0);
  if (descendants - 1 >= file_.items()) {
    wrong(id, "claims to have " + std::to_string(static_cast<i32>(descendants)) + " items below it, of " +
                  number(file_.items()) + " in all");
    return 0;
  }
  findings.deepest = std::max<u64>(findings.deepest, open_.size() + 1);
  if (descendants <= layout_.capacity) return take_bucket(id, node, descendants);
  findings.splits += 1;
  look_at_plane(id, node);
  open_.push_back({id});
  return 0;
}

// A root says that it has all items, and where there are holes it holds fewer: only those are ids.
u64 AnnoyTreeCheck::take_bucket(u32 id, const u8* node, u32 descendants) {
  findings.buckets += 1;
  const u32 count = id == root_ ? std::min(descendants, present_) : descendants;
  for (u32 i = 0; i < count; ++i) {
    const u32 item = AnnoyFile::field(node, layout_.children_at + 4 * i);
    if (item >= file_.items()) {
      wrong(id, "holds item " + number(item) + " of " + number(file_.items()));
    } else {
      take_item(item, id);
    }
  }
  return count;
}

u64 AnnoyTreeCheck::take_item(u32 item, u32 parent) {
  if (AnnoyFile::field(file_.at(item), 0) != 1) {
    // Annoy leaves the other side of a tree with a single item at zero.
    if (present_ > 1) wrong(parent, "holds item " + number(item) + ", which was never added");
    return 0;
  }
  u64& word = seen_[item / 64];
  const u64 bit = u64{1} << (item % 64);
  if ((word & bit) == 0) {
    word |= bit;
    taken_ += 1;
  } else if (++repeated_ <= kToldOfTree) {
    wrong(parent, "holds item " + number(item) + ", which its tree holds elsewhere too");
  } else {
    findings.report_more(1);
  }
  return 1;
}

void AnnoyTreeCheck::look_at_plane(u32 id, const u8* node) {
  if (layout_.metric == AnnoyMetric::Hamming) {
    const u64 low = AnnoyFile::field(node, layout_.vector_at), high = AnnoyFile::field(node, layout_.vector_at + 4);
    const u64 bit = high << 32 | low;
    if (bit >= u64{layout_.vector_bytes} * 8) wrong(id, "splits at bit " + number(bit) + ", and there is none");
    return;
  }
  const auto finite = [&](u32 at) { return std::isfinite(std::bit_cast<f32>(AnnoyFile::field(node, at))); };
  bool fine = layout_.offset_at == 0 || finite(layout_.offset_at);
  for (u32 j = 0; j < layout_.dimension; ++j) fine = fine && finite(layout_.vector_at + 4 * j);
  if (!fine) wrong(id, "splits along a plane that is not finite");
}

void AnnoyTreeCheck::close() {
  const Open done = open_.back();
  open_.pop_back();
  const u64 claims = AnnoyFile::field(file_.at(done.id), 0);
  if (done.id != root_ && claims != done.below)
    wrong(done.id, "claims to have " + number(claims) + " items below it, and has " + number(done.below));
  if (!open_.empty()) open_.back().below += done.below;
}

void AnnoyTreeCheck::end() {
  if (taken_ == present_) return;
  u64 first = 0;
  for (; first < file_.items(); ++first) {
    const bool there = AnnoyFile::field(file_.at(static_cast<u32>(first)), 0) == 1;
    if (there && (seen_[first / 64] >> (first % 64) & 1) == 0) break;
  }
  wrong(root_, "is the root of a tree without " + number(present_ - taken_) + " of " + number(present_) +
                   " items, item " + number(first) + " among them");
}

}  // namespace spillway
