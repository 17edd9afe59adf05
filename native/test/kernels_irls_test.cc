// Steps of least squares for every family and link against long doubles; the same bits under every instruction set.
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "test/check.h"
#include "test/irls_models.h"

namespace spillway {
namespace {

using real = long double;
const real kPi = std::acos(real{-1});

struct Mean {
  real mean, other, slope;
};

Mean mean_of(IrlsLink link, real eta) {
  switch (link) {
    case IrlsLink::Identity: return {eta, 0, 1};
    case IrlsLink::Log: return {std::exp(eta), -std::expm1(eta), std::exp(eta)};
    case IrlsLink::Inverse: return {1 / eta, 0, -1 / (eta * eta)};
    case IrlsLink::Sqrt: return {eta * eta, 0, 2 * eta};
    case IrlsLink::Logit: {
      const real p = 1 / (1 + std::exp(-eta)), q = 1 / (1 + std::exp(eta));
      return {p, q, p * q};
    }
    case IrlsLink::Probit: {
      const real root = std::sqrt(real{2});
      return {std::erfc(-eta / root) / 2, std::erfc(eta / root) / 2, std::exp(-eta * eta / 2) / std::sqrt(2 * kPi)};
    }
    case IrlsLink::Cloglog: {
      const real rate = std::exp(eta);
      return {-std::expm1(-rate), std::exp(-rate), rate * std::exp(-rate)};
    }
    case IrlsLink::Cauchit: {
      const real tail = std::atan2(real{1}, std::fabs(eta)) / kPi;
      return {eta > 0 ? 1 - tail : tail, eta > 0 ? tail : 1 - tail, 1 / (kPi * (1 + eta * eta))};
    }
  }
  return {};
}

real times_log(real y, real mean) { return y > 0 ? y * std::log(y / mean) : 0; }

// Deviance of one row, its weight and √weight times its working response.
struct Row {
  real deviance, weight, response, pearson;
};

Row row_of(const IrlsModel& model, real eta, real offset, real y, real prior) {
  const Mean m = mean_of(model.link, eta);
  real variance = 1, deviance = 0, residual = y - m.mean;
  switch (model.family) {
    case IrlsFamily::Gaussian: deviance = residual * residual; break;
    case IrlsFamily::Binomial:
      variance = m.mean * m.other;
      residual = y * m.other - (1 - y) * m.mean;
      deviance = 2 * (times_log(y, m.mean) + times_log(1 - y, m.other));
      if (model.link == IrlsLink::Logit) deviance -= 2 * (times_log(y, 1) + times_log(1 - y, 1));
      break;
    case IrlsFamily::Poisson:
      variance = m.mean;
      deviance = 2 * (times_log(y, m.mean) - residual);
      break;
    case IrlsFamily::Gamma:
      variance = m.mean * m.mean;
      deviance = 2 * (residual / m.mean - std::log(y / m.mean));
      break;
  }
  const real weight = prior * m.slope * m.slope / variance;
  return {prior * deviance, weight, std::sqrt(weight) * (eta - offset + residual / m.slope),
          prior * residual * residual / variance};
}

struct Step {
  IrlsSums sums;
  f64 high[3], low[3];  // of √w and √w z
};

// One step of eight equal rows with an intercept only.
Step step_of(const IrlsModel& model, Isa isa, f64 eta, f64 y, const f64* prior, f64 offset) {
  f64 ys[kIrlsLanes], priors[kIrlsLanes], offsets[kIrlsLanes], bounds[2];
  std::vector<f64> work(3 * kIrlsStride);
  for (u32 i = 0; i < kIrlsLanes; ++i) {
    ys[i] = y;
    priors[i] = prior == nullptr ? 1 : *prior;
    offsets[i] = offset;
  }
  const f64 beta = eta - offset;
  IrlsBlock block{};
  block.rows = kIrlsLanes;
  block.intercept = true;
  block.y = ys;
  block.prior = prior == nullptr ? nullptr : priors;
  block.offset = offset == 0 ? nullptr : offsets;
  block.beta = &beta;
  block.work = work.data();
  block.bounds = bounds;
  Step step{};
  irls_kernels(isa).step(model.family, model.link)(block, &step.sums, step.high, step.low);
  return step;
}

bool near(f64 got, real wanted, real scale, f64 tolerance) {
  return std::fabs(static_cast<real>(got) - wanted) <= tolerance * (std::fabs(wanted) + scale);
}

TEST(a_step_is_that_of_long_doubles_for_every_link) {
  for (const IrlsModel& model : kIrlsModels) {
    for (const Isa isa : supported_isas()) {
      for (u32 i = 0; i < 400; ++i) {
        const f64 prior = 0.5 + i % 4, offset = i % 2 == 0 ? 0 : 0.25;
        const f64 eta = model.low + (model.high - model.low) * i / 399, y = response_of(model, i);
        const bool weighted = i % 4 >= 2;
        const Step step = step_of(model, isa, eta, y, weighted ? &prior : nullptr, offset);
        const Row row = row_of(model, (static_cast<real>(eta) - offset) + offset, offset, y, weighted ? prior : 1);
        CHECK(step.sums.valid);
        CHECK(near(step.high[0] + step.low[0], 8 * row.weight, 0, 1e-14));
        CHECK(near(step.high[1] + step.low[1], 8 * std::sqrt(row.weight) * row.response,
                   8 * row.weight * std::fabs(eta), 1e-14));
        CHECK(near(step.sums.deviance, 8 * row.deviance, 8, 1e-14));
        // What y − μ loses to rounding where they are close counts by its root.
        CHECK(near(step.sums.pearson, 8 * row.pearson, std::sqrt(8 * row.pearson), 2e-14));
      }
    }
  }
}

TEST(what_is_out_of_the_domain_is_said) {
  const IrlsModel poisson{IrlsFamily::Poisson, IrlsLink::Identity, 0, 0},
      root{IrlsFamily::Poisson, IrlsLink::Sqrt, 0, 0};
  const IrlsModel gamma{IrlsFamily::Gamma, IrlsLink::Inverse, 0, 0}, log{IrlsFamily::Binomial, IrlsLink::Log, 0, 0};
  const IrlsModel logit{IrlsFamily::Binomial, IrlsLink::Logit, 0, 0};
  for (const Isa isa : supported_isas()) {
    for (const IrlsModel& model : {poisson, root, gamma}) {
      CHECK(!step_of(model, isa, -1, 1, nullptr, 0).sums.valid);
      CHECK(step_of(model, isa, 1, 1, nullptr, 0).sums.valid);
    }
    CHECK(!step_of(log, isa, 0.5, 1, nullptr, 0).sums.valid);
    CHECK(step_of(log, isa, -0.5, 1, nullptr, 0).sums.valid);
    CHECK(!step_of(logit, isa, std::numeric_limits<f64>::infinity(), 1, nullptr, 0).sums.valid);
    CHECK(!step_of(logit, isa, std::nan(""), 1, nullptr, 0).sums.valid);
    // Probabilities end at 2^-52, as R has it.
    CHECK_EQ(step_of(logit, isa, 700, 1, nullptr, 0).sums.closest, step_of(logit, isa, 40, 1, nullptr, 0).sums.closest);
    CHECK(step_of(logit, isa, -700, 1, nullptr, 0).sums.closest < 3e-16);
  }
}

TEST(every_instruction_set_gives_the_same_bits) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<f64> unit(0, 1);
  constexpr u32 kColumns = 4, kSize = kColumns + 2, kSums = kSize * (kSize + 1) / 2;
  std::vector<std::vector<f64>> x(kColumns, std::vector<f64>(kIrlsRows));
  std::vector<const f64*> pointers;
  for (auto& column : x) {
    for (f64& v : column) v = unit(random) * 2 - 1;
    pointers.push_back(column.data());
  }
  for (const IrlsModel& model : kIrlsModels) {
    std::vector<f64> y(kIrlsRows), prior(kIrlsRows);
    for (f64& v : y) v = std::fabs(response_of(model, static_cast<u32>(random() % 60)));
    for (f64& v : prior) v = unit(random) * 3;
    for (u32 shape = 0; shape < 12; ++shape) {
      const f64 middle = (model.low + model.high) / 2;
      const f64 beta[] = {middle, 0.02 * middle, 0.1 * middle, 0.01 * middle, 0.03 * middle};
      std::vector<f64> work((kSize + 1) * kIrlsStride), bounds(9 * kColumns + 2), first;
      IrlsBlock block{};
      block.rows = shape % 3 == 0 ? kIrlsRows : shape % 3 == 1 ? 8 : 392;
      block.columns = kColumns;
      block.intercept = shape % 2 == 0;
      block.start = shape >= 8;
      block.y = y.data();
      block.x = pointers.data();
      block.prior = shape % 4 >= 2 ? prior.data() : nullptr;
      block.beta = beta;
      block.work = work.data();
      block.bounds = bounds.data();
      for (const Isa isa : supported_isas()) {
        IrlsSums sums;
        std::vector<f64> got(2 * kSums);
        irls_kernels(isa).step(model.family, model.link)(block, &sums, got.data(), got.data() + kSums);
        for (const f64 sum : {sums.deviance, sums.pearson, sums.excess, sums.closest}) got.push_back(sum);
        if (first.empty()) first = got;
        CHECK(std::memcmp(first.data(), got.data(), got.size() * sizeof(f64)) == 0);
      }
    }
  }
}

TEST(sums_of_products_are_nearly_exact) {
  __extension__ typedef __float128 quad;
  std::mt19937_64 random(5);
  std::uniform_real_distribution<f64> unit(-1, 1);
  const IrlsModel gaussian{IrlsFamily::Gaussian, IrlsLink::Identity, 0, 0};
  for (u32 round = 0; round < 40; ++round) {
    std::vector<f64> y(kIrlsRows), a(kIrlsRows), b(kIrlsRows), work(4 * kIrlsStride), bounds(20);
    for (u32 r = 0; r < kIrlsRows; ++r) {
      y[r] = unit(random);
      a[r] = std::ldexp(unit(random), static_cast<int>(random() % (1 + round)));
      b[r] = r % 2 == 0 ? 1e9 + unit(random) : -b[r - 1];
    }
    const f64* x[] = {a.data(), b.data()};
    const f64 beta[] = {0.5, 0.25};
    IrlsBlock block{};
    block.rows = kIrlsRows;
    block.columns = 2;
    block.y = y.data();
    block.x = x;
    block.beta = beta;
    block.work = work.data();
    block.bounds = bounds.data();
    for (const Isa isa : supported_isas()) {
      IrlsSums sums;
      f64 high[6], low[6];
      irls_kernels(isa).step(gaussian.family, gaussian.link)(block, &sums, high, low);
      const std::vector<f64>* columns[] = {&a, &b};
      for (u32 i = 0; i < 2; ++i) {
        for (u32 j = i; j < 2; ++j) {
          quad sum = 0;
          f64 most_i = 0, most_j = 0;
          for (u32 r = 0; r < kIrlsRows; ++r) {
            sum += static_cast<quad>((*columns[i])[r]) * (*columns[j])[r];
            most_i = std::fmax(most_i, std::fabs((*columns[i])[r]));
            most_j = std::fmax(most_j, std::fabs((*columns[j])[r]));
          }
          const u32 at = i * 3 - i * (i + 1) / 2 + j;
          const quad error = static_cast<quad>(high[at]) + low[at] - sum;
          CHECK((error < 0 ? -error : error) <= static_cast<quad>(most_i) * most_j * kIrlsRows * 0x1p-90);
        }
      }
    }
  }
}

}  // namespace
}  // namespace spillway
