// Sums over responses and weights; logarithms by the engine's own kernel, so that they are the same everywhere.
#include "engine/irls_constants.h"

#include "kernels/math.h"

namespace spillway {
namespace {

using Values = f64[kVectorRows];

void logarithms(const f64* x, f64* out, u32 rows) {
  const KernelOperand operand{x, false};
  math_kernels().ln(out, &operand, rows, nullptr);
}

// ln Γ(x + 1) for x ≥ 0: Stirling's series from 16 on, the steps up to there divided off again.
void log_factorials(const f64* x, f64* out, u32 rows) {
  Values base, base_log, steps, steps_log;
  for (u32 i = 0; i < rows; ++i) {
    f64 z = x[i] + 1, product = 1;
    for (; z < 16; z += 1) product *= z;
    base[i] = z;
    steps[i] = product;
  }
  logarithms(base, base_log, rows);
  logarithms(steps, steps_log, rows);
  for (u32 i = 0; i < rows; ++i) {
    const f64 z = base[i], v = 1 / (z * z);
    const f64 series = (1.0 / 12 - v * (1.0 / 360 - v * (1.0 / 1260 - v * (1.0 / 1680 - v * (1.0 / 1188))))) / z;
    out[i] = ((z - 0.5) * base_log[i] - z + 0.9189385332046727) + series - steps_log[i];
  }
}

// x ln x, 0 for 0.
void x_log_x(const f64* x, f64* out, u32 rows) {
  Values logs;
  logarithms(x, logs, rows);
  for (u32 i = 0; i < rows; ++i) out[i] = x[i] > 0 ? x[i] * logs[i] : 0;
}

PairReal sum_of(const f64* x, u32 rows) {
  PairReal lane[4];
  u32 i = 0;
  for (; i + 4 <= rows; i += 4) {
    for (u32 k = 0; k < 4; ++k) {
      const PairReal s = two_sum(lane[k].high, x[i + k]);
      lane[k] = {s.high, lane[k].low + s.low};
    }
  }
  PairReal total = (lane[0] + lane[1]) + (lane[2] + lane[3]);
  for (; i < rows; ++i) total = total + PairReal(x[i]);
  return total;
}

// Σ p x, the products rounded.
PairReal weighted_sum(const f64* prior, const f64* x, u32 rows) {
  if (prior == nullptr) return sum_of(x, rows);
  Values products;
  for (u32 i = 0; i < rows; ++i) products[i] = prior[i] * x[i];
  return sum_of(products, rows);
}

bool all_whole_events(const f64* y, u32 rows) {
  u32 other = 0;  // no branches: which of the two it is cannot be foretold
  for (u32 i = 0; i < rows; ++i) other |= static_cast<u32>(y[i] != 0) & static_cast<u32>(y[i] != 1);
  return other == 0;
}

void add_binomial(IrlsConstants& sums, const f64* y, const f64* prior, u32 rows) {
  const bool whole = all_whole_events(y, rows);
  if (whole && prior == nullptr) return;
  Values rest = {}, first, second;
  for (u32 i = 0; i < rows; ++i) rest[i] = 1 - y[i];
  if (!whole) {
    x_log_x(y, first, rows);
    x_log_x(rest, second, rows);
    for (u32 i = 0; i < rows; ++i) first[i] += second[i];
    sums.saturated = sums.saturated + weighted_sum(prior, first, rows);
  }
  if (prior == nullptr) return;
  Values trials = {}, events = {}, failures = {};
  for (u32 i = 0; i < rows; ++i) {
    trials[i] = prior[i];
    events[i] = prior[i] * y[i];
    failures[i] = prior[i] * rest[i];
  }
  log_factorials(trials, trials, rows);
  log_factorials(events, first, rows);
  log_factorials(failures, second, rows);
  for (u32 i = 0; i < rows; ++i) trials[i] -= first[i] + second[i];
  sums.measure = sums.measure + sum_of(trials, rows);
}

void add_log_weights(IrlsConstants& sums, const f64* prior, u32 rows) {
  Values logs;
  logarithms(prior, logs, rows);
  for (u32 i = 0; i < rows; ++i) logs[i] = prior[i] > 0 ? logs[i] : 0;
  sums.log_weights = sums.log_weights + sum_of(logs, rows);
}

void save_pair(format::Bytes& out, PairReal pair) {
  format::append(out, pair.high);
  format::append(out, pair.low);
}

PairReal load_pair(format::ByteReader& in) {
  const f64 high = in.read<f64>("a sum");
  return {high, in.read<f64>("a sum")};
}

}  // namespace

void IrlsConstants::add(IrlsFamily family, const f64* y, const f64* prior, u32 rows) {
  u64 above = rows;
  if (prior != nullptr) {
    above = 0;
    for (u32 i = 0; i < rows; ++i) above += prior[i] > 0 ? 1 : 0;
  }
  positive += above;
  weights = weights + (prior == nullptr ? PairReal(static_cast<f64>(rows)) : sum_of(prior, rows));
  responses = responses + weighted_sum(prior, y, rows);
  Values values;
  switch (family) {
    case IrlsFamily::Gaussian:
      for (u32 i = 0; i < rows; ++i) {
        const PairReal square = PairReal(y[i]) * PairReal(y[i]);
        squares = squares + (prior == nullptr ? square : square * PairReal(prior[i]));
      }
      if (prior != nullptr) add_log_weights(*this, prior, rows);
      break;
    case IrlsFamily::Binomial: add_binomial(*this, y, prior, rows); break;
    case IrlsFamily::Poisson:
      x_log_x(y, values, rows);
      saturated = saturated + weighted_sum(prior, values, rows);
      log_factorials(y, values, rows);
      measure = measure + weighted_sum(prior, values, rows);
      break;
    case IrlsFamily::Gamma:
      logarithms(y, values, rows);
      saturated = saturated + weighted_sum(prior, values, rows);
      break;
  }
}

void IrlsConstants::merge(const IrlsConstants& other) {
  positive += other.positive;
  outside += other.outside;
  not_finite += other.not_finite;
  negative += other.negative;
  weights = weights + other.weights;
  responses = responses + other.responses;
  squares = squares + other.squares;
  saturated = saturated + other.saturated;
  measure = measure + other.measure;
  log_weights = log_weights + other.log_weights;
}

void IrlsConstants::save(format::Bytes& out) const {
  for (const u64 count : {positive, outside, not_finite, negative}) format::append(out, count);
  for (const PairReal& pair : {weights, responses, squares, saturated, measure, log_weights}) save_pair(out, pair);
}

void IrlsConstants::load(format::ByteReader& in) {
  for (u64* count : {&positive, &outside, &not_finite, &negative}) *count = in.read<u64>("a count");
  for (PairReal* pair : {&weights, &responses, &squares, &saturated, &measure, &log_weights}) *pair = load_pair(in);
}

}  // namespace spillway
