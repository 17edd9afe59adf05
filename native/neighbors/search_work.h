// Searches of a reference on the pool: queries in groups, the reference in blocks, both cut into parts of a few
// milliseconds. Results do not depend on how they are cut.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "neighbors/query_rows.h"
#include "neighbors/reference.h"

namespace spillway {

struct SearchStatistics {
  u64 passes = 0;       // over the reference: blocks of queries
  u64 blocks_read = 0;  // of a reference that is not resident
  u64 bytes_read = 0;
  u64 exact = 0;       // distances computed as they are defined
  u64 candidates = 0;  // of them, those that a filter had let through
  u64 nanos = 0;
  bool symmetric = false;  // each pair was looked at once
};

// A query block is as many queries as memory holds with what is found for them; each streams every block of the
// reference once, and the next block is read while one is searched.
class SearchWork : public ParallelWork {
 public:
  u32 begin_step(u32 step) final;
  void run_part(u32 step, u32 part) final;
  f64 fraction() const override;
  const SearchStatistics& statistics() const { return statistics_; }

 protected:
  SearchWork(std::shared_ptr<const Reference> reference, QueryRange range, u32 k);

  // Serial, before all: makes room for results.
  virtual void begin() = 0;
  // Groups of at most `largest` queries come; each is searched by any number of parts at once.
  virtual void begin_groups(u32 groups, u32 largest) = 0;
  virtual void search(u32 group, const LoadedQueries& queries, const SearchIndex& index, PlaceRange range,
                      SearchScratch& scratch) = 0;
  // After the last part of a group; `first` counts from the range's first query.
  virtual void finish(u32 group, u64 first, const LoadedQueries& queries) = 0;
  // Serial, after all queries: how many parts writing results has; then those, and `wrote`.
  virtual u32 begin_writing() { return 0; }
  virtual void write(u32 /*part*/) {}
  virtual void wrote() {}
  // Bytes held per query until its group is finished.
  virtual std::size_t list_bytes() const = 0;
  // A way of its own to all results: how many parts it has, twice; 0: there is none.
  virtual u32 begin_symmetric() { return 0; }
  virtual void symmetric_part(u32 /*part*/) {}
  virtual u32 begin_symmetric_results() { return 0; }
  virtual void symmetric_result(u32 /*part*/) {}

  u32 threads() const { return threads_; }
  const QueryRange& range() const { return range_; }
  const Reference& reference() const { return *reference_; }
  u32 k() const { return k_; }
  MemoryBudget& result_budget() { return results_; }
  bool many_groups() const { return groups_.size() >= threads_; }

 private:
  enum class Stage : u8 { Start, Symmetric, SymmetricResults, Load, Build, Search, Write, Done };
  struct Group {
    u64 first = 0;
    u32 count = 0;
    std::unique_ptr<LoadedQueries> queries;
    std::atomic<u32> left{0};  // parts, in the block that is searched
  };

  u32 begin_pass();
  u32 begin_build();
  u32 begin_search();
  u32 end_search();
  u32 begin_results();
  u32 end();
  void choose_way();
  SearchShape shape_of(u64 rows, u64 queries) const;
  void run_search(u32 part);
  void start_reading(u32 block);
  u32 group_size(u64 queries) const;
  u32 slices(u32 count) const;
  const SearchIndex& index() const { return direct_ != nullptr ? *direct_ : *block().index; }
  const ReferenceBlock& block() const { return current_ != nullptr ? *current_ : reference_->resident_block(); }
  std::unique_ptr<SearchScratch> take_scratch();
  void give_scratch(std::unique_ptr<SearchScratch> scratch);

  std::shared_ptr<const Reference> reference_;
  QueryRange range_;
  u32 k_, threads_;
  MemoryBudget results_;
  Stage stage_ = Stage::Start;
  SearchStatistics statistics_;
  u64 began_ = 0;

  u64 next_query_ = 0;  // first of the next query block, from the range's first
  std::vector<Group> groups_;
  Reservation held_;  // for the query block
  u32 block_ = 0;     // the one that is searched
  u32 search_parts_ = 0, read_parts_ = 0, slices_ = 0;
  const SearchMethod* method_ = nullptr;
  std::unique_ptr<SearchIndex> direct_;  // over the resident rows, where their own index would take longer
  std::unique_ptr<BlockMaking> making_;
  std::unique_ptr<ReferenceBlock> current_;
  std::mutex scratch_mutex_;
  std::vector<std::unique_ptr<SearchScratch>> scratch_;
  std::atomic<u64> pairs_{0};  // queries × rows searched; for `fraction`
};

// Grows the reservation for results; Error Memory names what a user can do.
void reserve_results(Reservation& held, std::size_t bytes);

// What parts have found for one group. A part takes lists, or gets fresh ones when all are with others; in the end they
// are one.
template <class Lists>
class GroupLists {
 public:
  template <class Make>
  std::unique_ptr<Lists> take(Make make) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Lists> lists = std::move(idle_.back());
        idle_.pop_back();
        return lists;
      }
    }
    return make();
  }
  // Keeps at most `most` of them, by merging.
  void give(std::unique_ptr<Lists> lists, std::size_t most) {
    for (;;) {
      std::unique_ptr<Lists> other;
      {
        std::lock_guard<std::mutex> lock(mutex_);
        if (idle_.size() < most) return idle_.push_back(std::move(lists));
        other = std::move(idle_.back());
        idle_.pop_back();
      }
      lists->merge(*other);
    }
  }
  // Alone: everything, in one; nullptr when nothing was searched.
  std::unique_ptr<Lists> finish() {
    if (idle_.empty()) return nullptr;
    std::unique_ptr<Lists> all = std::move(idle_.back());
    idle_.pop_back();
    for (const std::unique_ptr<Lists>& other : idle_) all->merge(*other);
    idle_.clear();
    return all;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lists>> idle_;
};

}  // namespace spillway
