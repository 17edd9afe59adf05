// Whatever is not given is zero.
#include "neighbors/sparse_points.h"

#include <algorithm>

#include "engine/error.h"

namespace spillway {
namespace {

// Exactly a float, or not a number at all.
bool is_single(f64 value) { return static_cast<f64>(static_cast<f32>(value)) == value || value != value; }

}  // namespace

SparsePoints::SparsePoints(std::vector<u64> starts, std::vector<u32> indices, std::vector<f64> values, u32 columns)
    : starts_(std::move(starts)), indices_(std::move(indices)), values_(std::move(values)), columns_(columns) {
  if (indices_.size() != values_.size()) {
    throw Error(ErrorCode::Argument, "sparse rows have " + std::to_string(indices_.size()) + " indices but " +
                                         std::to_string(values_.size()) + " values");
  }
  if (starts_.empty() || starts_.front() != 0 || starts_.back() != values_.size()) {
    throw Error(ErrorCode::Argument, "indptr of sparse rows must go from 0 to " + std::to_string(values_.size()) +
                                         ", the number of their values");
  }
  for (std::size_t row = 0; row + 1 < starts_.size(); ++row) {
    const std::string number = std::to_string(row);
    if (starts_[row + 1] < starts_[row] || starts_[row + 1] > values_.size()) {
      throw Error(ErrorCode::Argument, "indptr of sparse rows goes back after row " + number, {{"row", number}});
    }
    for (u64 p = starts_[row]; p < starts_[row + 1]; ++p) {
      if (indices_[p] < columns_ && (p == starts_[row] || indices_[p] > indices_[p - 1])) continue;
      throw Error(ErrorCode::Argument,
                  "sparse row " + number + " names column " + std::to_string(indices_[p]) +
                      "; columns must ascend from 0 to " + std::to_string(i64{columns_} - 1) + ", each once",
                  {{"row", number}, {"column", std::to_string(indices_[p])}});
    }
  }
  single_ = std::all_of(values_.begin(), values_.end(), is_single);
}

template <class T>
void SparsePoints::scatter(u64 first, u64 count, T* into) const {
  std::fill_n(into, count * columns_, T{0});
  for (u64 row = first; row < first + count; ++row) {
    T* at = into + (row - first) * columns_;
    for (u64 p = starts_[row]; p < starts_[row + 1]; ++p) at[indices_[p]] = static_cast<T>(values_[p]);
  }
}

void SparsePoints::read(u64 first, u64 count, f64* into) const { scatter(first, count, into); }

void SparsePoints::read_single(u64 first, u64 count, f32* into) const { scatter(first, count, into); }

}  // namespace spillway
