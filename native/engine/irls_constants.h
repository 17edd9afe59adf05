// What of a response does not depend on coefficients: sums for null deviance and information criterion, and whether it
// is in its family's range at all.
#pragma once

#include "engine/pair_real.h"
#include "engine/types.h"
#include "format/bytes.h"
#include "kernels/irls.h"

namespace spillway {

struct IrlsConstants {
  u64 positive = 0;      // rows whose weight is above zero
  u64 outside = 0;       // responses out of the family's range
  u64 not_finite = 0;    // rows with an infinity or NaN in any column
  u64 negative = 0;      // rows with a weight below zero
  PairReal weights;      // Σ p over the rows' weights p
  PairReal responses;    // Σ p y
  PairReal squares;      // Σ p y²
  PairReal saturated;    // binomial: Σ p (y ln y + (1 − y) ln(1 − y)); Poisson: Σ p y ln y; gamma: Σ p ln y
  PairReal measure;      // binomial: Σ ln of the binomial coefficient of p and p y; Poisson: Σ p ln y!
  PairReal log_weights;  // gaussian: Σ ln p over p > 0

  // Adds `rows` ≤ kVectorRows rows that were counted in none of outside, not_finite and negative.
  void add(IrlsFamily family, const f64* y, const f64* prior, u32 rows);
  void merge(const IrlsConstants& other);
  void save(format::Bytes& out) const;
  void load(format::ByteReader& in);
};

// Whether a family's response may be y, a finite number.
inline bool in_range(IrlsFamily family, IrlsLink link, f64 y) {
  switch (family) {
    case IrlsFamily::Gaussian:
      // As R does: where no start can be found from the response itself, none is.
      return link == IrlsLink::Log ? y > 0 : link == IrlsLink::Inverse ? y != 0 : true;
    case IrlsFamily::Binomial: return y >= 0 && y <= 1;
    case IrlsFamily::Poisson: return y >= 0;
    case IrlsFamily::Gamma: return y > 0;
  }
  return false;
}

}  // namespace spillway
