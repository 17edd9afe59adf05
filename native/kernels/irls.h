// One step of iteratively reweighted least squares over a block of rows: the sums of products that the next
// coefficients come from, and what says how well the present ones fit.
#pragma once

#include <cstdint>

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

// Rows of a block at most. Sums run in eight lanes, row i in lane i % 8, whatever the instruction set.
inline constexpr std::uint32_t kIrlsRows = 512;
inline constexpr std::uint32_t kIrlsLanes = 8;
// From a working column to the next: a little more than the rows, or the columns would compete for places in the cache.
inline constexpr std::uint32_t kIrlsStride = kIrlsRows + 8;

// The numbers are those of src/folds/glm/families.ts and links.ts.
enum class IrlsFamily : std::uint32_t { Gaussian = 0, Binomial = 1, Poisson = 2, Gamma = 3 };
enum class IrlsLink : std::uint32_t {
  Identity = 0,
  Log = 1,
  Inverse = 2,
  Logit = 3,
  Probit = 4,
  Cloglog = 5,
  Cauchit = 6,
  Sqrt = 7
};

struct IrlsBlock {
  std::uint32_t rows;      // a multiple of 8, at most kIrlsRows
  std::uint32_t columns;   // predictors, the intercept not counted
  bool intercept;          // a column of ones stands before the predictors
  bool start;              // the linear predictor comes from y instead of `beta`
  const double* y;         // all of it finite and in the family's range, as x, prior and offset are
  const double* const* x;  // `columns` of them
  const double* prior;     // weights ≥ 0; nullptr: all 1
  const double* offset;    // nullptr: all 0
  const double* beta;      // of the intercept first
  // intercept + columns + 2 columns kIrlsStride apart: becomes [√w, √w·x…, √w·z], then √w if there is no intercept.
  double* work;
  double* bounds;  // room for 9 · columns + 2 values
};

struct IrlsSums {
  // Σ prior · unit deviance. For the logit link without the terms in y alone, 2 Σ prior (y ln y + (1 − y) ln(1 − y)).
  double deviance;
  double pearson;  // Σ prior (y − μ)² / V(μ)
  double excess;   // gamma: Σ prior (y − μ) / μ; else 0
  double closest;  // the least μ (binomial: or 1 − μ); infinite for other families
  bool valid;      // every η and μ are in the domains of link and family
};

// Upper triangle by rows of the products' sums, each high + low: exact but for an error below 2^-80 of the block's
// rows times the largest magnitudes of the two columns.
using IrlsStep = void (*)(const IrlsBlock& block, IrlsSums* sums, double* high, double* low);

struct IrlsTable {
  // nullptr for a link that the family does not have.
  IrlsStep (*step)(IrlsFamily family, IrlsLink link);
};

SPILLWAY_KERNEL(irls, IrlsTable)

}  // namespace spillway
