// Calendar fields and truncation of dates and timestamps, proleptic Gregorian, UTC.
#pragma once

#include "kernels/isa.h"
#include "kernels/vector_kernel.h"

namespace spillway {

// Where the operand's day comes from: timestamps in seconds, milliseconds, microseconds, nanoseconds; dates.
inline constexpr unsigned kDateSources = 5;
inline constexpr unsigned kDateOfDays = 4;

struct DateTable {
  // int64 results. Dates have no hour, minute, second (null entries).
  VectorKernel year[kDateSources], quarter[kDateSources], month[kDateSources], day[kDateSources];
  VectorKernel hour[kDateSources], minute[kDateSources], second[kDateSources];
  VectorKernel weekday[kDateSources];  // Monday 1 … Sunday 7
  // The begin of the year, quarter, month, week (Monday), day, hour, minute, second; of the operand's type, checked.
  VectorKernel truncate[8][kDateSources];
};

SPILLWAY_KERNEL(date, DateTable)

}  // namespace spillway
