// Rows that no distance is defined for: with values that are missing or not finite; under cosine, of zero length; where
// distances are measured between floats, beyond them.
#pragma once

#include "engine/error.h"
#include "neighbors/search_index.h"

namespace spillway {

enum class RowProblem : u8 { None, NotFinite, ZeroLength, NoFloat };

// The first place in [begin, end) of such a row; `end` when there is none.
u32 next_bad_row(const ReferenceRows& rows, const MetricSpec& metric, u32 begin, u32 end);
RowProblem what_is_wrong(const ReferenceRows& rows, const MetricSpec& metric, u32 place);
// `which`: "reference" or "query".
Error bad_row(const char* which, u64 row, RowProblem problem);

}  // namespace spillway
