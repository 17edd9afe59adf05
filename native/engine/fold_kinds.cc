// The list of folds, and a state of one of them by its name.
#include "engine/error.h"
#include "engine/fold_state.h"
#include "engine/folds.h"

namespace spillway {
namespace {

constexpr const FoldKind* kKinds[] = {
    &kCountFold,          &kCrossprodFold,      &kHistogramFold, &kIrlsFold, &kMomentsFold,   &kSumsFold,
    &kDistinctSketchFold, &kQuantileSketchFold, &kReservoirFold, &kTopKFold, &kShardSumsFold,
};

const FoldKind& find_fold(const std::string& name) {
  for (const FoldKind* kind : kKinds) {
    if (name == kind->name) return *kind;
  }
  throw Error(ErrorCode::Internal, "there is no fold called " + name);
}

}  // namespace

std::unique_ptr<FoldState> make_fold(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  std::unique_ptr<FoldState> state = find_fold(fold.name).make(fold, arguments);
  if (fold.initial.empty()) return state;
  try {
    format::ByteReader in({fold.initial.data(), fold.initial.size()});
    state->load(in);
    in.end("the state of a fold");
  } catch (const format::Fault& fault) {
    throw Error(ErrorCode::Format, "the saved state of the fold " + fold.name + " cannot be read: " + fault.what);
  }
  return state;
}

std::vector<std::string> fold_names() {
  std::vector<std::string> names;
  for (const FoldKind* kind : kKinds) names.emplace_back(kind->name);
  return names;
}

}  // namespace spillway
