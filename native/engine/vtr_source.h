// Some columns and rows of a .vtr file: row groups and pages that the range or the predicates exclude are skipped, the
// rest is handed out in morsels.
#pragma once

#include <atomic>

#include "engine/source.h"
#include "engine/vtr_view.h"

namespace spillway {

class VtrSource final : public Source {
 public:
  // Loads the statistics of the columns; throws Error Format, Io.
  VtrSource(std::shared_ptr<VtrFile> file, std::vector<u32> columns, std::vector<ZonePredicate> predicates,
            VtrRows rows = {});

  u32 column_count() const override { return static_cast<u32>(view_.columns.size()); }
  ColumnFacts facts(u32 column) const override;
  std::optional<u64> rows_at_most() const override { return rows_left_; }
  std::optional<u64> rows_in_place() const override {
    return predicates_.empty() ? std::optional<u64>(rows_left_) : std::nullopt;
  }
  u64 first_place() const override { return view_.rows.first; }
  void start(QueryContext& context) override;
  Next next_morsel(Morsel& morsel) override;
  std::unique_ptr<MorselReader> make_reader() override;
  u64 rows_to_share(const Morsel& morsel) const override { return (morsel.last - morsel.first) * kPageRows; }
  void stop() override { stopped_.store(true, std::memory_order_relaxed); }
  double fraction() const override;

  // Reads every value of a row group, without a query; answers the bytes read. Throws Error Format.
  u64 check_group(u32 group);

 private:
  // Neighbouring pages of one row group that must be read.
  struct Run {
    u32 group = 0;
    u32 first = 0;
    u32 last = 0;  // exclusive
  };
  bool group_may_match(u32 group) const;
  bool page_may_match(u32 group, u32 page) const;

  VtrView view_;
  std::vector<ZonePredicate> predicates_;
  std::vector<Run> runs_;
  u64 row_bytes_ = 0;  // of a row in vectors
  u64 rows_left_ = 0;  // rows of the pages that remain after pruning
  u64 pages_total_ = 0;
  std::atomic<u64> pages_taken_{0};
  std::size_t run_ = 0;
  u32 page_ = 0;
  u64 sequence_ = 0;
  std::atomic<bool> stopped_{false};
};

}  // namespace spillway
