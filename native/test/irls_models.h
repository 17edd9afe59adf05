// Every family with every link, linear predictors that suit them, and responses.
#pragma once

#include "engine/types.h"
#include "kernels/irls.h"

namespace spillway {

struct IrlsModel {
  IrlsFamily family;
  IrlsLink link;
  f64 low, high;  // linear predictors to try
};

inline constexpr IrlsModel kIrlsModels[] = {
    {IrlsFamily::Gaussian, IrlsLink::Identity, -5, 5},  {IrlsFamily::Gaussian, IrlsLink::Log, -3, 3},
    {IrlsFamily::Gaussian, IrlsLink::Inverse, 0.1, 4},  {IrlsFamily::Binomial, IrlsLink::Logit, -34, 34},
    {IrlsFamily::Binomial, IrlsLink::Probit, -8, 8},    {IrlsFamily::Binomial, IrlsLink::Cloglog, -30, 3},
    {IrlsFamily::Binomial, IrlsLink::Cauchit, -50, 50}, {IrlsFamily::Binomial, IrlsLink::Log, -20, -1e-6},
    {IrlsFamily::Poisson, IrlsLink::Log, -5, 10},       {IrlsFamily::Poisson, IrlsLink::Identity, 0.01, 50},
    {IrlsFamily::Poisson, IrlsLink::Sqrt, 0.01, 10},    {IrlsFamily::Gamma, IrlsLink::Inverse, 0.01, 10},
    {IrlsFamily::Gamma, IrlsLink::Identity, 0.01, 10},  {IrlsFamily::Gamma, IrlsLink::Log, -5, 5}};

inline f64 response_of(const IrlsModel& model, u32 draw) {
  switch (model.family) {
    case IrlsFamily::Gaussian: return static_cast<f64>(draw % 7) - 3.25;
    case IrlsFamily::Binomial: return draw % 3 == 0 ? 0.0 : draw % 3 == 1 ? 1.0 : 0.3;
    case IrlsFamily::Poisson: return draw % 5;
    case IrlsFamily::Gamma: return 0.25 + draw % 4;
  }
  return 0;
}

}  // namespace spillway
