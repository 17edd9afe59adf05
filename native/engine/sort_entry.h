// What is moved when rows are sorted: one word of the key and where the row lies.
#pragma once

#include <cstdint>

#include "engine/types.h"

namespace spillway {

// `ref`: the row's address in the low 48 bits (addresses of a process are no longer on the platforms we build for), and
// 16 bits saying which run or piece it is from.
struct SortEntry {
  u64 word;
  u64 ref;
};

// Bytes that must be readable beyond the last row of a block, so that rows can be copied in whole words.
inline constexpr std::size_t kSortSlack = 64;

inline constexpr u32 kRefTagShift = 48;
inline constexpr u64 kRefAddress = (u64{1} << kRefTagShift) - 1;
inline constexpr u32 kRefTags = 1u << 16;

inline u64 make_ref(const u8* row, u32 tag) {
  return (reinterpret_cast<std::uintptr_t>(row) & kRefAddress) | (u64{tag} << kRefTagShift);
}
inline const u8* row_of(u64 ref) { return reinterpret_cast<const u8*>(static_cast<std::uintptr_t>(ref & kRefAddress)); }
inline u32 tag_of(u64 ref) { return static_cast<u32>(ref >> kRefTagShift); }

// Sorts by word, keeping the order of equal words. `scratch` has room for as many entries.
void sort_by_word(SortEntry* entries, std::size_t count, SortEntry* scratch);

}  // namespace spillway
