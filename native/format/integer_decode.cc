// Checks the directory of a body of whole numbers once, then decodes any vector of it.
#include "format/integers.h"
#include "format/lanes.h"

namespace spillway::format {
namespace {

u32 blocks_of(u32 rows, u32 vector) {
  const u32 rest = rows - vector * kVectorRows;
  return ((rest < kVectorRows ? rest : kVectorRows) + kBlockValues - 1) / kBlockValues;
}

void parse_blocks(IntegerBody& body, ByteReader& in) {
  const u32 count = vectors_of(body.rows);
  const u8* bases = in.take(u64{8} * count, "bases of vectors");
  std::memcpy(body.base, bases, u64{8} * count);
  const u8* widths = in.take(round_up8(count), "widths of vectors");
  std::memcpy(body.width, widths, count);
  u64 bytes = 0;
  for (u32 v = 0; v < count; ++v) {
    if (body.width[v] > body.lane_bytes * 8) {
      fault("a width of " + std::to_string(body.width[v]) + " bits for values of " +
            std::to_string(body.lane_bytes * 8));
    }
    body.start[v] = static_cast<u32>(bytes);
    if (body.encoding == Encoding::Delta) bytes += kBlockRowBytes;
    bytes += u64{blocks_of(body.rows, v)} * body.width[v] * kBlockRowBytes;
  }
  body.data = in.take(bytes, "packed values");
}

void parse_runs(IntegerBody& body, ByteReader& in) {
  const u64 runs = in.read<u64>("count of runs");
  if (runs == 0 || runs > body.rows) {
    fault(std::to_string(runs) + " runs in " + std::to_string(body.rows) + " rows");
  }
  body.runs = static_cast<u32>(runs);
  body.run_starts = in.take(round_up8(2 * runs), "starts of runs");
  body.run_values = in.take(round_up8(body.lane_bytes * runs), "values of runs");
  u32 last = 0;
  for (u32 i = 0; i < body.runs; ++i) {
    u16 start;
    std::memcpy(&start, body.run_starts + 2 * i, 2);
    if (i == 0 ? start != 0 : start <= last) fault("runs that do not ascend");
    last = start;
  }
  if (last >= body.rows) fault("a run that starts behind the page's rows");
}

u32 run_start(const IntegerBody& body, u32 run) {
  u16 start;
  std::memcpy(&start, body.run_starts + 2 * run, 2);
  return start;
}

template <class T>
void decode_runs(const IntegerBody& body, u32 vector, T* out) {
  const u32 first = vector * kVectorRows;
  const u32 end = first + kVectorRows < body.rows ? first + kVectorRows : body.rows;
  u32 low = 0;
  u32 high = body.runs;  // run `low` starts at or before `first`, run `high` behind it
  while (high - low > 1) {
    const u32 middle = (low + high) / 2;
    (run_start(body, middle) <= first ? low : high) = middle;
  }
  for (u32 row = first, run = low; row < end; ++run) {
    const u32 next = run + 1 < body.runs ? run_start(body, run + 1) : end;
    const u32 stop = next < end ? next : end;
    T value;
    std::memcpy(&value, body.run_values + u64{run} * sizeof(T), sizeof(T));
    for (; row < stop; ++row) out[row - first] = value;
  }
}

}  // namespace

IntegerBody parse_integers(Encoding encoding, u32 lane_bytes, u32 rows, ByteReader& in) {
  IntegerBody body;
  body.encoding = encoding;
  body.lane_bytes = lane_bytes;
  body.rows = rows;
  switch (encoding) {
    case Encoding::Constant: body.data = in.take(8, "constant"); break;
    case Encoding::Plain: body.data = in.take(round_up8(u64{rows} * lane_bytes), "values"); break;
    case Encoding::Packed:
    case Encoding::Delta: parse_blocks(body, in); break;
    case Encoding::Runs: parse_runs(body, in); break;
    default: fault("whole numbers cannot have encoding " + std::to_string(static_cast<u32>(encoding)));
  }
  return body;
}

void decode_integers(const IntegerBody& body, u32 vector, u8* out) {
  const u32 lane = body.lane_bytes;
  const u32 first = vector * kVectorRows;
  const u32 rows = body.rows - first < kVectorRows ? body.rows - first : kVectorRows;
  switch (body.encoding) {
    case Encoding::Constant:
      for (u32 i = 0; i < rows; ++i) std::memcpy(out + u64{i} * lane, body.data, lane);
      return;
    case Encoding::Plain: std::memcpy(out, body.data + u64{first} * lane, u64{rows} * lane); return;
    case Encoding::Runs:
      with_lane(lane, [&](auto type) { decode_runs(body, vector, reinterpret_cast<decltype(type)*>(out)); });
      return;
    default: break;
  }
  const bool delta = body.encoding == Encoding::Delta;
  const u8* in = body.data + body.start[vector] + (delta ? kBlockRowBytes : 0);
  const u32 width = body.width[vector];
  const u32 blocks = blocks_of(body.rows, vector);
  for (u32 b = 0; b < blocks; ++b) {
    unpack_block(lane, width, in, out + u64{b} * kBlockValues * lane, body.base[vector]);
    in += u64{width} * kBlockRowBytes;
  }
  if (delta) accumulate_rows(lane, out, body.data + body.start[vector], blocks * lane * 8);
}

}  // namespace spillway::format
