// Builds a vector from single rows of other vectors or of blocks.
#pragma once

#include "neighbors/join_payload.h"

namespace spillway {

class ColumnGather {
 public:
  // `facts`: whether the vector has codes of a dictionary, and whether it may hold nulls.
  ColumnGather(Type type, const ColumnFacts& facts, u32 count, GatheredColumn& out);

  // Place `order[i]` of the vector gets row `rows[order[i]] − first` of the column. `stays`: the column lives for as
  // long as the vector, so that texts may point into it.
  void take(const BlockColumn& column, const u32* rows, u32 first, const u16* order, u32 count, bool stays);
  void finish();

 private:
  void take_text(const BlockColumn& column, const u32* rows, u32 first, const u16* order, u32 count, bool stays);
  void set_null(u32 place) { out_.validity[place / 64] &= ~(u64{1} << (place % 64)); }

  Type type_;
  const Dictionary* dictionary_;
  bool nullable_;
  GatheredColumn& out_;
};

}  // namespace spillway
