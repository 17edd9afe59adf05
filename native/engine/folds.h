// Every kind of fold; each is defined in a file of its own.
#pragma once

#include "engine/fold_state.h"

namespace spillway {

extern const FoldKind kCountFold;

}  // namespace spillway
