// A sample of the values of some rows in ascending order, each standing for as many values: what a quantile sketch is
// made of.
#pragma once

#include <vector>

#include "engine/types.h"
#include "format/bytes.h"

namespace spillway {

// Nodes have places in one fixed binary tree over the rows of a source: the node (height, index) is about the rows
// from index · 2,048 · 2^height on, 2,048 · 2^height of them. Which values a node drops follows from its place alone.
struct QuantileNode {
  u32 height = 0;
  u64 index = 0;
  u32 shift = 0;   // each word stands for 2^shift values
  f64 spread = 0;  // sum of the squared widths of the errors made so far, in values
  bool sorted = true;
  std::vector<u64> words;  // ordered words (fold_rows.h) of the values

  u64 first_leaf() const { return index << height; }
  u64 end_leaf() const { return (index + 1) << height; }

  void sort();
  // Keeps every 2^by-th word from one that `choice` picks: a rank is then wrong by less than 2^by words either way,
  // by 0 on average.
  void thin(u32 by, u64 choice);
  // Down to `limit` words.
  void fit(u64 limit);
  // Takes the values of another node of any weight; at most `limit` words stay. Both sorted.
  void join(QuantileNode& other, u64 limit, u64 choice);

  void save(format::Bytes& out) const;
  void load(format::ByteReader& in, u64 limit);
  std::size_t bytes() const { return sizeof *this + words.capacity() * sizeof(u64); }
};

// What picks between the words that a node could drop.
u64 quantile_choice(u32 height, u64 index);

// Ascending; at most kVectorRows words.
void sort_words(u64* words, u32 count);

}  // namespace spillway
