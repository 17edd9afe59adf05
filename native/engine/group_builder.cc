// Deciding between table and partitions, and filling either.
#include "engine/group_builder.h"

#include <algorithm>

#include "kernels/aggregate.h"

namespace spillway {
namespace {

// Groups of a thread's table: 64 Ki slots stay in the second-level cache.
constexpr u64 kTableRows = 48 * 1024;
// Rows per group from which the table pays.
constexpr u64 kReduction = 4;

}  // namespace

GroupBuilder::GroupBuilder(const AggregateShape& shape, QueryContext& context)
    : shape_(shape),
      context_(context),
      table_(shape.keys, shape.row, context, context.memory),
      updater_(shape.plan),
      batch_(shape),
      raw_(context, context.memory, std::max(shape.raw_words, 1u), shape.raw_texts),
      states_(context, context.memory, static_cast<u32>(shape.row.bytes / 8), shape.row_texts) {
  // A thread's table takes at most an eighth of its share of the memory.
  const u64 share = context.memory.cap() / (u64{std::max(context.options.threads, 1u)} * 8);
  table_rows_ = std::clamp<u64>(share / (shape.row.bytes + 16), 2 * kVectorRows, kTableRows);
  partition_rows_ = !shape.plan.streams.empty() || context.options.force_spill;
}

void GroupBuilder::begin_morsel(u64 sequence) {
  if (partition_rows_ && shape_.ordered) raw_.mark(sequence);
}

bool GroupBuilder::table_has_room(u32 rows) {
  return table_.count() + rows <= table_rows_ && table_.make_room(rows, table_rows_) && table_.settle_texts();
}

void GroupBuilder::add(KeyBatch& keys, const ArgumentBatch& arguments, const u64* positions) {
  shape_.keys.hash(keys);
  if (!partition_rows_ && !table_has_room(keys.rows)) {
    const bool pays = rows_in_table_ >= kReduction * table_.count();
    empty_table();
    partition_rows_ = !pays || !table_has_room(keys.rows);
  }
  if (partition_rows_) {
    raw_.append(keys.hashes.data(), 0, batch_.raw_sources(keys, arguments, positions).data(), keys.rows);
    return;
  }
  rows_in_table_ += keys.rows;
  table_.find(keys, batch_.groups.data());
  UpdateTarget target;
  target.states = table_.rows() + shape_.row.state_offset;
  target.stride = shape_.row.bytes;
  target.group = batch_.groups.data();
  target.position = positions;
  target.texts = &table_.texts();
  if (shape_.ordered) {
    aggregate_kernels().note_first(table_.rows() + shape_.row.position_offset, shape_.row.bytes, target.group,
                                   positions, keys.rows);
  }
  updater_.update(arguments, target);
}

void GroupBuilder::add_rows(const u8* rows, u32 n) {
  const u32 words = static_cast<u32>(shape_.row.bytes / 8);
  std::vector<WordSource> sources(words);
  for (u32 begin = 0; begin < n; begin += kVectorRows) {
    const u32 count = std::min(kVectorRows, n - begin);
    const u64* first = reinterpret_cast<const u64*>(rows + begin * shape_.row.bytes);
    batch_.load_rows(first, words, count);
    for (u32 w = 0; w < words; ++w) sources[w] = {first + w, words};
    states_.append(batch_.keys.hashes.data(), 0, sources.data(), count);
  }
}

void GroupBuilder::empty_table() {
  if (table_.count() == 0) return;
  add_rows(table_.rows(), table_.count());
  table_.clear();
  rows_in_table_ = 0;
}

void GroupBuilder::flush() {
  empty_table();
  table_.release();
}

}  // namespace spillway
