// The fold `crossprod`: X'X of some columns, by rows of equal or given weight, with or without a column of ones.
// Parameters: intercept 0/1, weighted 0/1 (the last argument is the weight w; columns are multiplied by √w).
// State: u32 version, u32 k, u64 rows, u64 skipped, k(k+1)/2 sums of the upper triangle by rows, the sum of the weights
// (of the rows without weights). Rows with a null or of weight 0 are skipped.
#include <algorithm>

#include "engine/error.h"
#include "engine/fold_reals.h"
#include "engine/folds.h"
#include "engine/gram_state.h"
#include "kernels/aggregate.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;

class CrossprodState final : public FoldState {
 public:
  CrossprodState(u32 arguments, bool intercept, bool weighted)
      : intercept_(intercept),
        weighted_(weighted),
        values_(arguments - (weighted ? 1 : 0)),
        size_(values_ + (intercept ? 1 : 0)),
        gram_(size_),
        at_(size_),
        scratch_(arguments + 1) {
    if (!intercept || weighted) return;
    std::fill_n(scratch(values_), kVectorRows, 1.0);
    at_[0] = scratch(values_);
  }

  void update(const Chunk& chunk, const Vector* columns) override {
    rows_.pick(chunk, columns, values_ + (weighted_ ? 1 : 0));
    const f64* root = weighted_ ? roots(columns[values_]) : nullptr;
    const u32 n = rows_.size();
    taken_ += n;
    skipped_ += rows_.skipped();
    if (n == 0) return;
    const u32 first = size_ - values_;
    if (intercept_ && weighted_) at_[0] = root;
    for (u32 c = 0; c < values_; ++c) {
      const f64* values = rows_.reals(columns[c], scratch(c));
      if (weighted_) crossprod_kernels().weigh(scratch(c), values, root, n);
      at_[first + c] = weighted_ ? scratch(c) : values;
    }
    gram_.update(at_.data(), n);
  }

  void merge(FoldState& given) override {
    auto& other = static_cast<CrossprodState&>(given);
    taken_ += other.taken_;
    skipped_ += other.skipped_;
    gram_.merge(other.gram_);
    weights_ = weights_ + other.weights_;
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, size_);
    format::append(out, taken_);
    format::append(out, skipped_);
    for (std::size_t i = 0; i < gram_.size(); ++i) save_sum(out, gram_.sum(i));
    save_sum(out, weighted_ ? weights_ : PairReal::of(static_cast<i128>(taken_)));
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("it is of another version");
    if (in.read<u32>("columns") != size_) format::fault("it is of another number of columns");
    taken_ = in.read<u64>("rows");
    skipped_ = in.read<u64>("skipped rows");
    for (std::size_t i = 0; i < gram_.size(); ++i) gram_.add(i, load_sum(in));
    weights_ = load_sum(in);
  }

  std::size_t bytes() const override {
    return sizeof *this + gram_.bytes() + scratch_.size() * sizeof(Values) + at_.size() * sizeof(void*);
  }

 private:
  struct alignas(64) Values {
    f64 of[kVectorRows];
  };
  f64* scratch(u32 column) { return scratch_[column].of; }

  // Square roots of the weights; rows of weight 0 are left out.
  const f64* roots(const Vector& column) {
    const f64* weights = rows_.reals(column, scratch(values_));
    bool zeros = false;
    u8 keep[kVectorRows];
    for (u32 i = 0; i < rows_.size(); ++i) {
      if (weights[i] < 0) throw Error(ErrorCode::Data, "a weight is " + std::to_string(weights[i]) + ", below 0");
      keep[i] = weights[i] != 0 ? 1 : 0;
      zeros |= keep[i] == 0;
    }
    if (zeros) {
      rows_.narrow(keep);
      weights = rows_.reals(column, scratch(values_));
    }
    RealSum sum = {0, 0};
    aggregate_kernels().one_sum_real(reinterpret_cast<u8*>(&sum), weights, rows_.size());
    weights_ = weights_ + PairReal(sum.high, sum.low);
    f64* root = scratch(values_ + 1);
    crossprod_kernels().roots(root, weights, rows_.size());
    return root;
  }

  const bool intercept_, weighted_;
  const u32 values_, size_;
  u64 taken_ = 0, skipped_ = 0;
  GramState gram_;
  PairReal weights_;
  RealRows rows_;
  std::vector<const f64*> at_;
  std::vector<Values> scratch_;
};

std::unique_ptr<FoldState> make_crossprod(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  if (fold.parameters.size() != 2) throw Error(ErrorCode::Internal, "the fold crossprod has two parameters");
  const bool weighted = fold.parameters[1] != 0;
  if (arguments.size() < (weighted ? 2 : 1)) throw Error(ErrorCode::Internal, "the fold crossprod needs columns");
  return std::make_unique<CrossprodState>(static_cast<u32>(arguments.size()), fold.parameters[0] != 0, weighted);
}

}  // namespace

const FoldKind kCrossprodFold{"crossprod", make_crossprod};

}  // namespace spillway
