// Rows that a search has found, and how far they are, as a result's typed arrays.
#pragma once

#include <napi.h>

#include "engine/memory.h"

namespace spillway::bindings {

// `index`: rows (u32), and `distance`: their distances (f64); the memory itself is handed over.
void set_found(Napi::Object result, Buffer rows, Buffer distances);

}  // namespace spillway::bindings
