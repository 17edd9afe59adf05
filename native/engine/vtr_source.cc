// Pruning and the cutting of morsels.
#include "engine/vtr_source.h"

#include <algorithm>

#include "engine/vtr_reader.h"

namespace spillway {

using format::kGroupPages;

VtrSource::VtrSource(std::shared_ptr<VtrFile> file, std::vector<u32> columns, std::vector<ZonePredicate> predicates,
                     VtrRows rows)
    : predicates_(std::move(predicates)) {
  view_.file = std::move(file);
  view_.every_page = predicates_.empty();
  view_.columns = std::move(columns);
  for (u32 column : view_.columns) {
    if (column >= view_.file->column_count()) {
      throw Error(ErrorCode::Internal, "a scan asks for column " + std::to_string(column) + " of " +
                                           std::to_string(view_.file->column_count()));
    }
    view_.loaded.push_back(&view_.file->column(column));
    row_bytes_ += view_.loaded.back()->all_codes ? 4 : width_of(view_.loaded.back()->type);
  }
  for (const ZonePredicate& predicate : predicates_) {
    if (predicate.column >= view_.columns.size())
      throw Error(ErrorCode::Internal, "a predicate names a column not read");
  }
  view_.rows.end = std::min(rows.end, view_.file->rows());
  view_.rows.first = std::min(rows.first, view_.rows.end);
  rows_left_ = view_.rows.end - view_.rows.first;
}

ColumnFacts VtrSource::facts(u32 index) const {
  const VtrColumn& column = *view_.loaded[index];
  ColumnFacts facts;
  facts.type = column.type;
  facts.may_be_null = column.nulls > 0;
  if (column.type == Type::Utf8) {
    if (column.all_codes) facts.dictionary = column.dictionary.get();
  } else if (!is_float(column.type) && column.zone.has(format::kZoneRange)) {
    facts.has_range = column.type != Type::U64 || column.zone.high.integer >= 0;
    facts.min = column.zone.low.integer;
    facts.max = column.zone.high.integer;
  }
  return facts;
}

bool VtrSource::group_may_match(u32 group) const {
  return std::all_of(predicates_.begin(), predicates_.end(), [&](const ZonePredicate& predicate) {
    const VtrColumn& column = *view_.loaded[predicate.column];
    return format::may_match(column.type, column.zones[group], predicate);
  });
}

bool VtrSource::page_may_match(u32 group, u32 page) const {
  return std::all_of(predicates_.begin(), predicates_.end(), [&](const ZonePredicate& predicate) {
    const VtrColumn& column = *view_.loaded[predicate.column];
    return format::may_match(column.type, column.chunks[group].pages[page].zone, predicate);
  });
}

void VtrSource::start(QueryContext& context) {
  view_.context = &context;
  const std::vector<VtrGroup>& groups = view_.file->groups();
  rows_left_ = 0;
  for (u32 g = 0; g < groups.size(); ++g) {
    if (view_.rows.of(groups[g].first_row, groups[g].rows).empty()) continue;
    if (!group_may_match(g)) {
      context.counters.groups_pruned.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    const u32 pages = format::pages_of(groups[g].rows);
    for (u32 p = 0; p < pages; ++p) {
      const VtrRows wanted =
          view_.rows.of(groups[g].first_row + u64{p} * kPageRows, std::min(groups[g].rows - p * kPageRows, kPageRows));
      if (wanted.empty()) continue;
      if (!predicates_.empty() && !page_may_match(g, p)) {
        context.counters.pages_pruned.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
      rows_left_ += wanted.count();
      ++pages_total_;
      if (!runs_.empty() && runs_.back().group == g && runs_.back().last == p) {
        runs_.back().last = p + 1;
      } else {
        runs_.push_back({g, p, p + 1});
      }
    }
  }
  page_ = runs_.empty() ? 0 : runs_.front().first;
}

Source::Next VtrSource::next_morsel(Morsel& morsel) {
  if (run_ == runs_.size() || stopped_.load(std::memory_order_relaxed)) return Next::End;
  const u64 left = pages_total_ - pages_taken_.load(std::memory_order_relaxed);
  u64 size = kGroupPages;
  if (view_.context->options.morsel_pages != 0) {
    size = view_.context->options.morsel_pages;
  } else {
    while (size > 1 && left < size * 4 * view_.context->options.threads) size /= 2;
    // Whoever collects a morsel's rows must have room for one per thread.
    const u64 page_bytes = row_bytes_ * kPageRows * view_.context->options.threads;
    while (size > 1 && size * page_bytes > view_.context->memory.cap() / 8) size /= 2;
  }
  const Run& run = runs_[run_];
  const u32 end = static_cast<u32>(std::min<u64>(run.last, page_ + size));
  morsel.sequence = sequence_++;
  morsel.first = u64{run.group} * kGroupPages + page_;
  morsel.last = u64{run.group} * kGroupPages + end;
  pages_taken_.fetch_add(end - page_, std::memory_order_relaxed);
  page_ = end;
  if (page_ == run.last) {
    ++run_;
    if (run_ < runs_.size()) page_ = runs_[run_].first;
  }
  return Next::Ready;
}

double VtrSource::fraction() const {
  if (pages_total_ == 0) return 1;
  return static_cast<double>(pages_taken_.load(std::memory_order_relaxed)) / static_cast<double>(pages_total_);
}

std::unique_ptr<MorselReader> VtrSource::make_reader() { return std::make_unique<VtrReader>(view_); }

u64 VtrSource::check_group(u32 group) {
  VtrReader reader(view_);
  Morsel morsel;
  morsel.first = u64{group} * kGroupPages;
  morsel.last = morsel.first + format::pages_of(view_.file->groups()[group].rows);
  reader.open(morsel);
  while (reader.next() != 0) {
    for (u32 c = 0; c < column_count(); ++c) reader.column(c);
  }
  return reader.bytes_read();
}

}  // namespace spillway
