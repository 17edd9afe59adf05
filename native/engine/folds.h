// Every kind of fold; each is defined in a file of its own.
#pragma once

#include "engine/fold_state.h"

namespace spillway {

extern const FoldKind kCountFold;
extern const FoldKind kCrossprodFold;
extern const FoldKind kHistogramFold;
extern const FoldKind kMomentsFold;
extern const FoldKind kSumsFold;
extern const FoldKind kDistinctSketchFold;
extern const FoldKind kTopKFold;
extern const FoldKind kReservoirFold;
extern const FoldKind kQuantileSketchFold;
extern const FoldKind kIrlsFold;
extern const FoldKind kShardSumsFold;

}  // namespace spillway
