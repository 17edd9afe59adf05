// Binary heaps with the worst entry at the root.
#include "neighbors/nearest_lists.h"

#include <algorithm>

namespace spillway {
namespace {

// Matches of a chunk.
constexpr u32 kLeastRoom = 64, kMostRoom = 8192;

}  // namespace

NearestLists::NearestLists(u32 queries, u32 k)
    : queries_(queries), k_(k), entries_(std::size_t{queries} * k), counts_(queries) {}

void NearestLists::push(Entry* list, u32 place, Entry entry) {
  while (place > 0) {
    u32 parent = (place - 1) / 2;
    if (!before(list[parent], entry)) break;
    list[place] = list[parent];
    place = parent;
  }
  list[place] = entry;
}

void NearestLists::replace(Entry* list, Entry entry) {
  u32 place = 0;
  for (u32 child = 1; child < k_; child = 2 * place + 1) {
    if (child + 1 < k_ && before(list[child], list[child + 1])) child += 1;
    if (!before(entry, list[child])) break;
    list[place] = list[child];
    place = child;
  }
  list[place] = entry;
}

void NearestLists::merge(const NearestLists& other) {
  for (u32 q = 0; q < queries_; ++q) {
    const Entry* list = other.entries_.data() + std::size_t{q} * k_;
    for (u32 i = 0; i < other.counts_[q]; ++i) offer(q, list[i].distance, list[i].row);
  }
}

void NearestLists::take(u32 query, u32* rows, f64* distances) {
  Entry* list = entries_.data() + std::size_t{query} * k_;
  std::sort(list, list + counts_[query], before);
  for (u32 i = 0; i < counts_[query]; ++i) {
    rows[i] = list[i].row;
    distances[i] = list[i].distance;
  }
  counts_[query] = 0;
}

void WithinLists::grow() {
  const u32 room = std::clamp<u32>(static_cast<u32>(std::min<u64>(matches_, kMostRoom)), kLeastRoom, kMostRoom);
  chunks_.push_back({std::unique_ptr<Match[]>(new Match[room]), 0, room});
}

void WithinLists::merge(WithinLists& other) {
  for (u32 q = 0; q < queries(); ++q) counts_[q] += other.counts_[q];
  for (Chunk& chunk : other.chunks_) chunks_.push_back(std::move(chunk));
  matches_ += other.matches_;
  other.chunks_.clear();
  other.matches_ = 0;
  std::fill(other.counts_.begin(), other.counts_.end(), u64{0});
}

// By query through a counting sort, then each query's by themselves.
void WithinLists::arrange() {
  arranged_ = true;
  starts_.assign(counts_.size() + 1, 0);
  for (std::size_t q = 0; q < counts_.size(); ++q) starts_[q + 1] = starts_[q] + counts_[q];
  ordered_.resize(matches_);
  std::vector<u64> next(starts_.begin(), starts_.end() - 1);
  for (Chunk& chunk : chunks_) {
    for (u32 i = 0; i < chunk.count; ++i) ordered_[next[chunk.matches[i].query]++] = chunk.matches[i];
    chunk.matches.reset();
  }
  chunks_.clear();
  for (std::size_t q = 0; q < counts_.size(); ++q) {
    std::sort(ordered_.begin() + static_cast<std::ptrdiff_t>(starts_[q]),
              ordered_.begin() + static_cast<std::ptrdiff_t>(starts_[q + 1]), [](const Match& a, const Match& b) {
                return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
              });
  }
}

std::span<const WithinLists::Match> WithinLists::sorted(u32 query) {
  if (!arranged_) arrange();
  return {ordered_.data() + starts_[query], static_cast<std::size_t>(starts_[query + 1] - starts_[query])};
}

}  // namespace spillway
