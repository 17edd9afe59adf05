// A column of a known number of rows that many threads fill at once, each row at its place.
#pragma once

#include "engine/block.h"

namespace spillway {

class ColumnPlacer {
 public:
  // Fixed-width columns, and text whose every vector has the same dictionary.
  static bool can_place(const ColumnFacts& facts) { return facts.type != Type::Utf8 || facts.dictionary != nullptr; }
  static std::size_t bytes_for(const ColumnFacts& facts, u64 rows);

  ColumnPlacer(const ColumnFacts& facts, u64 rows);

  // The vector's first `count` rows go to `row` …; returns how many of them are null. From any thread, every row once.
  u64 place(const Vector& vector, u64 row, u32 count);

  // After the last row, with the nulls of all calls.
  BlockColumn finish(u64 nulls);

 private:
  void place_validity(const Vector& vector, u64 row, u32 count);

  ColumnFacts facts_;
  Buffer values_, validity_;
};

}  // namespace spillway
