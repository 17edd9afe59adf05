// General compression of whole page bodies: LZ4 and zstd, and the regrouping of bytes that helps them with floats.
#pragma once

#include <span>

#include "format/bytes.h"

namespace spillway::format {

// Appends the compressed bytes to `out` and answers true, if they take at most `limit` bytes; else changes nothing.
bool compress_lz4(std::span<const u8> bytes, u64 limit, Bytes& out);
bool compress_zstd(std::span<const u8> bytes, u64 limit, Bytes& out);

// Unpacks to exactly `size` bytes. Throws Fault when the input does not hold them.
void unpack_lz4(std::span<const u8> bytes, u8* out, u64 size);
void unpack_zstd(std::span<const u8> bytes, u8* out, u64 size);

// Regroups `count` values of `width` bytes: all first bytes, then all second bytes, … and back.
void split_bytes(const u8* in, u32 width, u64 count, u8* out);
void join_bytes(const u8* in, u32 width, u64 count, u8* out);

}  // namespace spillway::format
