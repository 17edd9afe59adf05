// XXH3 as the kernels have it.
#include "format/checksum.h"

#include "kernels/pages.h"

namespace spillway::format {

u64 checksum(const FileId& file, const Place& place, const void* bytes, std::size_t size) {
  u8 identity[32];
  const u32 numbers[4] = {static_cast<u32>(place.kind), place.column, place.group, place.page};
  std::memcpy(identity, file.data(), 16);
  std::memcpy(identity + 16, numbers, 16);
  const PagesTable& kernels = pages_kernels();
  return kernels.hash(bytes, size, kernels.hash(identity, sizeof identity, 0));
}

}  // namespace spillway::format
