// XXH3 from the xxHash sources, compiled in.
#include "format/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace spillway::format {

u64 checksum(const FileId& file, const Place& place, const void* bytes, std::size_t size) {
  u8 identity[32];
  const u32 numbers[4] = {static_cast<u32>(place.kind), place.column, place.group, place.page};
  std::memcpy(identity, file.data(), 16);
  std::memcpy(identity + 16, numbers, 16);
  return XXH3_64bits_withSeed(bytes, size, XXH3_64bits(identity, sizeof identity));
}

}  // namespace spillway::format
