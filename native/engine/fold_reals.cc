// Rows without nulls are the usual case and cost nothing: no list, and float64 columns are used where they lie.
#include "engine/fold_reals.h"

#include <cstring>

#include "engine/error.h"

namespace spillway {
namespace {

template <class T, class Out>
void convert(const Vector& column, const u16* rows, u32 n, Out* out) {
  const T* values = column.values<T>();
  if (column.constant) {
    const Out value = static_cast<Out>(values[0]);
    for (u32 i = 0; i < n; ++i) out[i] = value;
  } else if (rows == nullptr) {
    for (u32 i = 0; i < n; ++i) out[i] = static_cast<Out>(values[i]);
  } else {
    for (u32 i = 0; i < n; ++i) out[i] = static_cast<Out>(values[rows[i]]);
  }
}

template <class Out>
void convert_numbers(const Vector& column, const u16* rows, u32 n, Out* out) {
  switch (column.type) {
    case Type::Bool:
    case Type::U8: return convert<u8>(column, rows, n, out);
    case Type::I8: return convert<i8>(column, rows, n, out);
    case Type::I16: return convert<i16>(column, rows, n, out);
    case Type::I32: return convert<i32>(column, rows, n, out);
    case Type::I64: return convert<i64>(column, rows, n, out);
    case Type::U16: return convert<u16>(column, rows, n, out);
    case Type::U32: return convert<u32>(column, rows, n, out);
    case Type::U64: return convert<u64>(column, rows, n, out);
    case Type::F32: return convert<f32>(column, rows, n, out);
    case Type::F64: return convert<f64>(column, rows, n, out);
    case Type::Utf8:
    case Type::Date:
    case Type::Timestamp: break;
  }
  throw Error(ErrorCode::Internal, "a fold of numbers was given a column of another type");
}

}  // namespace

void RealRows::pick(const Chunk& chunk, const Vector* columns, u32 count) {
  size_ = chunk.selected;
  skipped_ = 0;
  dense_ = chunk.selection == nullptr;
  u64 there[kVectorWords];
  std::memset(there, 0xff, sizeof there);
  const u32 words = (chunk.rows + 63) / 64;
  bool nullable = false;
  for (u32 c = 0; c < count; ++c) {
    if (columns[c].validity == nullptr) continue;
    if (!columns[c].constant) {
      nullable = true;
      for (u32 w = 0; w < words; ++w) there[w] &= columns[c].validity[w];
    } else if (!columns[c].valid(0)) {
      skipped_ = size_;
      size_ = 0;
      return;
    }
  }
  if (!nullable) {
    if (!dense_) std::memcpy(rows_, chunk.selection, size_ * sizeof(u16));
    return;
  }
  u32 kept = 0;
  for (u32 i = 0; i < chunk.selected; ++i) {
    const u32 row = chunk.row_at(i);
    rows_[kept] = static_cast<u16>(row);
    kept += (there[row / 64] >> (row % 64)) & 1;
  }
  skipped_ = size_ - kept;
  if (skipped_ > 0) dense_ = false;
  size_ = kept;
}

void RealRows::narrow(const u8* keep) {
  u32 kept = 0;
  for (u32 i = 0; i < size_; ++i) {
    rows_[kept] = static_cast<u16>(row(i));
    kept += keep[i] != 0 ? 1 : 0;
  }
  if (kept == size_) return;
  skipped_ += size_ - kept;
  size_ = kept;
  dense_ = false;
}

const f64* RealRows::reals(const Vector& column, f64* scratch) const {
  if (column.type == Type::F64 && dense_ && !column.constant) return column.values<f64>();
  convert_numbers(column, rows(), size_, scratch);
  return scratch;
}

const i64* RealRows::integers(const Vector& column, i64* scratch) const {
  const bool wide = column.type == Type::I64 || column.type == Type::U64;
  if (wide && dense_ && !column.constant) return column.values<i64>();
  if (column.type == Type::U64) {
    convert<u64>(column, rows(), size_, reinterpret_cast<u64*>(scratch));
  } else {
    convert_numbers(column, rows(), size_, scratch);
  }
  return scratch;
}

}  // namespace spillway
