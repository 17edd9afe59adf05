// The fold `crossprod`: X'X of some columns, by rows of equal or given weight, with or without a column of ones.
// Parameters: intercept 0/1, weighted 0/1 (the last argument is the weight w; columns are multiplied by √w).
// State: u32 version, u32 k, u64 rows, u64 skipped, k(k+1)/2 sums of the upper triangle by rows, the sum of the weights
// (of the rows without weights). Rows with a null or of weight 0 are skipped.
#include "engine/error.h"
#include "engine/fold_reals.h"
#include "engine/folds.h"
#include "engine/gram_state.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;

class CrossprodState final : public FoldState {
 public:
  CrossprodState(u32 arguments, bool intercept, bool weighted)
      : intercept_(intercept),
        weighted_(weighted),
        values_(arguments - (weighted ? 1 : 0)),
        // Ones need no products unless they are weighted.
        products_(values_ + (intercept && weighted ? 1 : 0)),
        gram_(products_, intercept && !weighted),
        at_(products_),
        scratch_(std::size_t{arguments + 1} * kVectorRows) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    rows_.pick(chunk, columns, values_ + (weighted_ ? 1 : 0));
    const f64* root = weighted_ ? roots(columns[values_]) : nullptr;
    const u32 n = rows_.size();
    taken_ += n;
    skipped_ += rows_.skipped();
    if (n == 0) return;
    const u32 first = products_ - values_;
    if (first == 1) at_[0] = root;
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
    weights_.merge(other.weights_);
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, size());
    format::append(out, taken_);
    format::append(out, skipped_);
    const PairReal rows = PairReal::of(static_cast<i128>(taken_));
    if (has_ones()) {
      save_sum(out, rows);
      const std::size_t totals = gram_.size() - products_;
      for (u32 c = 0; c < products_; ++c) save_sum(out, gram_.sum(totals + c));
    }
    for (std::size_t i = 0; i < triangle(); ++i) save_sum(out, gram_.sum(i));
    save_sum(out, weighted_ ? weights_.sum(1) : rows);
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("it is of another version");
    if (in.read<u32>("columns") != size()) format::fault("it is of another number of columns");
    taken_ = in.read<u64>("rows");
    skipped_ = in.read<u64>("skipped rows");
    if (has_ones()) {
      load_sum(in);
      const std::size_t totals = gram_.size() - products_;
      for (u32 c = 0; c < products_; ++c) gram_.add(totals + c, load_sum(in));
    }
    for (std::size_t i = 0; i < triangle(); ++i) gram_.add(i, load_sum(in));
    const PairReal weights = load_sum(in);
    if (weighted_) weights_.add(1, weights);
  }

  std::size_t bytes() const override {
    return sizeof *this + gram_.bytes() + scratch_.size() * sizeof(f64) + at_.size() * sizeof(void*);
  }

 private:
  bool has_ones() const { return intercept_ && !weighted_; }
  u32 size() const { return values_ + (intercept_ ? 1 : 0); }
  std::size_t triangle() const { return std::size_t{products_} * (products_ + 1) / 2; }
  f64* scratch(u32 column) { return scratch_.data() + std::size_t{column} * kVectorRows; }

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
    weights_.update(&weights, rows_.size());
    f64* root = scratch(values_ + 1);
    crossprod_kernels().roots(root, weights, rows_.size());
    return root;
  }

  const bool intercept_, weighted_;
  const u32 values_, products_;
  u64 taken_ = 0, skipped_ = 0;
  GramState gram_;
  GramState weights_{1, true};  // its total, index 1, is wanted
  RealRows rows_;
  std::vector<const f64*> at_;
  std::vector<f64> scratch_;
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
