// An Annoy file as the side of a join that is searched.
#pragma once

#include "engine/description.h"
#include "engine/handle.h"
#include "neighbors/join_reference.h"

namespace spillway {

// `handle`: an AnnoyFile; `reference`: the rows that it was built from, in their order, or nullptr when nobody wants
// their columns. Throws Error Argument when either is something else.
std::shared_ptr<const JoinTarget> annoy_join_target(const std::shared_ptr<Handle>& handle,
                                                    const AnnoyJoinDescription& join,
                                                    std::shared_ptr<const JoinReference> reference);

}  // namespace spillway
