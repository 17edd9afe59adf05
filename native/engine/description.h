// A query as TypeScript describes it: pipelines in the order they run, each a source, a program and a sink.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/program.h"

namespace spillway {

enum class Compare : u8 {
  Eq = 0,
  Ne = 1,
  Lt = 2,
  Le = 3,
  Gt = 4,
  Ge = 5,
  In = 6,
  IsNull = 7,
  IsNotNull = 8,
  StartsWith = 9
};

// A condition pushed into a scan: rows it excludes may be skipped unread; the program still filters.
// Several are joined by AND; an `In` has many constants.
struct ZonePredicate {
  u32 column = 0;  // of the source's columns (the projection)
  Compare compare = Compare::Eq;
  std::vector<Constant> constants;
};

// What an Annoy file is searched for.
struct AnnoyJoinDescription {
  u32 handle = 0;  // which of those given is the file
  u32 coordinates = 0;
  u32 k = 0;
  u64 search_k = 0;           // candidates to collect; 0: as many as Annoy would
  bool skip_missing = false;  // as in NeighborDescription
  bool exclude_self = false;  // queries are numbered as the file's items are: none is its own neighbour
  f64 query_seconds = 0;      // estimated, for one query
};

// A join with the nearest rows of an earlier pipeline, whose sink is Neighbors, or with those that an Annoy file finds.
// Out come, for each row that comes in and each of its neighbours: what the program carries along, the neighbour's rank
// (I32, from 1), its distance (F64), for an Annoy file its number there (I32), and columns of its row.
struct NeighborJoinDescription {
  static constexpr u32 kNone = ~u32{0};
  u32 reference = 0;  // which pipeline; kNone: an Annoy file's rows alone
  ProgramDescription
      program;               // outputs: coordinates (F64) and keys as in the reference's sink, then the columns carried
  std::vector<u32> columns;  // of the reference: places among what its sink gets behind coordinates and keys
  std::optional<AnnoyJoinDescription> annoy;  // the reference's sink has no coordinates then, and no keys
};

struct SourceDescription {
  enum class Kind : u8 { Scan = 0, Pipeline = 1 };
  Kind kind = Kind::Scan;
  u32 index = 0;             // Scan: of the handles given; Pipeline: whose sink's result is read
  std::vector<u32> columns;  // of the scan or result, in the program's input order
  std::vector<ZonePredicate> predicates;
  // Scan: only rows [first_row, end_row) of the source, counted from 0; beyond its end there are none.
  u64 first_row = 0;
  u64 end_row = ~u64{0};
  std::vector<NeighborJoinDescription> joins;  // each over what the one before gives
};

struct AggregateDescription {
  std::string name;  // sum mean min max count countAll variance sd first last any all median quantile nDistinct corr
  std::vector<u32> arguments;   // program outputs
  std::vector<f64> parameters;  // quantile: p
  bool distinct = false;
  Type result = Type::I64;
};

struct SortKey {
  u32 column = 0;
  bool descending = false;
  bool nulls_first = false;
};

// A running summary of all rows: kept per thread, merged, delivered as bytes (fold_state.h).
struct FoldDescription {
  std::string name;             // count sums moments crossprod …
  std::vector<u32> arguments;   // program outputs
  std::vector<f64> parameters;  // what the fold's definition says
  std::vector<u8> initial;      // a saved state to go on from; empty: none
};

// How rows find their shard: by the values of the first key_count outputs.
struct ShardDescription {
  enum class Method : u8 {
    Level = 0,   // one shard per different key (null is one, NaN is one, −0 is 0)
    Bounds = 1,  // one key: shard = number of bounds ≤ key in the engine's order; null: shard `bounds.size() + 1`
    Hash = 2     // shard = hash(keys) % buckets; every key null: shard `buckets`
  };
  Method method = Method::Level;
  u32 buckets = 0;               // Hash
  std::vector<Constant> bounds;  // Bounds: of the key's type, strictly ascending
};

// What the rows of a reference are searched for, and how. The sink's first outputs are coordinates, then keys.
struct NeighborDescription {
  u32 coordinates = 0;        // all F64, or all F32; 0: rows are kept to be looked up by number, not searched
  u32 keys = 0;               // only rows that are equal in all of them are compared
  bool match_nulls = false;   // null equals null; else rows with a null key have no neighbours and are none
  u8 metric = 0;              // a Metric of neighbors/metric.h
  f64 p = 2;                  // of Minkowski's
  u32 k = 0;                  // the nearest so many; 0: all …
  f64 radius = 0;             // … at most so far; infinite: however far
  bool skip_missing = false;  // rows without a usable place have no neighbours and are none; else they are errors
  bool exclude_self = false;  // both sides number the same rows: none is its own neighbour
  std::string method;         // empty: chosen by cost
  u64 expected_queries = 0;   // 0: not known
};

struct WriteOptions {
  std::string path;     // the temporary file, created by TypeScript; pages go to it
  u32 compression = 1;  // 0 none, 1 fast (lightweight encodings + LZ4 where it pays), 2 small (zstd)
  bool append = false;
};

struct SinkDescription {
  enum class Kind : u8 {
    Batches = 0,
    Collect = 1,
    Aggregate = 2,
    Sort = 3,
    WriteVtr = 4,
    Materialise = 5,
    Fold = 6,
    WriteShards = 7,
    Neighbors = 8
  };
  Kind kind = Kind::Batches;
  i64 limit = -1;  // Batches, Collect, Sort, Materialise: rows wanted, −1 all
  i64 offset = 0;
  u32 key_count = 0;  // Aggregate, WriteShards: the first key_count outputs are the keys
  std::vector<AggregateDescription> aggregates;
  bool order_blind = false;        // Aggregate: the consumer does not care for group order
  std::vector<SortKey> sort_keys;  // Sort; ties keep input order
  u32 group_columns = 0;           // Sort: the first so many sort keys form groups …
  i64 group_limit = -1;            // … of which only the first so many rows are kept
  u32 handle = 0;                  // WriteVtr, WriteShards: index of the writer handle
  std::vector<FoldDescription> folds;
  ShardDescription shards;
  NeighborDescription neighbors;
};

struct PipelineDescription {
  SourceDescription source;
  ProgramDescription program;
  SinkDescription sink;
};

struct QueryDescription {
  std::vector<PipelineDescription> pipelines;
};

// Reads the form that src/exec/describe.ts writes; throws Error Internal when it is not that.
QueryDescription decode_description(const u8* bytes, std::size_t size);

}  // namespace spillway
