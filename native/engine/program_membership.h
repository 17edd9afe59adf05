// Membership of a column's values in many constants.
#pragma once

#include <span>

#include "engine/program_truth.h"

namespace spillway {

// From this many candidates on a table beats one comparison after the other.
inline constexpr u32 kMembersToHash = 24;

// SQL's IN with constants of the column's type: null where the value is, or where it is not found among candidates one
// of which is null.
Truth member_truth(const Vector& values, std::span<const Vector> candidates, u32 rows);

}  // namespace spillway
