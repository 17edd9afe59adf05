// Our own arithmetic: sums in sixteen lanes.
#include "annoy/build_splits.h"

#include <cmath>

#include "annoy/build_exact.h"
#include "kernels/annoy_build.h"

namespace spillway {
namespace {

CentreMetric centre_metric(AnnoyMetric metric) {
  if (metric == AnnoyMetric::Euclidean) return CentreMetric::Squares;
  return metric == AnnoyMetric::Manhattan ? CentreMetric::Sizes : CentreMetric::Angles;
}

class LaneSplits final : public SplitMaker {
 public:
  explicit LaneSplits(const AnnoyLayout& layout)
      : metric_(layout.metric),
        columns_(layout.dimension),
        p_(columns_),
        q_(columns_),
        kernels_(annoy_build_kernels()) {}

  void make(const f32* const* rows, const f32* factors, SplitPlane& plane) override {
    f32 extra[2];
    kernels_.centres(centre_metric(metric_), rows, factors, kSplitDraws, columns_, p_.data(), q_.data(), extra);
    f32* normal = plane.normal.data();
    for (u32 j = 0; j < columns_; ++j) normal[j] = p_[j] - q_[j];
    plane.factor = metric_ == AnnoyMetric::Dot ? extra[0] - extra[1] : 0;
    const f32 length = std::sqrt(kernels_.product(normal, normal, columns_) + plane.factor * plane.factor);
    if (length > 0) {
      const f32 scale = 1 / length;
      for (u32 j = 0; j < columns_; ++j) normal[j] *= scale;
      plane.factor *= scale;
    }
    plane.offset = 0;
    if (metric_ != AnnoyMetric::Euclidean && metric_ != AnnoyMetric::Manhattan) return;
    for (u32 j = 0; j < columns_; ++j) p_[j] += q_[j];
    plane.offset = -0.5f * kernels_.product(normal, p_.data(), columns_);
  }

  void margins(const SplitPlane& plane, const f32* rows, const u32* order, u32 count, const f32* factors,
               f32* out) override {
    kernels_.margins(rows, order, count, columns_, plane.normal.data(), plane.offset, factors, plane.factor, out);
  }

 private:
  const AnnoyMetric metric_;
  const u32 columns_;
  std::vector<f32> p_, q_;
  const AnnoyBuildTable& kernels_;
};

}  // namespace

std::unique_ptr<SplitMaker> make_splits(SplitArithmetic arithmetic, const AnnoyLayout& layout) {
  if (arithmetic == SplitArithmetic::Lanes) return std::make_unique<LaneSplits>(layout);
  return make_exact_splits(arithmetic == SplitArithmetic::Fused, layout);
}

f32 exact_square(SplitArithmetic arithmetic, const f32* x, u32 columns) {
  if (arithmetic == SplitArithmetic::Lanes) return annoy_build_kernels().product(x, x, columns);
  return exact_product(arithmetic == SplitArithmetic::Fused, x, x, columns);
}

}  // namespace spillway
