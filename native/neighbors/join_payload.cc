// Keeping, spilling, and finding blocks again; a spilled block is loaded once for all rows of a vector.
#include "neighbors/join_payload.h"

#include <algorithm>

#include "neighbors/join_gather.h"

namespace spillway {

JoinPayload::JoinPayload(QueryContext& context, std::vector<ColumnFacts> inputs)
    : context_(context),
      inputs_(std::move(inputs)),
      has_null_(inputs_.size(), false),
      same_dictionary_(inputs_.size(), true) {}

// At most half of the budget is held: coordinates, indexes and what reads the join need memory, too.
void JoinPayload::add(Block&& block) {
  Entry entry;
  entry.first = rows_;
  entry.rows = block.rows;
  rows_ += block.rows;
  for (u32 c = 0; c < inputs_.size(); ++c) {
    const BlockColumn& column = block.columns[c];
    if (column.null_count != 0) has_null_[c] = true;
    if (column.dictionary == nullptr || column.dictionary != inputs_[c].dictionary) same_dictionary_[c] = false;
  }
  std::size_t bytes = block.bytes();
  block.reserved = Reservation(context_.memory);
  const bool fits = !context_.options.force_spill && context_.memory.used() + bytes <= context_.memory.cap() / 2 &&
                    block.reserved.try_grow(bytes);
  entry.block = std::move(block);
  entries_.push_back(std::move(entry));
  if (!fits && !inputs_.empty()) {
    while (next_spill_ < entries_.size()) spill_one();
  }
}

bool JoinPayload::spill_one() {
  if (next_spill_ == entries_.size() || inputs_.empty()) return false;
  Entry& entry = entries_[next_spill_++];
  if (file_ == nullptr) file_ = context_.spill.create();
  for (const BlockColumn& column : entry.block.columns) {
    entry.stored.push_back(store_column(*file_, column, entry.rows));
  }
  entry.block = Block();
  return true;
}

ColumnFacts JoinPayload::facts(u32 column) const {
  ColumnFacts facts = inputs_[column];
  facts.may_be_null = has_null_[column];
  if (!same_dictionary_[column]) facts.dictionary = nullptr;
  return facts;
}

const JoinPayload::Entry& JoinPayload::entry_of(u32 row) const {
  auto after = std::upper_bound(entries_.begin(), entries_.end(), row,
                                [](u32 wanted, const Entry& entry) { return wanted < entry.first; });
  return *(after - 1);
}

void JoinPayload::gather(u32 column, const u32* rows, const u16* order, u32 count, GatheredColumn& out) const {
  ColumnGather into(inputs_[column].type, facts(column), count, out);
  for (u32 i = 0; i < count;) {
    const Entry& entry = entry_of(rows[order[i]]);
    u32 end = i + 1;
    // Rows that are not sorted may go back to an earlier block.
    while (end < count && rows[order[end]] - entry.first < entry.rows) ++end;
    const u32 first = static_cast<u32>(entry.first);
    if (entry.stored.empty()) {
      into.take(entry.block.columns[column], rows, first, order + i, end - i, true);
    } else {
      BlockColumn loaded = load_column(*file_, entry.stored[column]);
      into.take(loaded, rows, first, order + i, end - i, false);
    }
    i = end;
  }
  into.finish();
}

}  // namespace spillway
