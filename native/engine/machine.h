// What this process may use of the machine: processors and memory, as the system and its containers allow.
#pragma once

#include <cstddef>
#include <string>

#include "engine/types.h"

namespace spillway {

u32 available_threads();            // processors of the affinity mask, fewer when a container's quota says so; ≥ 1
std::size_t available_memory();     // bytes: the machine's, or the container's limit when that is lower
std::string default_temp_folder();  // $TMPDIR or /tmp

}  // namespace spillway
