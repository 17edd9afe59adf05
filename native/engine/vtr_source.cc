// Pruning, the cutting of morsels, and the reader's buffers.
#include "engine/vtr_source.h"

#include <algorithm>

#include "format/page.h"

namespace spillway {

using format::kGroupPages;

namespace {

// Neighbouring pages of a column are read together up to this size: few calls, and what was read is still in the
// second-level cache when it is decoded.
constexpr u64 kReadBytes = 256 * 1024;

}  // namespace

VtrSource::VtrSource(std::shared_ptr<VtrFile> file, std::vector<u32> columns, std::vector<ZonePredicate> predicates)
    : file_(std::move(file)), columns_(std::move(columns)), predicates_(std::move(predicates)) {
  for (u32 column : columns_) {
    if (column >= file_->column_count()) {
      throw Error(ErrorCode::Internal,
                  "a scan asks for column " + std::to_string(column) + " of " + std::to_string(file_->column_count()));
    }
    loaded_.push_back(&file_->column(column));
    row_bytes_ += loaded_.back()->all_codes ? 4 : width_of(loaded_.back()->type);
  }
  for (const ZonePredicate& predicate : predicates_) {
    if (predicate.column >= columns_.size()) throw Error(ErrorCode::Internal, "a predicate names a column not read");
  }
  rows_left_ = file_->rows();
}

ColumnFacts VtrSource::facts(u32 index) const {
  const VtrColumn& column = *loaded_[index];
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
    const VtrColumn& column = *loaded_[predicate.column];
    return format::may_match(column.type, column.zones[group], predicate);
  });
}

bool VtrSource::page_may_match(u32 group, u32 page) const {
  return std::all_of(predicates_.begin(), predicates_.end(), [&](const ZonePredicate& predicate) {
    const VtrColumn& column = *loaded_[predicate.column];
    return format::may_match(column.type, column.chunks[group].pages[page].zone, predicate);
  });
}

void VtrSource::start(QueryContext& context) {
  context_ = &context;
  const std::vector<VtrGroup>& groups = file_->groups();
  rows_left_ = 0;
  for (u32 g = 0; g < groups.size(); ++g) {
    if (!group_may_match(g)) {
      context.counters.groups_pruned.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    const u32 pages = format::pages_of(groups[g].rows);
    for (u32 p = 0; p < pages; ++p) {
      if (!predicates_.empty() && !page_may_match(g, p)) {
        context.counters.pages_pruned.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
      rows_left_ += std::min(groups[g].rows - p * kPageRows, kPageRows);
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
  if (context_->options.morsel_pages != 0) {
    size = context_->options.morsel_pages;
  } else {
    while (size > 1 && left < size * 4 * context_->options.threads) size /= 2;
    // Whoever collects a morsel's rows must have room for one per thread.
    const u64 page_bytes = row_bytes_ * kPageRows * context_->options.threads;
    while (size > 1 && size * page_bytes > context_->memory.cap() / 8) size /= 2;
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

class VtrSource::Reader final : public MorselReader {
 public:
  Reader(const VtrSource& source) : source_(source), states_(source.columns_.size()) {}

  void open(const Morsel& morsel) override {
    group_ = static_cast<u32>(morsel.first / kGroupPages);
    page_ = static_cast<u32>(morsel.first % kGroupPages);
    last_page_ = page_ + static_cast<u32>(morsel.last - morsel.first);
    const VtrGroup& group = source_.file_->groups()[group_];
    group_first_ = group.first_row;
    group_rows_ = group.rows;
    started_ = false;
    for (State& state : states_) state.end_page = 0;
  }

  u32 next() override {
    ++ticket_;
    if (!started_) {
      started_ = true;
      vector_ = 0;
    } else {
      ++vector_;
    }
    if (page_ < last_page_ && vector_ * kVectorRows >= page_rows()) {
      ++page_;
      vector_ = 0;
    }
    if (page_ >= last_page_) return 0;
    return std::min(page_rows() - vector_ * kVectorRows, kVectorRows);
  }

  const Vector& column(u32 index) override {
    State& state = states_[index];
    if (state.ticket == ticket_) return state.vector;
    const format::PageEntry* entry = nullptr;
    try {
      if (state.page_ticket != page_key()) load(index, state);
      entry = &source_.loaded_[index]->chunks[group_].pages[page_];
      state.page.decode(vector_, state.scratch, state.vector);
      check_values(*source_.loaded_[index], *entry, state);
    } catch (const format::Fault& fault) {
      if (entry == nullptr) entry = &source_.loaded_[index]->chunks[group_].pages[page_];
      throw source_.file_->fault_at(entry->offset, fault.what + " (row group " + std::to_string(group_) + ", column " +
                                                       std::to_string(source_.columns_[index]) + ", page " +
                                                       std::to_string(page_) + ")");
    }
    attach_dictionary(*source_.loaded_[index], state);
    state.ticket = ticket_;
    return state.vector;
  }

  u64 bytes_read() const { return bytes_read_; }
  u64 row() const override { return group_first_ + u64{page_} * kPageRows + vector_ * kVectorRows; }

 private:
  struct State {
    u64 ticket = 0;             // of the vector decoded last
    u64 page_ticket = ~u64{0};  // of the page parsed last
    u32 first_page = 0;         // pages that `bytes` holds, when end_page > first_page
    u32 end_page = 0;
    Buffer bytes;
    format::DecodeScratch scratch;
    format::Page page;
    Vector vector;
    Buffer views;  // of codes resolved to texts
  };

  u32 page_rows() const { return std::min(group_rows_ - page_ * kPageRows, kPageRows); }
  u64 page_key() const { return u64{group_} * kGroupPages + page_; }

  // Makes the current page of a column ready: reads it, with the pages behind it as far as they are small.
  void load(u32 index, State& state) {
    const VtrColumn& column = *source_.loaded_[index];
    const std::vector<format::PageEntry>& pages = column.chunks[group_].pages;
    if (state.end_page <= page_ || state.first_page > page_) {
      u32 end = page_ + 1;
      u64 bytes = pages[page_].bytes;
      while (end < last_page_ && bytes + pages[end].bytes <= kReadBytes) bytes += pages[end++].bytes;
      if (state.bytes.size() < bytes) state.bytes = Buffer(static_cast<std::size_t>(std::max<u64>(bytes, 16 * 1024)));
      state.page_ticket = ~u64{0};
      state.end_page = 0;
      source_.file_->read(pages[page_].offset, state.bytes.data(), static_cast<std::size_t>(bytes));
      bytes_read_ += bytes;
      if (source_.context_ != nullptr) {
        source_.context_->counters.bytes_read.fetch_add(bytes, std::memory_order_relaxed);
      }
      state.first_page = page_;
      state.end_page = end;
    }
    const format::PageEntry& entry = pages[page_];
    const u8* bytes = state.bytes.data() + (entry.offset - pages[state.first_page].offset);
    source_.file_->check_page(column, source_.columns_[index], group_, page_, bytes);
    const u32 dictionary = column.dictionary == nullptr ? 0 : column.dictionary_sizes[group_];
    state.page = format::Page::parse(column.type, page_rows(), {bytes, entry.bytes}, dictionary, state.scratch);
    if (!state.page.all_null() && state.page.codes() != column.chunks[group_].codes) {
      format::fault("a page of another form than its chunk");
    }
    const bool some = entry.zone.nulls > 0 && entry.zone.nulls < entry.zone.rows;
    if (state.page.all_null() != (entry.zone.nulls == entry.zone.rows) || state.page.some_null() != some) {
      format::fault("a page whose nulls differ from its zone's");
    }
    state.page_ticket = page_key();
  }

  // Others were promised the range of whole numbers and may index by it: a lying file must end here.
  void check_values(const VtrColumn& column, const format::PageEntry& entry, const State& state) const {
    if (column.type == Type::Utf8 || is_float(column.type) || state.page.all_null()) return;
    const u32 rows = state.vector.constant ? 1 : std::min(page_rows() - vector_ * kVectorRows, kVectorRows);
    if (!format::within(column.type, state.vector.data, rows, entry.zone)) format::fault("values outside their zone");
  }

  // Codes stay codes when the whole column has them; else every vector of the column holds texts.
  void attach_dictionary(const VtrColumn& column, State& state) {
    if (column.type != Type::Utf8 || column.dictionary == nullptr) return;
    if (column.all_codes) {
      state.vector.dictionary = column.dictionary.get();
      return;
    }
    if (!state.page.codes()) return;
    if (state.views.empty()) state.views = Buffer(kVectorRows * sizeof(StringView));
    const u32 rows = state.vector.constant ? 1 : std::min(page_rows() - vector_ * kVectorRows, kVectorRows);
    const u32* codes = state.vector.values<u32>();
    const StringView* entries = column.dictionary->entries();
    StringView* views = state.views.as<StringView>();
    for (u32 i = 0; i < rows; ++i) views[i] = entries[codes[i]];
    state.vector.data = views;
  }

  const VtrSource& source_;
  std::vector<State> states_;
  u64 ticket_ = 0;
  u32 group_ = 0, page_ = 0, last_page_ = 0, vector_ = 0;
  u64 group_first_ = 0;
  u32 group_rows_ = 0;
  u64 bytes_read_ = 0;
  bool started_ = false;
};

std::unique_ptr<MorselReader> VtrSource::make_reader() { return std::make_unique<Reader>(*this); }

u64 VtrSource::check_group(u32 group) {
  Reader reader(*this);
  Morsel morsel;
  morsel.first = u64{group} * kGroupPages;
  morsel.last = morsel.first + format::pages_of(file_->groups()[group].rows);
  reader.open(morsel);
  while (reader.next() != 0) {
    for (u32 c = 0; c < column_count(); ++c) reader.column(c);
  }
  return reader.bytes_read();
}

}  // namespace spillway
