// What trees are grown by: the same bits from every instruction set, and what it should be.
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/annoy_build.h"
#include "test/annoy_index_harness.h"
#include "test/check.h"

namespace spillway {
namespace {

using annoy_test::Draw;

constexpr u32 kRows = 61, kDraws = 202;

std::vector<f32> values(u32 count, Draw& draw) {
  std::vector<f32> out(count);
  for (f32& value : out) value = static_cast<f32>(draw(1u << 22)) / (1 << 20) - 2;
  return out;
}

bool same_bits(const std::vector<f32>& one, const std::vector<f32>& other) {
  return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.size() * sizeof(f32)) == 0;
}

TEST(margins_and_centres_have_the_same_bits_everywhere) {
  Draw draw{5};
  for (u32 columns : {1u, 2u, 15u, 16u, 17u, 31u, 48u, 64u, 65u, 100u, 128u, 130u, 300u}) {
    const std::vector<f32> rows = values(kRows * columns, draw), normal = values(columns, draw);
    const std::vector<f32> factors = values(kRows, draw);
    std::vector<u32> order(kRows - 2);
    for (u32 i = 0; i < order.size(); ++i) order[i] = (i * 7 + 3) % kRows;
    std::vector<const f32*> drawn(kDraws);
    std::vector<f32> drawn_factors(kDraws);
    for (u32 i = 0; i < kDraws; ++i) {
      const u32 row = draw(kRows);
      drawn[i] = rows.data() + row * columns;
      drawn_factors[i] = factors[row];
    }
    for (const f32* further : {static_cast<const f32*>(nullptr), factors.data()}) {
      std::vector<f32> first_margins;
      for (Isa isa : supported_isas()) {
        const AnnoyBuildTable& kernels = annoy_build_kernels(isa);
        std::vector<f32> margins(order.size());
        // Factors are those of the rows in the order asked for.
        kernels.margins(rows.data(), order.data(), static_cast<u32>(order.size()), columns, normal.data(), 0.25f,
                        further, 0.5f, margins.data());
        if (first_margins.empty()) first_margins = margins;
        CHECK(same_bits(margins, first_margins));
        for (u32 i = 0; i < order.size(); ++i) {
          f64 sum = 0.25 + (further == nullptr ? 0 : 0.5 * f64{further[i]});
          for (u32 j = 0; j < columns; ++j) sum += f64{normal[j]} * f64{rows[order[i] * columns + j]};
          CHECK(std::abs(sum - f64{margins[i]}) < 1e-5 * (columns + 1));
        }
      }
    }
    for (CentreMetric metric : {CentreMetric::Squares, CentreMetric::Sizes, CentreMetric::Angles}) {
      std::vector<f32> first;
      for (Isa isa : supported_isas()) {
        std::vector<f32> p(columns), q(columns), extra(2);
        const f32* further = metric == CentreMetric::Angles ? drawn_factors.data() : nullptr;
        annoy_build_kernels(isa).centres(metric, drawn.data(), further, kDraws, columns, p.data(), q.data(),
                                         extra.data());
        p.insert(p.end(), q.begin(), q.end());
        p.insert(p.end(), extra.begin(), extra.end());
        if (first.empty()) first = p;
        CHECK(same_bits(p, first));
      }
    }
  }
}

// Two clusters: a centre moves into each.
TEST(centres_find_clusters) {
  Draw draw{9};
  for (u32 columns : {2u, 16u, 40u, 64u, 200u}) {
    std::vector<f32> rows = values(kRows * columns, draw);
    for (u32 row = 0; row < kRows; ++row) {
      for (u32 j = 0; j < columns; ++j) rows[row * columns + j] += row % 2 == 0 ? 20.0f : -20.0f;
    }
    std::vector<const f32*> drawn(kDraws);
    for (u32 i = 0; i < kDraws; ++i) drawn[i] = rows.data() + (i < 2 ? i : draw(kRows)) * columns;
    for (CentreMetric metric : {CentreMetric::Squares, CentreMetric::Sizes, CentreMetric::Angles}) {
      std::vector<f32> p(columns), q(columns);
      f32 extra[2];
      annoy_build_kernels().centres(metric, drawn.data(), nullptr, kDraws, columns, p.data(), q.data(), extra);
      const f32 near = metric == CentreMetric::Angles ? 1 / std::sqrt(static_cast<f32>(columns)) : 20;
      for (u32 j = 0; j < columns; ++j) {
        CHECK(std::abs(p[j] - near) < near / 5);
        CHECK(std::abs(q[j] + near) < near / 5);
      }
    }
  }
}

}  // namespace
}  // namespace spillway
