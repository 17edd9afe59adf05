// Sums of products of every two columns: what the folds that end in normal equations accumulate.
#pragma once

#include <vector>

#include "engine/pair_real.h"
#include "format/bytes.h"
#include "kernels/crossprod.h"

namespace spillway {

// The upper triangle of X'X by rows for `columns` columns of float64, and beside it, if asked for, plain totals of
// them. Whatever the values: NaN and infinities give what plain sums would give.
class GramState {
 public:
  explicit GramState(u32 columns);

  // `rows` ≤ kVectorRows values of each column.
  void update(const f64* const* columns, u32 rows);

  std::size_t size() const { return rest_.size(); }
  PairReal sum(std::size_t index) const;
  void add(std::size_t index, const PairReal& value) { rest_[index] = rest_[index] + value; }
  void merge(const GramState& other);
  std::size_t bytes() const { return lanes_.size() * sizeof(LaneSums) + rest_.size() * sizeof(PairReal); }

 private:
  struct alignas(64) Tail {
    f64 values[kSumLanes];
  };
  void add_wild(const f64* const* columns, u32 first, u32 end);

  u32 columns_;
  std::vector<LaneSums> lanes_;
  std::vector<PairReal> rest_;  // of rows that lanes do not take, and of other states
  std::vector<const f64*> at_;  // scratch
  std::vector<Tail> tails_;     // of each column the last rows, filled up with zeros
};

// A sum as states save it: f64 high, f64 low. Reading throws format::Fault for what cannot be one.
void save_sum(format::Bytes& out, const PairReal& sum);
PairReal load_sum(format::ByteReader& in);

}  // namespace spillway
