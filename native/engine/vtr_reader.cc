// The reader's buffers, and the cutting of vectors at the ends of a range of rows.
#include "engine/vtr_reader.h"

#include <cstring>

#include "engine/condition.h"

namespace spillway {

using format::kGroupPages;

namespace {

// Neighbouring pages of a column are read together up to this size: few calls, and what was read is still in the
// second-level cache when it is decoded.
constexpr u64 kReadBytes = 256 * 1024;
// A read below this speed may have come from the disk.
constexpr u64 kCachedBytesPerNano = 2;
constexpr u64 kSlowNanos = 50'000;
// So many reads of a column after a slow one announce what comes behind them.
constexpr u32 kHints = 64;

// Copies bits [from, from + count) of `source`; those behind, up to the next word, come out zero.
void move_bits(u64* words, const u64* source, u32 from, u32 count) {
  for (u32 i = 0; i < count; i += 64) {
    const u32 bit = from + i;
    u64 word = source[bit / 64] >> (bit % 64);
    const u32 left = std::min(count - i, u32{64});
    if (bit % 64 + left > 64) word |= source[bit / 64 + 1] << (64 - bit % 64);
    words[i / 64] = left == 64 ? word : word & ((u64{1} << left) - 1);
  }
}

}  // namespace

void VtrReader::open(const Morsel& morsel) {
  group_ = static_cast<u32>(morsel.first / kGroupPages);
  first_page_ = static_cast<u32>(morsel.first % kGroupPages);
  last_page_ = first_page_ + static_cast<u32>(morsel.last - morsel.first);
  const VtrGroup& group = view_.file->groups()[group_];
  group_first_ = group.first_row;
  group_rows_ = group.rows;
  const u64 from = u64{first_page_} * kPageRows;
  const u64 to = std::min<u64>(u64{last_page_} * kPageRows, group_rows_);
  const VtrRows wanted = view_.rows.of(group_first_ + from, to - from);
  at_ = static_cast<u32>(wanted.first - group_first_);
  end_ = at_ + static_cast<u32>(wanted.count());
  rows_ = 0;
  for (State& state : states_) state.end_page = 0;
}

u32 VtrReader::next() {
  ++ticket_;
  at_ += rows_;
  rows_ = 0;
  if (at_ >= end_) return 0;
  page_ = at_ / kPageRows;
  vector_ = at_ % kPageRows / kVectorRows;
  skip_ = at_ % kVectorRows;
  rows_ = std::min(vector_rows() - skip_, end_ - at_);
  return rows_;
}

const Vector& VtrReader::column(u32 index) {
  State& state = states_[index];
  if (state.ticket == ticket_) return state.vector;
  const format::PageEntry* entry = nullptr;
  try {
    if (state.page_ticket != page_key()) load(index, state);
    entry = &view_.loaded[index]->chunks[group_].pages[page_];
    state.page.decode(vector_, state.scratch, state.vector);
    check_values(*view_.loaded[index], *entry, state);
  } catch (const format::Fault& fault) {
    if (entry == nullptr) entry = &view_.loaded[index]->chunks[group_].pages[page_];
    throw view_.file->fault_at(entry->offset, fault.what + " (row group " + std::to_string(group_) + ", column " +
                                                  std::to_string(view_.columns[index]) + ", page " +
                                                  std::to_string(page_) + ")");
  }
  attach_dictionary(*view_.loaded[index], state);
  if (rows_ != vector_rows()) cut(state);
  state.ticket = ticket_;
  return state.vector;
}

// Reads the current page of a column, with the pages behind it as far as they are small.
void VtrReader::read_pages(const VtrColumn& column, State& state) {
  const std::vector<format::PageEntry>& pages = column.chunks[group_].pages;
  u32 end = page_ + 1;
  u64 bytes = pages[page_].bytes;
  while (end < last_page_ && bytes + pages[end].bytes <= kReadBytes) bytes += pages[end++].bytes;
  if (state.bytes.size() < bytes) state.bytes = Buffer(static_cast<std::size_t>(std::max<u64>(bytes, 16 * 1024)));
  state.page_ticket = ~u64{0};
  state.end_page = 0;
  const u64 began = now_nanos();
  view_.file->read(pages[page_].offset, state.bytes.data(), static_cast<std::size_t>(bytes));
  const u64 nanos = now_nanos() - began;
  bytes_read_ += bytes;
  if (view_.context != nullptr) view_.context->counters.bytes_read.fetch_add(bytes, std::memory_order_relaxed);
  state.first_page = page_;
  state.end_page = end;
  // A thread that had to wait for a processor looks slow, too.
  announce(column, state, nanos > kSlowNanos && nanos > bytes / kCachedBytesPerNano && thread_read_disk());
}

// Tells the system what of a column comes next while reads are slow, so that the disk works while pages are decoded.
// What is cached already is not announced: even a hint costs a look at every page of it.
void VtrReader::announce(const VtrColumn& column, State& state, bool slow) {
  const bool fresh = state.hints == 0;
  if (slow) state.hints = kHints;
  if (state.hints == 0) return;
  --state.hints;
  if (!fresh && page_ != first_page_) return;  // was announced with the morsel's first page
  const auto prefetch = [&](u32 group, u32 first, u32 last) {
    const std::vector<format::PageEntry>& pages = column.chunks[group].pages;
    if (first >= last) return;
    view_.file->prefetch(pages[first].offset, pages[last - 1].offset + pages[last - 1].bytes - pages[first].offset);
  };
  prefetch(group_, state.end_page, last_page_);
  if (!view_.every_page || view_.context == nullptr) return;
  const std::vector<VtrGroup>& groups = view_.file->groups();
  const u64 far = u64{group_} + 2 * view_.context->options.threads;
  for (u64 g = fresh ? group_ + 1 : far; g <= far && g < groups.size(); ++g) {
    const u32 group = static_cast<u32>(g);
    if (view_.rows.of(groups[group].first_row, groups[group].rows).empty()) break;
    prefetch(group, 0, format::pages_of(groups[group].rows));
  }
}

// Makes the current page of a column ready.
void VtrReader::load(u32 index, State& state) {
  const VtrColumn& column = *view_.loaded[index];
  const std::vector<format::PageEntry>& pages = column.chunks[group_].pages;
  if (state.end_page <= page_ || state.first_page > page_) read_pages(column, state);
  const format::PageEntry& entry = pages[page_];
  const u8* bytes = state.bytes.data() + (entry.offset - pages[state.first_page].offset);
  view_.file->check_page(column, view_.columns[index], group_, page_, bytes);
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
void VtrReader::check_values(const VtrColumn& column, const format::PageEntry& entry, const State& state) const {
  if (column.type == Type::Utf8 || is_float(column.type) || state.page.all_null()) return;
  const u32 rows = state.vector.constant ? 1 : vector_rows();
  if (!format::within(column.type, state.vector.data, rows, entry.zone)) format::fault("values outside their zone");
}

// Codes stay codes when the whole column has them; else every vector of the column holds texts.
void VtrReader::attach_dictionary(const VtrColumn& column, State& state) const {
  if (column.type != Type::Utf8 || column.dictionary == nullptr) return;
  if (column.all_codes) {
    state.vector.dictionary = column.dictionary.get();
    return;
  }
  if (!state.page.codes()) return;
  if (state.views.empty()) state.views = Buffer(kVectorRows * sizeof(StringView));
  const u32 rows = state.vector.constant ? 1 : vector_rows();
  const u32* codes = state.vector.values<u32>();
  const StringView* entries = column.dictionary->entries();
  StringView* views = state.views.as<StringView>();
  for (u32 i = 0; i < rows; ++i) views[i] = entries[codes[i]];
  state.vector.data = views;
}

// Leaves the wanted rows of a vector that has others before or behind them.
void VtrReader::cut(State& state) const {
  Vector& vector = state.vector;
  if (vector.constant) return;
  if (skip_ > 0) {
    const std::size_t width = vector.dictionary != nullptr ? 4 : width_of(vector.type);
    if (state.cut.empty()) {
      state.cut = Buffer(kVectorRows * sizeof(StringView));
      std::memset(state.cut.data(), 0, state.cut.size());  // rows behind the last are looked at all the same
    }
    std::memcpy(state.cut.data(), vector.values<u8>() + skip_ * width, rows_ * width);
    vector.data = state.cut.data();
  }
  if (vector.validity == nullptr) return;
  move_bits(state.cut_validity, vector.validity, skip_, rows_);
  vector.validity = state.cut_validity;
}

}  // namespace spillway
