// Puts a query's budget and spill store together.
#include "engine/context.h"

#include <utility>

namespace spillway {

QueryContext::QueryContext(MemoryPool& pool, QueryOptions given)
    : options(std::move(given)), memory(pool, options.memory), spill(options.temp_directory, options.max_spill) {}

}  // namespace spillway
