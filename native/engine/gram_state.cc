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

GramState::GramState(u32 columns, bool with_totals)
    : columns_(columns),
      with_totals_(with_totals),
      lanes_(triangle(columns) + (with_totals ? columns : 0), LaneSums{}),
      rest_(lanes_.size()),
      at_(columns),
      tails_(std::size_t{columns} * kSumLanes) {}

void GramState::update(const f64* const* columns, u32 rows) {
  const CrossprodTable& kernels = crossprod_kernels();
  for (u32 c = 0; c < columns_; ++c) {
    if (!kernels.tame(columns[c], rows)) return add_wild(columns, rows);
  }
  const u32 whole = rows / kSumLanes * kSumLanes;
  if (whole > 0) add_run(columns, whole);
  if (whole == rows) return;
  std::fill(tails_.begin(), tails_.end(), 0.0);
  for (u32 c = 0; c < columns_; ++c) {
    f64* tail = tails_.data() + std::size_t{c} * kSumLanes;
    std::copy(columns[c] + whole, columns[c] + rows, tail);
    at_[c] = tail;
  }
  add_run(at_.data(), kSumLanes);
}

void GramState::add_run(const f64* const* columns, u32 rows) {
  const CrossprodTable& kernels = crossprod_kernels();
  kernels.products(lanes_.data(), columns, columns_, rows);
  if (with_totals_) kernels.totals(lanes_.data() + triangle(columns_), columns, columns_, rows);
}

void GramState::add_wild(const f64* const* columns, u32 rows) {
  for (u32 r = 0; r < rows; ++r) {
    std::size_t at = 0;
    for (u32 i = 0; i < columns_; ++i) {
      for (u32 j = i; j < columns_; ++j) add(at++, exact_product(columns[i][r], columns[j][r]));
    }
    for (u32 i = 0; with_totals_ && i < columns_; ++i) add(at++, columns[i][r]);
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
