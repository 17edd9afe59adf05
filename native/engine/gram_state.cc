// Eight rows at a time by the kernel; single rows only where values are so large that exact products need care.
#include "engine/gram_state.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t triangle(u32 columns) { return std::size_t{columns} * (columns + 1) / 2; }

// x·y exactly where it is finite.
PairReal exact_product(f64 x, f64 y) {
  const PairReal product = x * y;
  return product.finite() ? PairReal(product.high, std::fma(x, y, -product.high)) : product;
}

}  // namespace

GramState::GramState(u32 columns)
    : columns_(columns), lanes_(triangle(columns), LaneSums{}), rest_(lanes_.size()), at_(columns), tails_(columns) {}

void GramState::update(const f64* const* columns, u32 rows) {
  const CrossprodTable& kernels = crossprod_kernels();
  const u32 whole = rows / kSumLanes * kSumLanes;
  for (u32 first = 0; first < whole;) {
    for (u32 c = 0; c < columns_; ++c) at_[c] = columns[c] + first;
    first += kernels.products(lanes_.data(), at_.data(), columns_, whole - first);
    const u32 end = std::min(whole, first + kProductRows);
    add_wild(columns, first, end);
    first = end;
  }
  if (whole == rows) return;
  for (u32 c = 0; c < columns_; ++c) {
    tails_[c] = Tail{};
    std::copy(columns[c] + whole, columns[c] + rows, tails_[c].values);
    at_[c] = tails_[c].values;
  }
  const u32 taken = kernels.products(lanes_.data(), at_.data(), columns_, kSumLanes);
  if (taken == 0) add_wild(columns, whole, rows);
}

void GramState::add_wild(const f64* const* columns, u32 first, u32 end) {
  for (u32 r = first; r < end; ++r) {
    std::size_t at = 0;
    for (u32 i = 0; i < columns_; ++i) {
      for (u32 j = i; j < columns_; ++j) add(at++, exact_product(columns[i][r], columns[j][r]));
    }
  }
}

PairReal GramState::sum(std::size_t index) const {
  PairReal sum = rest_[index];
  for (u32 k = 0; k < kSumLanes; ++k) sum = sum + PairReal(lanes_[index].high[k], lanes_[index].low[k]);
  return sum;
}

void GramState::merge(const GramState& other) {
  for (std::size_t i = 0; i < rest_.size(); ++i) add(i, other.sum(i));
}

void save_sum(format::Bytes& out, const PairReal& sum) {
  format::append(out, sum.high);
  format::append(out, sum.finite() ? sum.low : 0.0);
}

PairReal load_sum(format::ByteReader& in) {
  const f64 high = in.read<f64>("a sum");
  const f64 low = in.read<f64>("a sum");
  const PairReal sum(high, low);
  if (sum.finite() ? !(std::fabs(low) <= std::fabs(high)) : low != 0) format::fault("a sum's two parts do not fit");
  return sum;
}

}  // namespace spillway
