// Thin wrappers around lz4 and zstd as they are built in.
#include "format/compress.h"

#include <lz4.h>
#include <zstd.h>

namespace spillway::format {
namespace {

constexpr int kZstdLevel = 6;

}  // namespace

bool compress_lz4(std::span<const u8> bytes, u64 limit, Bytes& out) {
  if (bytes.size() > LZ4_MAX_INPUT_SIZE || limit > 0x7FFFFFFF) return false;
  const std::size_t at = out.size();
  out.resize(at + static_cast<std::size_t>(limit));
  const int size =
      LZ4_compress_default(reinterpret_cast<const char*>(bytes.data()), reinterpret_cast<char*>(out.data() + at),
                           static_cast<int>(bytes.size()), static_cast<int>(limit));
  out.resize(at + static_cast<std::size_t>(size > 0 ? size : 0));
  return size > 0;
}

bool compress_zstd(std::span<const u8> bytes, u64 limit, Bytes& out) {
  const std::size_t at = out.size();
  out.resize(at + static_cast<std::size_t>(limit));
  const std::size_t size =
      ZSTD_compress(out.data() + at, static_cast<std::size_t>(limit), bytes.data(), bytes.size(), kZstdLevel);
  const bool fits = ZSTD_isError(size) == 0;
  out.resize(at + (fits ? size : 0));
  return fits;
}

void unpack_lz4(std::span<const u8> bytes, u8* out, u64 size) {
  if (bytes.size() > 0x7FFFFFFF || size > 0x7FFFFFFF) fault("an LZ4 block that is too large");
  const int got = LZ4_decompress_safe(reinterpret_cast<const char*>(bytes.data()), reinterpret_cast<char*>(out),
                                      static_cast<int>(bytes.size()), static_cast<int>(size));
  if (got < 0 || static_cast<u64>(got) != size) fault("an LZ4 block that does not hold its bytes");
}

void unpack_zstd(std::span<const u8> bytes, u8* out, u64 size) {
  const std::size_t got = ZSTD_decompress(out, static_cast<std::size_t>(size), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != size) fault("a zstd frame that does not hold its bytes");
}

void split_bytes(const u8* in, u32 width, u64 count, u8* out) {
  for (u32 byte = 0; byte < width; ++byte) {
    for (u64 i = 0; i < count; ++i) out[byte * count + i] = in[i * width + byte];
  }
}

void join_bytes(const u8* in, u32 width, u64 count, u8* out) {
  for (u32 byte = 0; byte < width; ++byte) {
    for (u64 i = 0; i < count; ++i) out[i * width + byte] = in[byte * count + i];
  }
}

}  // namespace spillway::format
