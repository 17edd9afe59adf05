// The fold `irls`: one step of iteratively reweighted least squares of a generalised linear model over all rows.
//
// Arguments: y, the predictors, then the prior weights and the offset if there are such. Parameters: family, link (as
// kernels/irls.h numbers them), start (1: the linear predictor comes from y), intercept, weighted, with offset (each 0
// or 1), then unless it is the start the coefficients, the intercept's first. Rows with a null in any argument are
// skipped. State: u32 version, u32 k, u64 rows, skipped, blocks with a mean or predictor out of its domain, f64 closest
// mean to the end of its domain; the sums deviance, Pearson, excess (kernels/irls.h) as pairs; IrlsConstants, all zero
// unless it is the start; then the k (k + 1) / 2 pairs of the Gram of [√w, √w·x…, √w·z], upper triangle by rows.
#include <cmath>
#include <limits>

#include "engine/error.h"
#include "engine/folds.h"
#include "engine/irls_constants.h"
#include "engine/irls_rows.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;
constexpr std::size_t kFlags = 6;

struct Model {
  IrlsFamily family;
  IrlsLink link;
  bool start, intercept, weighted, with_offset;
  u32 predictors;
  std::vector<f64> beta;

  u32 size() const { return predictors + (intercept ? 1 : 0) + 1; }
  std::size_t sums() const { return static_cast<std::size_t>(size()) * (size() + 1) / 2; }
};

// What values lie between, if all of them are finite.
struct Extent {
  bool finite;
  f64 least, most;
};

Extent extent_of(const f64* x, u32 count) {
  constexpr u32 kSide = 4;  // sums and extremes side by side, which take a turn each
  const f64 first = count == 0 ? 0 : x[0];
  f64 probe[kSide] = {}, least[kSide] = {first, first, first, first}, most[kSide] = {first, first, first, first};
  u32 i = 0;
  const auto see = [&](f64 v, u32 k) {
    probe[k] += v * 0;  // NaN as soon as one value is not finite
    least[k] = v < least[k] ? v : least[k];
    most[k] = v > most[k] ? v : most[k];
  };
  for (; i + kSide <= count; i += kSide) {
    for (u32 k = 0; k < kSide; ++k) see(x[i + k], k);
  }
  for (; i < count; ++i) see(x[i], 0);
  const f64 all = (probe[0] + probe[1]) + (probe[2] + probe[3]);
  return {all == 0, std::fmin(std::fmin(least[0], least[1]), std::fmin(least[2], least[3])),
          std::fmax(std::fmax(most[0], most[1]), std::fmax(most[2], most[3]))};
}

class IrlsState final : public FoldState {
 public:
  explicit IrlsState(Model model)
      : model_(std::move(model)),
        step_(irls_kernels().step(model_.family, model_.link)),
        columns_(1 + model_.predictors + (model_.weighted ? 1 : 0) + (model_.with_offset ? 1 : 0)),
        rows_(columns_),
        gram_(model_.sums()) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    make_room();
    const u32 count = rows_.take(chunk, columns);
    skipped_ += chunk.selected - count;
    rows_seen_ += count;
    if (model_.start && !check(count)) return;
    if (model_.start) constants_.add(model_.family, rows_.column(0), prior(), count);
    const u32 whole = count / kIrlsLanes * kIrlsLanes;
    for (u32 first = 0; first < whole; first += kIrlsRows) {
      run(first, whole - first < kIrlsRows ? whole - first : kIrlsRows);
    }
    if (whole < count) run_rest(whole, count - whole);
  }

  void merge(FoldState& given) override {
    IrlsState& other = static_cast<IrlsState&>(given);
    rows_seen_ += other.rows_seen_;
    skipped_ += other.skipped_;
    invalid_ += other.invalid_;
    closest_ = std::fmin(closest_, other.closest_);
    deviance_ = deviance_ + other.deviance_;
    pearson_ = pearson_ + other.pearson_;
    excess_ = excess_ + other.excess_;
    constants_.merge(other.constants_);
    for (std::size_t i = 0; i < gram_.size(); ++i) gram_[i] = gram_[i] + other.gram_[i];
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, model_.size());
    for (const u64 count : {rows_seen_, skipped_, invalid_}) format::append(out, count);
    format::append(out, closest_);
    for (const PairReal& sum : {deviance_, pearson_, excess_}) save_pair(out, sum);
    constants_.save(out);
    for (const PairReal& sum : gram_) save_pair(out, sum);
  }

  void load(format::ByteReader& in) override {
    const u32 version = in.read<u32>("the version");
    if (version != kVersion) format::fault("its version is " + std::to_string(version) + ", not 1");
    const u32 size = in.read<u32>("the number of columns");
    if (size != model_.size()) {
      format::fault("it is of " + std::to_string(size) + " columns, not " + std::to_string(model_.size()));
    }
    for (u64* count : {&rows_seen_, &skipped_, &invalid_}) *count = in.read<u64>("a count");
    closest_ = in.read<f64>("the closest mean");
    for (PairReal* sum : {&deviance_, &pearson_, &excess_}) *sum = load_pair(in);
    constants_.load(in);
    for (PairReal& sum : gram_) sum = load_pair(in);
  }

  std::size_t bytes() const override {
    return sizeof *this + gram_.size() * sizeof(PairReal) + (work_.empty() ? 0 : rows_.bytes() + work_.size());
  }

 private:
  static void save_pair(format::Bytes& out, PairReal sum) {
    format::append(out, sum.high);
    format::append(out, sum.low);
  }
  static PairReal load_pair(format::ByteReader& in) {
    const f64 high = in.read<f64>("a sum");
    return {high, in.read<f64>("a sum")};
  }

  const f64* prior() const { return model_.weighted ? rows_.column(1 + model_.predictors) : nullptr; }

  // Working columns, bounds, the products' sums of a block, and a few rows more than there are; made by the thread
  // that fills them, and not at all for a state that only takes in others.
  void make_room() {
    if (!work_.empty()) return;
    const std::size_t size = model_.size();
    const std::size_t work = (size + 1) * kIrlsStride, rest = (columns_ + 1) * kIrlsLanes;
    const std::size_t bounds = 9 * static_cast<std::size_t>(model_.predictors) + 2;
    work_ = Buffer((work + rest + bounds + 2 * gram_.size()) * sizeof(f64));
    f64* at = work_.as<f64>();
    block_ = {};
    block_.columns = model_.predictors;
    block_.intercept = model_.intercept;
    block_.start = model_.start;
    block_.beta = model_.beta.data();
    block_.work = at;
    rest_ = at + work;
    block_.bounds = rest_ + rest;
    high_ = block_.bounds + bounds;
    low_ = high_ + gram_.size();
    x_.resize(model_.predictors);
    block_.x = x_.data();
  }

  // Counts what no model takes; false: something was found, and the chunk tells nothing else.
  bool check(u32 count) {
    bool fine = true;
    for (std::size_t c = 0; c < columns_; ++c) {
      const Extent extent = extent_of(rows_.column(c), count);
      if (extent.finite) {
        if (c == 0) fine &= check_range(extent, count);
        if (rows_.column(c) == prior()) fine &= check_sign(extent, count);
        continue;
      }
      fine = false;
      for (u32 i = 0; i < count; ++i) constants_.not_finite += std::isfinite(rows_.column(c)[i]) ? 0 : 1;
    }
    return fine;
  }

  bool check_range(const Extent& extent, u32 count) {
    const auto takes = [this](f64 y) { return in_range(model_.family, model_.link, y); };
    // Ranges have no holes but for 0, which the inverse link of the gaussian family cannot start from.
    const bool hole = model_.family == IrlsFamily::Gaussian && model_.link == IrlsLink::Inverse;
    if (!hole && takes(extent.least) && takes(extent.most)) return true;
    u64 outside = 0;
    for (u32 i = 0; i < count; ++i) outside += takes(rows_.column(0)[i]) ? 0 : 1;
    constants_.outside += outside;
    return outside == 0;
  }

  bool check_sign(const Extent& extent, u32 count) {
    if (extent.least >= 0) return true;
    for (u32 i = 0; i < count; ++i) constants_.negative += prior()[i] < 0 ? 1 : 0;
    return false;
  }

  void run(u32 first, u32 count) {
    block_.rows = count;
    block_.y = rows_.column(0) + first;
    for (u32 c = 0; c < model_.predictors; ++c) x_[c] = rows_.column(1 + c) + first;
    block_.prior = model_.weighted ? prior() + first : nullptr;
    block_.offset = model_.with_offset ? rows_.column(columns_ - 1) + first : nullptr;
    add_step();
  }

  // Fewer rows than there are lanes: the last is repeated with weight 0.
  void run_rest(u32 first, u32 count) {
    for (std::size_t c = 0; c < columns_; ++c) {
      const f64* from = rows_.column(c) + first;
      for (u32 i = 0; i < kIrlsLanes; ++i) rest_[c * kIrlsLanes + i] = from[i < count ? i : count - 1];
    }
    f64* weights = rest_ + (model_.weighted ? 1 + model_.predictors : columns_) * kIrlsLanes;
    for (u32 i = 0; i < kIrlsLanes; ++i) {
      weights[i] = i >= count ? 0 : model_.weighted ? weights[i] : 1;
    }
    block_.rows = kIrlsLanes;
    block_.y = rest_;
    for (u32 c = 0; c < model_.predictors; ++c) x_[c] = rest_ + (1 + c) * kIrlsLanes;
    block_.prior = weights;
    block_.offset = model_.with_offset ? rest_ + (columns_ - 1) * kIrlsLanes : nullptr;
    add_step();
  }

  void add_step() {
    IrlsSums sums;
    step_(block_, &sums, high_, low_);
    invalid_ += sums.valid ? 0 : 1;
    closest_ = std::fmin(closest_, sums.closest);
    deviance_ = deviance_ + PairReal(sums.deviance);
    pearson_ = pearson_ + PairReal(sums.pearson);
    excess_ = excess_ + PairReal(sums.excess);
    for (std::size_t i = 0; i < gram_.size(); ++i) gram_[i] = gram_[i] + PairReal(high_[i], low_[i]);
  }

  const Model model_;
  const IrlsStep step_;
  const std::size_t columns_;  // of the arguments
  IrlsRows rows_;
  u64 rows_seen_ = 0, skipped_ = 0, invalid_ = 0;
  f64 closest_ = std::numeric_limits<f64>::infinity();
  PairReal deviance_, pearson_, excess_;
  IrlsConstants constants_;
  std::vector<PairReal> gram_;
  Buffer work_;
  IrlsBlock block_{};
  std::vector<const f64*> x_;
  f64 *rest_ = nullptr, *high_ = nullptr, *low_ = nullptr;
};

[[noreturn]] void refuse(const char* why) { throw Error(ErrorCode::Internal, std::string("the fold irls ") + why); }

std::unique_ptr<FoldState> make_irls(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  const std::vector<f64>& given = fold.parameters;
  if (given.size() < kFlags) refuse("needs family, link and four flags");
  if (!(given[0] >= 0 && given[0] <= 3 && given[1] >= 0 && given[1] <= 7)) refuse("does not know the family or link");
  Model model;
  model.family = static_cast<IrlsFamily>(given[0]);
  model.link = static_cast<IrlsLink>(given[1]);
  if (irls_kernels().step(model.family, model.link) == nullptr) refuse("has no such link in the family");
  model.start = given[2] != 0;
  model.intercept = given[3] != 0;
  model.weighted = given[4] != 0;
  model.with_offset = given[5] != 0;
  const std::size_t others = 1 + (model.weighted ? 1u : 0u) + (model.with_offset ? 1u : 0u);
  if (arguments.size() < others) refuse("needs a response, and the weights and offset it was told of");
  for (const ColumnFacts& facts : arguments) {
    if (facts.type > Type::F64) refuse("takes numbers only");
  }
  model.predictors = static_cast<u32>(arguments.size() - others);
  model.beta.assign(given.begin() + kFlags, given.end());
  const std::size_t coefficients = model.predictors + (model.intercept ? 1u : 0u);
  if (coefficients == 0) refuse("needs an intercept or a predictor");
  if (model.beta.size() != (model.start ? 0 : coefficients)) refuse("needs a coefficient for each column");
  if (model.start) model.beta.assign(coefficients, 0);
  return std::make_unique<IrlsState>(std::move(model));
}

}  // namespace

const FoldKind kIrlsFold{"irls", make_irls};

}  // namespace spillway
