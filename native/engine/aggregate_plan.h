// What a group's state is made of: aggregates broken into parts that are shared, the values they take, and how results
// come out of them.
#pragma once

#include <vector>

#include "engine/description.h"
#include "engine/vector.h"

namespace spillway {

// One part of a state. Sizes and forms: kernels/aggregate.h and aggregate_state.h.
enum class PartKind : u8 {
  Count,
  SumNarrow,
  SumWide,
  SumUnsigned,
  SumReal,
  ProductNarrow,
  ProductWide,
  Moments,
  Comoments,
  Maximum,  // unsigned order words; the least is the maximum of flipped words
  FirstWord,
  LastWord,  // WordAt
  LeastText,
  MostText,
  FirstText,
  LastText,  // TextAt
  Result,    // a finished value from a value stream: WordAt with position 1
};

// A column that aggregates read.
struct Argument {
  u32 column = 0;
  ColumnFacts facts;
  bool text = false;  // StringViews; a dictionary column is words: its codes
};

// How a part sees an argument's values.
enum class LaneForm : u8 { Word, Real, Up, Down, Text };

// The values of one argument in one form, of those rows that have all of a row set's arguments.
struct Lane {
  u32 argument = 0;
  LaneForm form = LaneForm::Word;
  u32 row_set = 0;
};

struct Part {
  PartKind kind = PartKind::Count;
  u32 offset = 0;  // in the state
  u32 row_set = 0;
  u32 lane = 0, lane2 = 0;
  i32 stream = -1;  // fed by this value stream instead of by rows
};

// Values that must be held until all are known: distinct ones, or those a quantile is chosen from.
struct ValueStream {
  u32 argument = 0;
  bool distinct = false;
  bool selects = false;                        // feeds quantiles, else parts
  std::vector<std::pair<f64, u32>> quantiles;  // p and the Result part it goes to
};

enum class OutputForm : u8 {
  Count,
  SumInteger,
  SumReal,
  MeanInteger,
  MeanReal,
  VarianceInteger,
  VarianceReal,
  CorrelationInteger,
  CorrelationReal,
  Most,
  Least,
  Word,
  Text,
  Result,
};

struct Output {
  OutputForm form = OutputForm::Count;
  Type type = Type::I64;
  ColumnFacts facts;  // of the result column
  Type argument_type = Type::I64;
  bool root = false;  // sd: root of the variance
  i32 count = -1;     // Count part: zero means null; −1: never null
  u32 parts[5] = {0, 0, 0, 0, 0};
  bool wide[5] = {false, false, false, false, false};
};

struct AggregatePlan {
  std::vector<Argument> arguments;
  std::vector<std::vector<u32>> row_sets;  // sorted argument numbers; the first is empty: every row
  std::vector<Lane> lanes;
  std::vector<Part> parts;
  std::vector<ValueStream> streams;
  std::vector<Output> outputs;
  u32 state_bytes = 0;
  bool has_text = false;         // text parts, whose bytes live outside the row
  bool needs_positions = false;  // first, last

  // Throws Error Internal for what the plan should not have sent.
  static AggregatePlan make(const SinkDescription& description, const std::vector<ColumnFacts>& inputs);
};

u32 part_bytes(PartKind kind);

}  // namespace spillway
