// Pages of a mapped file that are gone because someone cut it: they read as zeros, instead of ending the process.
#pragma once

#include "engine/types.h"

namespace spillway {

// From now on, until it is forgotten: a touch of [data, data + bytes) where the file has ended finds zeros. Who reads
// asks afterwards whether the file is what it was. Any other bus error goes where it went before. Any thread.
void watch_mapping(const u8* data, u64 bytes);
void forget_mapping(const u8* data) noexcept;  // before it is unmapped

}  // namespace spillway
