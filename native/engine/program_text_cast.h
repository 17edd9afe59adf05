// Casts from and to text.
#pragma once

#include "engine/program_operation.h"

namespace spillway {

// As OperationDefinition::resolve, for `cast` where one side is text.
bool resolve_text_cast(const Signature& asked, ResolvedOperation& operation);

}  // namespace spillway
