// Chooses and writes the encoding of whole numbers from their ranges, differences and runs, without trial and error.
#include "format/integers.h"
#include "format/lanes.h"

namespace spillway::format {
namespace {

struct VectorPlan {
  u32 rows = 0;
  u32 blocks = 0;
  u64 base = 0;
  u32 width = 0;
};

struct PagePlan {
  VectorPlan vectors[kPageVectors];
  u64 bytes = 0;
  i64 least = 0;
  i64 most = 0;
};

u32 rows_in(u32 rows, u32 vector) {
  const u32 rest = rows - vector * kVectorRows;
  return rest < kVectorRows ? rest : kVectorRows;
}

u32 blocks_in(u32 rows) { return (rows + kBlockValues - 1) / kBlockValues; }

u64 directory_bytes(u32 vectors) { return u64{8} * vectors + round_up8(vectors); }

PagePlan plan_packed(const u8* values, u32 lane, bool is_signed, u32 rows) {
  PagePlan plan;
  const u32 count = vectors_of(rows);
  plan.bytes = directory_bytes(count);
  for (u32 v = 0; v < count; ++v) {
    VectorPlan& p = plan.vectors[v];
    p.rows = rows_in(rows, v);
    p.blocks = blocks_in(p.rows);
    i64 least, most;
    range_of(lane, is_signed, values + u64{v} * kVectorRows * lane, p.rows, &least, &most);
    p.base = static_cast<u64>(least);
    p.width = bits_for(static_cast<u64>(most) - static_cast<u64>(least));
    plan.bytes += u64{p.blocks} * p.width * kBlockRowBytes;
    const bool below = is_signed ? least < plan.least : static_cast<u64>(least) < static_cast<u64>(plan.least);
    const bool above = is_signed ? most > plan.most : static_cast<u64>(most) > static_cast<u64>(plan.most);
    if (v == 0 || below) plan.least = least;
    if (v == 0 || above) plan.most = most;
  }
  return plan;
}

PagePlan plan_delta(const u8* values, u32 lane, u32 rows, u8* scratch) {
  PagePlan plan;
  const u32 count = vectors_of(rows);
  const u32 lanes = kBlockRowBytes / lane;
  plan.bytes = directory_bytes(count);
  for (u32 v = 0; v < count; ++v) {
    VectorPlan& p = plan.vectors[v];
    p.rows = rows_in(rows, v);
    p.blocks = blocks_in(p.rows);
    plan.bytes += kBlockRowBytes;
    if (p.rows <= lanes) continue;
    i64 least, most;
    difference_of(lane, values + u64{v} * kVectorRows * lane, lanes, p.rows, scratch);
    range_of(lane, true, scratch + kBlockRowBytes, p.rows - lanes, &least, &most);
    p.base = static_cast<u64>(least);
    p.width = bits_for(static_cast<u64>(most) - static_cast<u64>(least));
    plan.bytes += u64{p.blocks} * p.width * kBlockRowBytes;
  }
  return plan;
}

void append_directory(const PagePlan& plan, u32 vectors, Bytes& out) {
  for (u32 v = 0; v < vectors; ++v) append(out, plan.vectors[v].base);
  const std::size_t start = out.size();
  for (u32 v = 0; v < vectors; ++v) out.push_back(static_cast<u8>(plan.vectors[v].width));
  pad8(out, start);
}

// Fills values[from … to) with `value`: padding that costs no bits.
void fill(u8* values, u32 lane, u32 from, u32 to, u64 value) {
  for (u32 i = from; i < to; ++i) std::memcpy(values + u64{i} * lane, &value, lane);
}

void append_blocks(const u8* values, u32 lane, const VectorPlan& plan, u64 base, Bytes& out) {
  for (u32 b = 0; b < plan.blocks; ++b) {
    const std::size_t at = out.size();
    out.resize(at + std::size_t{plan.width} * kBlockRowBytes);
    pack_block(lane, plan.width, values + u64{b} * kBlockValues * lane, base, out.data() + at);
  }
}

void append_packed(const PagePlan& plan, u8* values, u32 lane, u32 rows, Bytes& out) {
  const u32 count = vectors_of(rows);
  append_directory(plan, count, out);
  for (u32 v = 0; v < count; ++v) {
    const VectorPlan& p = plan.vectors[v];
    u8* at = values + u64{v} * kVectorRows * lane;
    fill(at, lane, p.rows, p.blocks * kBlockValues, p.base);
    append_blocks(at, lane, p, p.base, out);
  }
}

void append_delta(const PagePlan& plan, const u8* values, u32 lane, u32 rows, u8* scratch, Bytes& out) {
  const u32 count = vectors_of(rows);
  const u32 lanes = kBlockRowBytes / lane;
  append_directory(plan, count, out);
  for (u32 v = 0; v < count; ++v) {
    const VectorPlan& p = plan.vectors[v];
    const u8* at = values + u64{v} * kVectorRows * lane;
    u8 first[kBlockRowBytes] = {};
    with_lane(lane, [&](auto type) {
      using T = decltype(type);
      for (u32 i = 0; i < lanes && i < p.rows; ++i) {
        T value;
        std::memcpy(&value, at + i * lane, lane);
        value = static_cast<T>(value - static_cast<T>(p.base));
        std::memcpy(first + i * lane, &value, lane);
      }
    });
    append_bytes(out, first, sizeof first);
    difference_of(lane, at, lanes, p.rows, scratch);
    fill(scratch, lane, 0, lanes, p.base);
    fill(scratch, lane, p.rows < lanes ? lanes : p.rows, p.blocks * kBlockValues, p.base);
    append_blocks(scratch, lane, p, p.base, out);
  }
}

}  // namespace

u64 runs_bytes(u32 runs, u32 lane_bytes) { return 8 + round_up8(u64{2} * runs) + round_up8(u64{lane_bytes} * runs); }

void encode_runs(const u8* values, u32 lane, u32 rows, Bytes& out) {
  std::vector<u16> starts;
  starts.push_back(0);
  for (u32 i = 1; i < rows; ++i) {
    if (std::memcmp(values + u64{i} * lane, values + u64{i - 1} * lane, lane) != 0)
      starts.push_back(static_cast<u16>(i));
  }
  append(out, static_cast<u64>(starts.size()));
  std::size_t begin = out.size();
  append_bytes(out, starts.data(), starts.size() * 2);
  pad8(out, begin);
  begin = out.size();
  for (u16 start : starts) append_bytes(out, values + u64{start} * lane, lane);
  pad8(out, begin);
}

void encode_packed(u8* values, u32 lane_bytes, bool is_signed, u32 rows, Bytes& out) {
  append_packed(plan_packed(values, lane_bytes, is_signed, rows), values, lane_bytes, rows, out);
}

Encoding encode_integers(u8* values, u32 lane, bool is_signed, u32 rows, Bytes& out) {
  const PagePlan packed = plan_packed(values, lane, is_signed, rows);
  if (packed.least == packed.most) {
    append(out, static_cast<u64>(packed.least));
    return Encoding::Constant;
  }
  alignas(64) u8 scratch[kVectorRows * 8];
  const u64 plain = round_up8(u64{rows} * lane);
  const u64 runs = runs_bytes(changes_in(lane, values, rows) + 1, lane);
  const PagePlan delta = plan_delta(values, lane, rows, scratch);
  // Packed decodes fastest, so the others must be clearly smaller.
  u64 best = packed.bytes < plain ? packed.bytes : plain;
  if (runs * 4 < best * 3 && runs < delta.bytes) {
    encode_runs(values, lane, rows, out);
    return Encoding::Runs;
  }
  if (delta.bytes * 4 < best * 3) {
    append_delta(delta, values, lane, rows, scratch, out);
    return Encoding::Delta;
  }
  if (packed.bytes < plain - plain / 32) {
    append_packed(packed, values, lane, rows, out);
    return Encoding::Packed;
  }
  const std::size_t begin = out.size();
  append_bytes(out, values, u64{rows} * lane);
  pad8(out, begin);
  return Encoding::Plain;
}

}  // namespace spillway::format
