// Hashes of rows by their values, the same for ever: equal values hash equally whatever holds them.
#pragma once

#include <vector>

#include "engine/fold_rows.h"

namespace spillway {

// Integers, dates and bools hash by value, floats of both widths too (−0 as 0, every NaN alike), text by its bytes
// with a dictionary or without. Several columns hash as the row of them. No hash is 0.
class FoldValueHash {
 public:
  explicit FoldValueHash(u32 columns) : known_(columns) {}

  // One hash for each of `rows`.
  void operator()(const Vector* columns, const FoldRows& rows, u64* hashes);
  std::size_t bytes() const;

 private:
  // Hashes of a dictionary's texts, made when first met; 0: not yet.
  struct Known {
    const Dictionary* dictionary = nullptr;
    std::vector<u64> hashes;
  };
  template <class Use>
  void each_hash(u32 index, const Vector& column, const FoldRows& rows, const Use& use);

  std::vector<Known> known_;  // of each column
};

}  // namespace spillway
