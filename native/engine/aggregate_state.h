// A group's state as bytes: sizes of its parts, merging two states, and results out of states.
#pragma once

#include "engine/aggregate_plan.h"
#include "engine/memory.h"

namespace spillway {

inline constexpr i32 kAllParts = -2;

// A value with the position of its row + 1; position 0: no value yet.
struct WordAt {
  u64 position;
  u64 value;
};

// A text with its position + 1. `own`: bytes that only this state uses, for long texts, overwritten by the next one.
struct TextAt {
  u64 position;
  u64 capacity;
  char* own;
  StringView text;
};

// states[group[i]] ∪= from[i], for whole states `stride` apart. Long texts are copied to `texts`; where that is null
// they stay the views that they are. `stream`: only the
// parts which this value stream feeds.
void merge_states(const AggregatePlan& plan, u8* base, u64 stride, const u32* group, const u8* const* from, u32 n,
                  Arena* texts, i32 stream = kAllParts);

// One output column of `rows` ≤ kVectorRows states into `values` (of the output's type; codes where it has a
// dictionary) and validity; returns whether there is a null. Throws Error Data when an integer sum does not fit.
bool finish_output(const AggregatePlan& plan, u32 output, const u8* const* states, u32 rows, void* values,
                   u64* validity);

}  // namespace spillway
