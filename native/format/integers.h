// Bodies of pages whose values are whole numbers: values, dictionary codes, the lengths of texts.
#pragma once

#include "format/bytes.h"
#include "format/layout.h"

namespace spillway::format {

// Bytes of one value as it lies in a page: its lane. Text is written as codes (4) or not as integers at all (0).
constexpr u32 lane_bytes_of(Type type) { return type == Type::Utf8 ? 4 : width_of(type); }

// Appends the body for `rows` values (1 … 16,384) of `lane_bytes` each and says how. `values` has room for a whole
// number of blocks (1,024 values); what lies beyond `rows` is overwritten. Constant bodies hold the value in 8 bytes.
Encoding encode_integers(u8* values, u32 lane_bytes, bool is_signed, u32 rows, Bytes& out);

// Always Packed, whatever the size: lengths of texts.
void encode_packed(u8* values, u32 lane_bytes, bool is_signed, u32 rows, Bytes& out);

// Bytes a Runs body takes.
u64 runs_bytes(u32 runs, u32 lane_bytes);
void encode_runs(const u8* values, u32 lane_bytes, u32 rows, Bytes& out);

// A body after its directory was checked: any vector of it can be decoded without further bounds.
struct IntegerBody {
  Encoding encoding = Encoding::Plain;
  u32 lane_bytes = 0;
  u32 rows = 0;
  const u8* data = nullptr;     // Plain, Constant: values
  u64 base[kPageVectors] = {};  // Packed: least value; Delta: least difference
  u8 width[kPageVectors] = {};
  u32 start[kPageVectors] = {};  // of each vector's bytes in `data`
  u32 runs = 0;
  const u8* run_starts = nullptr;  // u16 each
  const u8* run_values = nullptr;
};

// Reads a body from `in` (Packed reads just its own bytes). Throws Fault.
IntegerBody parse_integers(Encoding encoding, u32 lane_bytes, u32 rows, ByteReader& in);

// Decodes one vector into `out`, which has room for 2,048 values.
void decode_integers(const IntegerBody& body, u32 vector, u8* out);

}  // namespace spillway::format
