// Appending, gluing and joining along the fixed tree.
#include "engine/fold_quantile_segment.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t kLooseNodes = 8;  // new ones are joined when there are so many: they are still in the caches

u64 leaf_of(u64 place) { return place / kVectorRows; }

}  // namespace

void QuantileSegment::append(const u64* places, const u64* words, u32 count, u64 limit) {
  if (count == 0) return;
  if (empty()) first = places[0];
  for (u32 from = 0; from < count;) {
    const u64 leaf = leaf_of(places[from]);
    u32 to = count;
    if (leaf_of(places[count - 1]) != leaf) {
      const u64* end = std::lower_bound(places + from, places + count, (leaf + 1) * kVectorRows);
      to = static_cast<u32>(end - places);
    }
    if (empty() || nodes.back().height != 0 || nodes.back().index != leaf) {
      if (nodes.size() >= settled + kLooseNodes) settle(limit);
      QuantileNode& node = nodes.emplace_back();
      node.index = leaf;
    }
    QuantileNode& node = nodes.back();
    node.words.insert(node.words.end(), words + from, words + to);
    node.sorted = false;
    last = places[to - 1];
    from = to;
  }
}

void QuantileSegment::glue(QuantileSegment& next, u64 limit) {
  if (told() && next.told()) {
    end_morsel = next.end_morsel;
  } else {
    from_morsel = end_morsel = 0;
  }
  if (next.empty()) return;
  if (empty()) {
    first = next.first;
    nodes = std::move(next.nodes);
  } else {
    auto begin = next.nodes.begin();
    if (leaf_of(last) == leaf_of(next.first)) {
      QuantileNode& leaf = nodes.back();
      leaf.words.insert(leaf.words.end(), begin->words.begin(), begin->words.end());
      leaf.sorted = false;
      ++begin;
    }
    nodes.insert(nodes.end(), std::make_move_iterator(begin), std::make_move_iterator(next.nodes.end()));
  }
  last = next.last;
  next.nodes.clear();
  settled = std::min(settled, nodes.size());
  if (nodes.size() >= settled + kLooseNodes) settle(limit);
}

void QuantileSegment::settle(u64 limit) {
  // Blocks [low, end) have no rows but those of this segment.
  const u64 low = leaf_of(first) + (first % kVectorRows == 0 ? 0 : 1);
  const u64 end = leaf_of(last) + (last % kVectorRows == kVectorRows - 1 ? 1 : 0);
  std::size_t kept = 0;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    QuantileNode node = std::move(nodes[n]);
    const u64 following = n + 1 < nodes.size() ? nodes[n + 1].first_leaf() : ~u64{0};
    node.sort();
    bool inside = node.first_leaf() >= low && node.end_leaf() <= end;
    if (inside && node.height == 0) node.fit(limit);
    while (inside) {
      // The parent has part in the segment's rows alone, and all of them that it will have are here.
      const u64 parent = node.index / 2, parent_first = parent << (node.height + 1);
      const u64 parent_end = (parent + 1) << (node.height + 1);
      inside = parent_first >= low && parent_end <= end && following >= parent_end;
      if (!inside) break;
      if (kept > 0 && nodes[kept - 1].first_leaf() >= parent_first) {
        nodes[kept - 1].join(node, limit, quantile_choice(node.height + 1, parent));
        node = std::move(nodes[--kept]);
      }
      ++node.height;
      node.index = parent;
    }
    nodes[kept++] = std::move(node);
  }
  nodes.resize(kept);
  settled = kept;
}

void QuantileSegment::save(format::Bytes& out) const {
  format::append(out, first);
  format::append(out, last);
  format::append(out, static_cast<u32>(nodes.size()));
  for (const QuantileNode& node : nodes) node.save(out);
}

void QuantileSegment::load(format::ByteReader& in, u64 limit) {
  first = in.read<u64>("first row");
  last = in.read<u64>("last row");
  const u32 count = in.read<u32>("parts");
  if (count == 0 || last < first) format::fault("a quantile sketch of no rows");
  u64 free_leaf = leaf_of(first);
  for (u32 n = 0; n < count; ++n) {
    QuantileNode& node = nodes.emplace_back();
    node.load(in, std::max<u64>(limit, kVectorRows));
    const bool whole = node.words.size() <= limit || (node.height == 0 && node.shift == 0);
    if (!whole || node.first_leaf() < free_leaf || node.end_leaf() > leaf_of(last) + 1) {
      format::fault("parts of a quantile sketch out of place");
    }
    free_leaf = node.end_leaf();
  }
  const QuantileNode &front = nodes.front(), &back = nodes.back();
  const bool open_front = first % kVectorRows != 0, open_back = last % kVectorRows != kVectorRows - 1;
  if ((open_front && (front.height != 0 || front.shift != 0 || front.index != leaf_of(first))) ||
      (open_back && (back.height != 0 || back.shift != 0 || back.index != leaf_of(last)))) {
    format::fault("a quantile sketch without its first or last rows");
  }
}

std::size_t QuantileSegment::bytes() const {
  std::size_t held = sizeof *this;
  for (const QuantileNode& node : nodes) held += node.bytes();
  return held;
}

}  // namespace spillway
