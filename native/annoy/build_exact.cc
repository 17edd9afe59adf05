// Sums run from the first coordinate to the last, in floats.
#include "annoy/build_exact.h"

#include <cmath>

namespace spillway {
namespace {

template <bool fused>
f32 multiply_add(f32 x, f32 y, f32 sum) {
  return fused ? std::fma(x, y, sum) : x * y + sum;
}

template <bool fused>
f32 product(const f32* x, const f32* y, u32 columns) {
  f32 sum = 0;
  for (u32 j = 0; j < columns; ++j) sum = multiply_add<fused>(x[j], y[j], sum);
  return sum;
}

template <bool fused>
class ExactSplits final : public SplitMaker {
 public:
  explicit ExactSplits(const AnnoyLayout& layout)
      : metric_(layout.metric),
        columns_(layout.dimension),
        directed_(metric_ == AnnoyMetric::Angular || metric_ == AnnoyMetric::Dot),
        p_(columns_),
        q_(columns_) {}

  void make(const f32* const* rows, const f32* factors, SplitPlane& plane) override {
    p_.begin(*this, rows[0], factors == nullptr ? 0 : factors[0]);
    q_.begin(*this, rows[1], factors == nullptr ? 0 : factors[1]);
    for (u32 i = 2; i < kSplitDraws; ++i) {
      const f32* x = rows[i];
      const f32 extra = factors == nullptr ? 0 : factors[i];
      const f32 to_p = p_.count * distance(p_, x, extra), to_q = q_.count * distance(q_, x, extra);
      const f32 length = directed_ ? std::sqrt(square(x, extra)) : 1;
      if (!(length > 0)) continue;
      if (to_p < to_q) {
        p_.take(*this, x, extra, length);
      } else if (to_q < to_p) {
        q_.take(*this, x, extra, length);
      }
    }
    for (u32 j = 0; j < columns_; ++j) plane.normal[j] = p_.at[j] - q_.at[j];
    plane.factor = metric_ == AnnoyMetric::Dot ? p_.factor - q_.factor : 0;
    const f32 length = std::sqrt(square(plane.normal.data(), plane.factor));
    if (length > 0) {
      for (u32 j = 0; j < columns_; ++j) plane.normal[j] /= length;
      plane.factor /= length;
    }
    plane.offset = 0;
    if (directed_) return;
    for (u32 j = 0; j < columns_; ++j) plane.offset += -plane.normal[j] * (p_.at[j] + q_.at[j]) / 2;
  }

  void margins(const SplitPlane& plane, const f32* rows, const u32* order, u32 count, const f32* factors,
               f32* out) override {
    for (u32 i = 0; i < count; ++i) {
      const f32* row = rows + u64{order == nullptr ? i : order[i]} * columns_;
      const f32 along = product<fused>(plane.normal.data(), row, columns_);
      out[i] = directed_ ? along : plane.offset + along;
      if (factors != nullptr) out[i] = multiply_add<fused>(plane.factor, factors[i], out[i]);
    }
  }

 private:
  struct Centre {
    explicit Centre(u32 columns) : at(columns) {}
    std::vector<f32> at;
    f32 factor = 0, square = 0;
    i32 count = 1;

    void begin(const ExactSplits& splits, const f32* x, f32 extra) {
      at.assign(x, x + splits.columns_);
      factor = extra;
      count = 1;
      if (!splits.directed_) return;
      const f32 length = std::sqrt(splits.square(at.data(), factor));
      if (length > 0) {
        for (f32& v : at) v /= length;
        factor /= length;
      }
      square = splits.square(at.data(), factor);
    }
    void take(const ExactSplits& splits, const f32* x, f32 extra, f32 length) {
      const f32 times = static_cast<f32>(count), more = static_cast<f32>(count + 1);
      for (u32 j = 0; j < splits.columns_; ++j) at[j] = multiply_add<fused>(at[j], times, x[j] / length) / more;
      factor = multiply_add<fused>(factor, times, extra / length) / more;
      count += 1;
      if (splits.directed_) square = splits.square(at.data(), factor);
    }
  };

  f32 square(const f32* x, f32 factor) const {
    const f32 sum = product<fused>(x, x, columns_);
    return metric_ == AnnoyMetric::Dot ? multiply_add<fused>(factor, factor, sum) : sum;
  }

  f32 distance(const Centre& centre, const f32* x, f32 extra) const {
    const f32* c = centre.at.data();
    f32 sum = 0;
    if (metric_ == AnnoyMetric::Manhattan) {
      for (u32 j = 0; j < columns_; ++j) sum += std::fabs(c[j] - x[j]);
      return sum;
    }
    if (metric_ == AnnoyMetric::Euclidean) {
      for (u32 j = 0; j < columns_; ++j) {
        const f32 d = c[j] - x[j];
        sum = multiply_add<fused>(d, d, sum);
      }
      return sum;
    }
    const f32 squares = centre.square * square(x, extra);
    sum = product<fused>(c, x, columns_);
    if (metric_ == AnnoyMetric::Dot) sum = multiply_add<fused>(centre.factor, extra, sum);
    if (!(squares > 0)) return 2;
    return static_cast<f32>(2.0 - 2.0 * f64{sum} / f64{std::sqrt(squares)});
  }

  const AnnoyMetric metric_;
  const u32 columns_;
  const bool directed_;
  Centre p_, q_;
};

}  // namespace

std::unique_ptr<SplitMaker> make_exact_splits(bool fused, const AnnoyLayout& layout) {
  if (fused) return std::make_unique<ExactSplits<true>>(layout);
  return std::make_unique<ExactSplits<false>>(layout);
}

f32 exact_product(bool fused, const f32* x, const f32* y, u32 columns) {
  return fused ? product<true>(x, y, columns) : product<false>(x, y, columns);
}

}  // namespace spillway
