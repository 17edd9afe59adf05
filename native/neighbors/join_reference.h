// The side of a neighbour join that is searched: coordinates in memory, group by group, with indexes over them.
#pragma once

#include <memory>
#include <vector>

#include "engine/description.h"
#include "neighbors/join_keys.h"
#include "neighbors/join_payload.h"
#include "neighbors/join_target.h"

namespace spillway {

// Built by the sink that takes its rows in, then searched by any number of threads. Places number its rows group by
// group; rows number them as they came.
class JoinReference final : public JoinTarget {
 public:
  // Places [first, first + count), rows of equal keys; without keys there is one group of all.
  struct Group {
    u32 first = 0, count = 0;
    const SearchIndex* index = nullptr;
    u32 origin = 0;         // the place of the index's first row
    bool ranged = true;     // as SearchMethod
    f64 query_seconds = 0;  // estimated, for one query
  };

  // `inputs`: coordinates, keys, then the payload. Without coordinates there is only the payload, to be looked up.
  JoinReference(QueryContext& context, const NeighborDescription& description, const std::vector<ColumnFacts>& inputs);

  // Building, in this order. Blocks come in row order, one call at a time; with exclude_self they have one column more:
  // the source's numbers of their rows (U64), rising.
  void add(Block&& block);
  u32 begin_rows();  // how many tasks place_rows is split into
  void place_rows(u32 task);
  u32 begin_indexes();  // and build_index
  void build_index(u32 task);
  void finish();

  const NeighborDescription& description() const { return description_; }
  MetricSpec metric() const { return {static_cast<Metric>(description_.metric), description_.p}; }
  u32 rows() const { return static_cast<u32>(rows_); }
  const JoinKeys& keys() const { return keys_; }
  const std::vector<Group>& groups() const { return groups_; }
  const JoinPayload& payload() const { return payload_; }
  // The place of the row that the source numbers so, or QueryRows::kNone.
  u32 place_of(u64 number) const;
  JoinFacts facts() const override;
  std::unique_ptr<JoinFinder> make_finder(QueryContext& context) const override;

 private:
  struct Build {
    u32 group;
    std::unique_ptr<SearchMethod::Build> build;
  };
  struct Task {
    u32 build, part;
  };

  bool try_reserve(std::size_t bytes);
  void reserve(std::size_t bytes, const char* purpose);
  void add_groups(const Block& block);
  void choose(u32 group, const std::string& name, bool own);

  QueryContext& context_;
  const NeighborDescription description_;
  const bool single_;
  const std::vector<Type> key_types_;
  JoinKeys keys_;
  JoinPayload payload_;
  Reservation reserved_;

  u64 rows_ = 0;
  std::vector<u64> first_rows_;                   // of each block added
  std::vector<std::vector<BlockColumn>> staged_;  // their coordinates, until they are placed
  std::vector<u32> group_of_row_;
  std::vector<u64> numbers_;  // by row
  Buffer place_of_row_, row_of_place_;
  Buffer values_;  // coordinates by place
  ReferenceRows resident_;
  std::vector<Group> groups_;
  std::vector<Build> builds_;
  std::vector<Task> tasks_;
  std::vector<std::unique_ptr<SearchIndex>> indexes_;
  f64 query_seconds_ = 0;  // estimated, for one query of an average group
};

}  // namespace spillway
