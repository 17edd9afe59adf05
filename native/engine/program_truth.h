// Three-valued truth of a vector's rows as two bitmaps, and its logic.
#pragma once

#include "engine/program_operation.h"

namespace spillway {

// A row is true, false, or (in neither) null. Bits beyond the rows are unspecified.
struct Truth {
  RowBits is_true;
  RowBits is_false;
};

Truth truth_false(u32 rows);
Truth truth_of(const Vector& bools, u32 rows);
// What a comparison kernel says of two operands; null where one of them is.
Truth truth_of(VectorKernel comparison, const Vector* two, u32 rows);

void truth_and(Truth& a, const Truth& b, u32 rows);
void truth_or(Truth& a, const Truth& b, u32 rows);

// As the call's result.
void write_truth(const Truth& truth, Call& call);

}  // namespace spillway
