// The fold `histogram` of one column: how many values lie between breaks, [b₀, b₁) … [bₖ₋₁, bₖ].
// Parameters: the breaks, ascending. State: u32 version, u32 breaks, their f64 values, u64 skipped, NaN, below, above,
// and the count of each bin.
#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "engine/fold_reals.h"
#include "engine/folds.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;

class HistogramState final : public FoldState {
 public:
  explicit HistogramState(std::vector<f64> breaks)
      : breaks_(std::move(breaks)), counts_(breaks_.size() + 2), scratch_(kVectorRows) {
    // Breaks at about equal distances are found by calculation, off by one bin at most.
    const f64 bins = static_cast<f64>(breaks_.size() - 1);
    const f64 width = (breaks_.back() - breaks_.front()) / bins;
    scale_ = 1 / width;
    bool even = std::isfinite(width) && std::isfinite(scale_);
    for (std::size_t b = 0; b < breaks_.size() && even; ++b) {
      even = std::fabs(breaks_[b] - (breaks_.front() + width * static_cast<f64>(b))) < width / 4;
    }
    if (!even) scale_ = 0;
  }

  void update(const Chunk& chunk, const Vector* columns) override {
    picked_.pick(chunk, columns, 1);
    skipped_ += picked_.skipped();
    const f64* values = picked_.reals(columns[0], scratch_.data());
    for (u32 i = 0; i < picked_.size(); ++i) ++counts_[place(values[i])];
  }

  void merge(FoldState& given) override {
    const auto& other = static_cast<HistogramState&>(given);
    skipped_ += other.skipped_;
    for (std::size_t c = 0; c < counts_.size(); ++c) counts_[c] += other.counts_[c];
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, static_cast<u32>(breaks_.size()));
    for (f64 value : breaks_) format::append(out, value);
    format::append(out, skipped_);
    for (std::size_t place : saved_places()) format::append(out, counts_[place]);
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("it is of another version");
    if (in.read<u32>("breaks") != breaks_.size()) format::fault("it has another number of breaks");
    for (f64 value : breaks_) {
      if (in.read<f64>("a break") != value) format::fault("it has other breaks");
    }
    skipped_ = in.read<u64>("skipped rows");
    for (std::size_t place : saved_places()) counts_[place] = in.read<u64>("a count");
  }

  std::size_t bytes() const override {
    return sizeof *this + (breaks_.size() + counts_.size() + scratch_.size()) * sizeof(f64);
  }

 private:
  // 0 below, 1 … the bins, then above, then NaN.
  std::size_t place(f64 value) const {
    if (!(value >= breaks_.front())) return value == value ? 0 : breaks_.size() + 1;
    if (value >= breaks_.back()) return value == breaks_.back() ? breaks_.size() - 1 : breaks_.size();
    if (scale_ == 0) {
      return static_cast<std::size_t>(std::upper_bound(breaks_.begin(), breaks_.end(), value) - breaks_.begin());
    }
    std::size_t bin = std::min(static_cast<std::size_t>((value - breaks_.front()) * scale_), breaks_.size() - 2);
    if (value < breaks_[bin]) --bin;
    if (value >= breaks_[bin + 1]) ++bin;
    return bin + 1;
  }
  std::vector<std::size_t> saved_places() const {
    std::vector<std::size_t> places = {breaks_.size() + 1, 0, breaks_.size()};
    for (std::size_t bin = 1; bin < breaks_.size(); ++bin) places.push_back(bin);
    return places;
  }

  const std::vector<f64> breaks_;
  f64 scale_ = 0;  // bins per unit; 0: breaks are searched
  u64 skipped_ = 0;
  std::vector<u64> counts_;
  RealRows picked_;
  std::vector<f64> scratch_;
};

std::unique_ptr<FoldState> make_histogram(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  const std::vector<f64>& breaks = fold.parameters;
  if (arguments.size() != 1) throw Error(ErrorCode::Internal, "the fold histogram takes one column");
  bool ascending = breaks.size() >= 2;
  for (std::size_t b = 0; b < breaks.size(); ++b) {
    ascending &= std::isfinite(breaks[b]) && (b == 0 || breaks[b - 1] < breaks[b]);
  }
  if (!ascending) throw Error(ErrorCode::Internal, "the fold histogram needs ascending breaks");
  return std::make_unique<HistogramState>(breaks);
}

}  // namespace

const FoldKind kHistogramFold{"histogram", make_histogram};

}  // namespace spillway
