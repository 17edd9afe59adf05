// A value as messages show it.
#pragma once

#include <string>

#include "engine/vector.h"

namespace spillway {

// Row `row` of a vector without dictionary: `12`, `0.5`, `"text"` (cut when long), `null`.
std::string value_text(const Vector& vector, u32 row);

}  // namespace spillway
