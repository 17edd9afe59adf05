// Binary heaps with the worst entry at the root.
#include "neighbors/nearest_lists.h"

#include <algorithm>

namespace spillway {

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

const std::vector<WithinLists::Match>& WithinLists::sorted(u32 query) {
  std::vector<Match>& list = lists_[query];
  std::sort(list.begin(), list.end(), [](const Match& a, const Match& b) {
    return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
  });
  return list;
}

}  // namespace spillway
