// Nanoseconds per row of one step of iteratively reweighted least squares, data in the second-level cache:
// npm run bench:native -- irls [part of a line]
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "kernels/dispatch.h"
#include "kernels/irls.h"

using namespace spillway;

namespace {

const char* wanted = "";

struct Release {
  void operator()(double* values) const { std::free(values); }
};
using Values = std::unique_ptr<double[], Release>;

// Aligned as the engine's vectors are.
Values values(std::size_t count) {
  return Values(static_cast<double*>(std::aligned_alloc(64, (count * 8 + 63) / 64 * 64)));
}

double seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void run(const char* name, IrlsFamily family, IrlsLink link, Isa isa, unsigned columns) {
  const std::string title = std::string(name) + ' ' + isa_name(isa) + ' ' + std::to_string(columns) + " columns";
  if (title.find(wanted) == std::string::npos) return;
  constexpr unsigned kBlocks = 8;
  unsigned long long state = 1;
  const auto random = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  constexpr unsigned kCount = kBlocks * kIrlsRows;
  std::vector<Values> x;
  for (unsigned c = 0; c < columns; ++c) {
    x.push_back(values(kCount));
    for (unsigned i = 0; i < kCount; ++i) x[c][i] = random() * 2 - 1;
  }
  const Values y = values(kCount), work = values((columns + 3) * kIrlsStride), bounds = values(9 * columns + 2);
  std::vector<double> beta(columns + 1, 0.2), high((columns + 2) * (columns + 3) / 2), low(high.size());
  beta[0] = 2;
  for (unsigned i = 0; i < kCount; ++i) {
    y[i] = family == IrlsFamily::Gamma ? random() + 0.5 : random() < 0.4 ? 1 : 0;
  }
  const IrlsStep step = irls_kernels(isa).step(family, link);
  std::vector<const double*> pointers(columns);
  IrlsBlock block{kIrlsRows, columns, true,        false,      nullptr,     pointers.data(),
                  nullptr,   nullptr, beta.data(), work.get(), bounds.get()};
  IrlsSums sums;
  double best = 1e9;
  for (unsigned repeat = 0; repeat < 5; ++repeat) {
    const double begin = seconds();
    constexpr unsigned kRounds = 1000;
    for (unsigned round = 0; round < kRounds; ++round) {
      for (unsigned b = 0; b < kBlocks; ++b) {
        for (unsigned c = 0; c < columns; ++c) pointers[c] = x[c].get() + b * kIrlsRows;
        block.y = y.get() + b * kIrlsRows;
        step(block, &sums, high.data(), low.data());
      }
    }
    const double took = (seconds() - begin) / (kRounds * kBlocks * kIrlsRows) * 1e9;
    if (took < best) best = took;
  }
  std::printf("%-36s %7.2f ns/row   %.17g\n", title.c_str(), best, high[0]);
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) wanted = arguments[1];
  for (const Isa isa : supported_isas()) {
    for (const unsigned columns : {3u, 10u}) run("binomial logit", IrlsFamily::Binomial, IrlsLink::Logit, isa, columns);
    run("binomial probit", IrlsFamily::Binomial, IrlsLink::Probit, isa, 3);
    run("poisson log", IrlsFamily::Poisson, IrlsLink::Log, isa, 3);
    run("gamma inverse", IrlsFamily::Gamma, IrlsLink::Inverse, isa, 3);
    run("gaussian identity", IrlsFamily::Gaussian, IrlsLink::Identity, isa, 3);
  }
}
