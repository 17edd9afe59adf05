// A task of the pool as JavaScript sees it: a promise of its result, cancel, and how far it is.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>

#include "bindings/guard.h"
#include "neighbors/parallel_task.h"

namespace spillway::bindings {

// Starts the work; `answer` makes the promise's value from it, on JavaScript's thread, once all is done. The object has
// the tag of a task: `taskResult`, `cancelTask` and `taskFraction` take it.
Napi::Object start_task(Napi::Env env, std::unique_ptr<ParallelWork> work, u32 threads,
                        std::function<Napi::Value(Napi::Env, ParallelWork&)> answer);

}  // namespace spillway::bindings
