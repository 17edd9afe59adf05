// The fold `moments` of one column: sums of the first four powers about an origin near the mean, in pairs.
// State: u32 version, u64 rows (with a value), u64 skipped, u64 NaN, u64 +Infinity, u64 −Infinity; of the finite values
// f64 origin, f64 least, f64 greatest, and the sums of the powers 1 … 4 of x − origin (f64 high, f64 low).
#include <algorithm>

#include "engine/error.h"
#include "engine/fold_reals.h"
#include "engine/folds.h"
#include "engine/gram_state.h"
#include "kernels/moments.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;
constexpr u32 kPowers = 4;

class MomentsState final : public FoldState {
 public:
  MomentsState() : scratch_(kVectorRows) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    picked_.pick(chunk, columns, 1);
    rows_ += picked_.size();
    skipped_ += picked_.skipped();
    const f64* values = picked_.reals(columns[0], scratch_.data());
    u32 n = picked_.size();
    if (!crossprod_kernels().tame(values, n)) values = finite_of(values, n);
    if (n > 0) add(values, n);
  }

  void merge(FoldState& given) override {
    const auto& other = static_cast<MomentsState&>(given);
    const u64 count = finite(), others = other.finite();
    rows_ += other.rows_;
    skipped_ += other.skipped_;
    nans_ += other.nans_;
    positive_ += other.positive_;
    negative_ += other.negative_;
    if (others == 0) return;
    if (count == 0) {
      origin_ = other.origin_;
      least_ = other.least_;
      greatest_ = other.greatest_;
      for (u32 p = 0; p < kPowers; ++p) rest_[p] = other.sum(p);
      return;
    }
    least_ = std::min(least_, other.least_);
    greatest_ = std::max(greatest_, other.greatest_);
    add_moved(other, others);
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    for (u64 count : {rows_, skipped_, nans_, positive_, negative_}) format::append(out, count);
    for (f64 value : {origin_, least_, greatest_}) format::append(out, value);
    for (u32 p = 0; p < kPowers; ++p) save_sum(out, sum(p));
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("it is of another version");
    for (u64* count : {&rows_, &skipped_, &nans_, &positive_, &negative_}) *count = in.read<u64>("a count");
    if (nans_ > rows_ || positive_ > rows_ - nans_ || negative_ > rows_ - nans_ - positive_) {
      format::fault("its counts do not fit");
    }
    for (f64* value : {&origin_, &least_, &greatest_}) {
      *value = in.read<f64>("a value");
      if (!std::isfinite(*value)) format::fault("its origin or range is not finite");
    }
    for (u32 p = 0; p < kPowers; ++p) rest_[p] = load_sum(in);
  }

  std::size_t bytes() const override { return sizeof *this + scratch_.size() * sizeof(f64); }

 private:
  u64 finite() const { return rows_ - nans_ - positive_ - negative_; }

  // The finite values, in scratch; `n` becomes their number.
  const f64* finite_of(const f64* values, u32& n) {
    u32 kept = 0;
    for (u32 i = 0; i < n; ++i) {
      const f64 value = values[i];
      if (std::isfinite(value)) {
        scratch_[kept++] = value;
      } else {
        ++(value != value ? nans_ : value > 0 ? positive_ : negative_);
      }
    }
    n = kept;
    return scratch_.data();
  }

  void add(const f64* values, u32 n) {
    const MomentsTable& kernels = moments_kernels();
    f64 least, greatest;
    kernels.range(values, n, &least, &greatest);
    if (finite() == n) {
      // The mean of the first rows: an origin near the middle keeps the powers small.
      PairReal total;
      for (u32 i = 0; i < n; ++i) total = total + values[i] / n;
      origin_ = std::min(greatest, std::max(least, total.value()));
      least_ = least;
      greatest_ = greatest;
    }
    least_ = std::min(least_, least);
    greatest_ = std::max(greatest_, greatest);
    const u32 whole = n / kSumLanes * kSumLanes;
    if (whole > 0) kernels.powers(lanes_, origin_, values, whole);
    if (whole == n) return;
    f64 tail[kSumLanes];
    std::fill(tail, tail + kSumLanes, origin_);  // which adds nothing
    std::copy(values + whole, values + n, tail);
    kernels.powers(lanes_, origin_, tail, kSumLanes);
  }

  // With d the distance between the origins, (x − a)^k = Σ binomial · (x − b)^i · d^(k − i).
  void add_moved(const MomentsState& other, u64 count) {
    const PairReal d = two_sum(other.origin_, -origin_);
    const PairReal d2 = d * d, d3 = d2 * d;
    const PairReal n = PairReal::of(static_cast<i128>(count));
    const PairReal s1 = other.sum(0), s2 = other.sum(1), s3 = other.sum(2), s4 = other.sum(3);
    rest_[0] = rest_[0] + (s1 + n * d);
    rest_[1] = rest_[1] + (s2 + (PairReal(2) * d * s1 + n * d2));
    rest_[2] = rest_[2] + (s3 + (PairReal(3) * d * s2 + (PairReal(3) * d2 * s1 + n * d3)));
    rest_[3] =
        rest_[3] + (s4 + (PairReal(4) * d * s3 + (PairReal(6) * d2 * s2 + (PairReal(4) * d3 * s1 + n * (d2 * d2)))));
  }

  PairReal sum(u32 power) const {
    PairReal sum = rest_[power];
    const LaneSums& lanes = lanes_[power];
    for (u32 k = 0; k < kSumLanes; ++k) sum = sum + PairReal(lanes.high[k], lanes.low[k]);
    return sum;
  }

  u64 rows_ = 0, skipped_ = 0, nans_ = 0, positive_ = 0, negative_ = 0;
  f64 origin_ = 0, least_ = 0, greatest_ = 0;
  LaneSums lanes_[kPowers] = {};
  PairReal rest_[kPowers];  // of other states
  RealRows picked_;
  std::vector<f64> scratch_;
};

std::unique_ptr<FoldState> make_moments(const FoldDescription&, const std::vector<ColumnFacts>& arguments) {
  if (arguments.size() != 1) throw Error(ErrorCode::Internal, "the fold moments takes one column");
  return std::make_unique<MomentsState>();
}

}  // namespace

const FoldKind kMomentsFold{"moments", make_moments};

}  // namespace spillway
