// Kleene logic on pairs of bitmaps.
#include "engine/program_truth.h"

#include <algorithm>

#include "kernels/select.h"

namespace spillway {
namespace {

// `bits` already in is_true: splits off what is false or null.
void split(Truth& truth, const u64* valid, u32 rows) {
  for (u32 w = 0; w < words_of(rows); ++w) {
    const u64 bits = truth.is_true.words[w];
    truth.is_true.words[w] = bits & valid[w];
    truth.is_false.words[w] = ~bits & valid[w];
  }
}

void bits_of(const Vector& bools, u32 rows, u64* bits) {
  if (bools.constant) {
    std::fill_n(bits, words_of(rows), *bools.values<u8>() != 0 ? ~u64{0} : u64{0});
  } else {
    select_kernels().bits_of_bytes(bits, bools.values<u8>(), rows);
  }
}

}  // namespace

Truth truth_false(u32 rows) {
  Truth truth;
  std::fill_n(truth.is_true.words, words_of(rows), u64{0});
  std::fill_n(truth.is_false.words, words_of(rows), ~u64{0});
  return truth;
}

Truth truth_of(const Vector& bools, u32 rows) {
  Truth truth;
  RowBits scratch;
  bits_of(bools, rows, truth.is_true.words);
  split(truth, validity_words(bools, rows, scratch), rows);
  return truth;
}

Truth truth_of(VectorKernel comparison, const Vector* two, u32 rows) {
  Truth truth;
  alignas(64) u8 bytes[kVectorRows];
  const KernelOperand operands[2] = {kernel_operand(two[0]), kernel_operand(two[1])};
  comparison(bytes, operands, rows, nullptr);
  select_kernels().bits_of_bytes(truth.is_true.words, bytes, rows);
  RowBits scratch_a, scratch_b;
  const u64* a = validity_words(two[0], rows, scratch_a);
  const u64* b = validity_words(two[1], rows, scratch_b);
  RowBits both;
  for (u32 w = 0; w < words_of(rows); ++w) both.words[w] = a[w] & b[w];
  split(truth, both.words, rows);
  return truth;
}

void truth_and(Truth& a, const Truth& b, u32 rows) {
  for (u32 w = 0; w < words_of(rows); ++w) {
    a.is_true.words[w] &= b.is_true.words[w];
    a.is_false.words[w] |= b.is_false.words[w];
  }
}

void truth_or(Truth& a, const Truth& b, u32 rows) {
  for (u32 w = 0; w < words_of(rows); ++w) {
    a.is_true.words[w] |= b.is_true.words[w];
    a.is_false.words[w] &= b.is_false.words[w];
  }
}

void write_truth(const Truth& truth, Call& call) {
  RowBits padded{};
  RowBits rows_only{};
  fill_rows(rows_only.words, call.rows);
  for (u32 w = 0; w < words_of(call.rows); ++w) {
    padded.words[w] = truth.is_true.words[w];
    call.validity[w] = truth.is_true.words[w] | truth.is_false.words[w];
    if ((call.validity[w] & rows_only.words[w]) != rows_only.words[w]) call.nullable = true;
  }
  select_kernels().bytes_of_bits(call.results<u8>(), padded.words, call.rows);
}

}  // namespace spillway
