// Annoy's own arithmetic, operation by operation, so that files come out as it would write them.
#pragma once

#include "annoy/build_splits.h"

namespace spillway {

// `fused`: a product that is added is not rounded before, as compilers have it where the processor can.
std::unique_ptr<SplitMaker> make_exact_splits(bool fused, const AnnoyLayout& layout);
f32 exact_product(bool fused, const f32* x, const f32* y, u32 columns);

}  // namespace spillway
