// Numbers that order like what they are made of: nodes still to be visited by (priority, id), items found by
// (distance, id).
#pragma once

#include <bit>

#include "engine/types.h"

namespace spillway {

// Ascending with the float, −0 as 0; not for NaN.
inline u32 ordered(f32 value) {
  const u32 bits = std::bit_cast<u32>(value + 0.0f);
  return bits ^ ((bits >> 31) != 0 ? ~u32{0} : u32{1} << 31);
}

inline f32 from_ordered(u32 key) { return std::bit_cast<f32>(key ^ ((key >> 31) != 0 ? u32{1} << 31 : ~u32{0})); }

inline u64 keyed(u32 rank, u32 id) { return u64{rank} << 32 | id; }
inline u32 rank_of(u64 key) { return static_cast<u32>(key >> 32); }
inline u32 id_of(u64 key) { return static_cast<u32>(key); }

// Of a heap whose greatest key is first: puts `key` in the place of the one at `hole`, or below it.
inline void sift_down(u64* heap, std::size_t size, std::size_t hole, u64 key) {
  for (;;) {
    std::size_t child = 2 * hole + 1;
    if (child >= size) break;
    if (child + 1 < size) child += heap[child + 1] > heap[child];
    if (heap[child] <= key) break;
    heap[hole] = heap[child];
    hole = child;
  }
  heap[hole] = key;
}

// The same upwards, from the end.
inline void sift_up(u64* heap, std::size_t hole, u64 key) {
  while (hole != 0) {
    const std::size_t parent = (hole - 1) / 2;
    if (heap[parent] >= key) break;
    heap[hole] = heap[parent];
    hole = parent;
  }
  heap[hole] = key;
}

}  // namespace spillway
