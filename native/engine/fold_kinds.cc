// The list of folds.
#include "engine/fold_state.h"
#include "engine/folds.h"

namespace spillway {
namespace {

constexpr const FoldKind* kKinds[] = {
    &kCountFold,
};

}  // namespace

const FoldKind* find_fold(std::string_view name) {
  for (const FoldKind* kind : kKinds) {
    if (name == kind->name) return kind;
  }
  return nullptr;
}

std::vector<std::string> fold_names() {
  std::vector<std::string> names;
  for (const FoldKind* kind : kKinds) names.emplace_back(kind->name);
  return names;
}

}  // namespace spillway
