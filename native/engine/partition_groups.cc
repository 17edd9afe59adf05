// Building a partition's groups out of its raw rows and partial states, in the order of the input.
#include "engine/partition_groups.h"

#include <algorithm>

#include "kernels/aggregate.h"

namespace spillway {
namespace {

// Splits after which more hash bits would not help.
constexpr u32 kMostLevels = 7;

}  // namespace

PartitionGroups::PartitionGroups(const AggregateShape& shape, QueryContext& context, std::vector<PartitionedRows*> raw,
                                 std::vector<PartitionedRows*> states, u32 partition, u32 level, u64 parent_records)
    : shape_(shape),
      context_(context),
      raw_(std::move(raw)),
      states_(std::move(states)),
      partition_(partition),
      level_(level),
      parent_records_(parent_records) {}

void PartitionGroups::spill() {
  if (built_) return;
  for (PartitionedRows* store : raw_) store->spill_partition(partition_);
  for (PartitionedRows* store : states_) store->spill_partition(partition_);
}

std::unique_ptr<GroupBlock> PartitionGroups::next(MemoryBudget& budget, bool parts) {
  if (done_) return nullptr;
  if (!built_) {
    std::unique_ptr<GroupBlock> block = build(budget);
    built_ = true;
    if (block != nullptr) {
      done_ = true;
      return block;
    }
  }
  if (!parts) return nullptr;
  for (; part_ < part_raw_->partitions(); ++part_) {
    if (child_ == nullptr) {
      if (part_raw_->records(part_) + part_states_->records(part_) == 0) continue;
      child_ = std::make_unique<PartitionGroups>(shape_, context_, std::vector<PartitionedRows*>{part_raw_.get()},
                                                 std::vector<PartitionedRows*>{part_states_.get()}, part_, level_ + 1,
                                                 most_);
    }
    std::unique_ptr<GroupBlock> block = child_->next(budget, true);
    if (block != nullptr) return block;
    child_.reset();
  }
  done_ = true;
  part_raw_.reset();
  part_states_.reset();
  return nullptr;
}

// The stretches of raw records that came from one morsel, in the order of morsels.
std::vector<PartitionGroups::Run> PartitionGroups::runs() const {
  std::vector<Run> runs;
  for (u32 s = 0; s < raw_.size(); ++s) {
    const auto& marks = raw_[s]->marks();
    const u64 total = raw_[s]->records(partition_);
    u64 sequence = 0;
    u32 before = 0;
    u64 taken = 0;
    for (const auto& mark : marks) {
      const u32 records = mark.records[partition_] - before;
      if (records != 0) runs.push_back({sequence, s, records});
      taken += records;
      before = mark.records[partition_];
      sequence = mark.sequence;
    }
    if (total > taken) runs.push_back({sequence, s, total - taken});
  }
  std::stable_sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.sequence < b.sequence; });
  return runs;
}

std::unique_ptr<GroupBlock> PartitionGroups::build(MemoryBudget& budget) {
  index_ = std::make_unique<GroupIndex>(shape_.keys, shape_.row, context_, budget);
  batch_ = std::make_unique<RecordBatch>(shape_);
  updater_ = std::make_unique<StateUpdater>(shape_.plan);
  most_ = 0;
  for (PartitionedRows* store : raw_) most_ += store->records(partition_);
  for (PartitionedRows* store : states_) most_ += store->records(partition_);
  if (!shape_.plan.streams.empty()) {
    if (too_large(budget)) split_up(budget);
    for (u32 s = 0; s < shape_.plan.streams.size(); ++s)
      values_.push_back(std::make_unique<ValueStore>(shape_, s, context_, budget, 0));
  }
  // States come from the table that was filled before rows went to partitions: mostly the earlier ones.
  for (PartitionedRows* store : states_) {
    PartitionCursor cursor(*store, partition_, true);
    u32 n = 0;
    while (const u64* records = cursor.next(kVectorRows, n)) {
      context_.check_cancelled();
      add_states(records, n, budget);
    }
  }
  std::vector<PartitionCursor> cursors;
  for (PartitionedRows* store : raw_) cursors.emplace_back(*store, partition_, true);
  for (const Run& run : runs()) {
    context_.check_cancelled();
    u64 left = run.records;
    while (left != 0) {
      u32 n = 0;
      const u64* records = cursors[run.store].next(std::min<u64>(left, kVectorRows), n);
      if (n == 0) throw Error(ErrorCode::Internal, "a partition has fewer rows than were put into it");
      add_raw(records, n, budget);
      left -= n;
    }
  }
  cursors.clear();
  for (PartitionedRows* store : raw_) store->drop_partition(partition_);
  for (PartitionedRows* store : states_) store->drop_partition(partition_);
  batch_.reset();
  updater_.reset();
  if (part_raw_ == nullptr) finish_streams(budget);
  values_.clear();
  if (part_raw_ == nullptr) return finish(std::move(index_), budget);
  index_.reset();
  part_raw_->spill();
  part_raw_->trim();
  part_states_->spill();
  part_states_->trim();
  return nullptr;
}

// Held values cannot be passed on to parts, so a partition that has some is split before it is begun. One that
// splitting hardly made smaller has few, large groups, whose values go to disk instead.
bool PartitionGroups::too_large(MemoryBudget& budget) const {
  if (level_ >= kMostLevels || most_ > parent_records_ / 10 * 9) return false;
  const u64 each = shape_.row.bytes + 24 + 24 * shape_.plan.streams.size();
  return most_ > kVectorRows && most_ * each > (budget.cap() - std::min(budget.cap(), budget.used())) / 2;
}

void PartitionGroups::finish_streams(MemoryBudget& budget) {
  for (u32 s = 0; s < values_.size(); ++s) {
    ValueTarget target;
    target.states = index_->rows() + shape_.row.state_offset;
    target.stride = shape_.row.bytes;
    target.groups = index_->count();
    finish_values(shape_, s, {&values_[s]->rows()}, 0, target, context_, budget);
  }
}

bool PartitionGroups::room(u32 n, MemoryBudget& budget) {
  if (part_raw_ != nullptr) return false;
  if (index_->make_room(n, most_) && index_->settle_texts()) return true;
  if (level_ >= kMostLevels || !values_.empty()) {
    throw Error(ErrorCode::Memory,
                "grouping holds groups that no further splitting makes fewer, and `memory` has no room for them; allow "
                "more, or group by fewer columns");
  }
  split_up(budget);
  return false;
}

void PartitionGroups::split_up(MemoryBudget& budget) {
  part_raw_ =
      std::make_unique<PartitionedRows>(context_, budget, std::max(shape_.raw_words, 1u), shape_.raw_texts, kSplitBits);
  part_states_ = std::make_unique<PartitionedRows>(context_, budget, static_cast<u32>(shape_.row.bytes / 8),
                                                   shape_.row_texts, kSplitBits);
  RecordBatch batch(shape_);
  const u32 words = static_cast<u32>(shape_.row.bytes / 8);
  for (u32 begin = 0; begin < index_->count(); begin += kVectorRows) {
    const u32 n = std::min(kVectorRows, index_->count() - begin);
    const u64* rows = reinterpret_cast<const u64*>(index_->row(begin));
    batch.load_rows(rows, words, n);
    pass_on(*part_states_, batch.keys.hashes.data(), rows, words, n);
  }
  index_->release();
}

void PartitionGroups::pass_on(PartitionedRows& store, const u64* hashes, const u64* records, u32 words, u32 n) {
  std::vector<WordSource> sources(words);
  for (u32 w = 0; w < words; ++w) sources[w] = {records + w, words};
  const u32 skip = kPartitionBits + (level_ - 1) * kSplitBits;
  store.append(hashes, skip, sources.data(), n);
}

void PartitionGroups::add_raw(const u64* records, u32 n, MemoryBudget& budget) {
  batch_->load_raw(records, n);
  if (!room(n, budget)) return pass_on(*part_raw_, batch_->keys.hashes.data(), records, shape_.raw_words, n);
  index_->find(batch_->keys, batch_->groups.data());
  UpdateTarget target;
  target.states = index_->rows() + shape_.row.state_offset;
  target.stride = shape_.row.bytes;
  target.group = batch_->groups.data();
  target.position = batch_->positions.data();
  target.texts = &index_->texts();
  if (shape_.ordered) {
    aggregate_kernels().note_first(index_->rows() + shape_.row.position_offset, shape_.row.bytes, target.group,
                                   target.position, n);
  }
  updater_->update(batch_->arguments, target);
  for (const auto& values : values_) values->add(batch_->arguments, target.group);
}

void PartitionGroups::add_states(const u64* records, u32 n, MemoryBudget& budget) {
  const u32 words = static_cast<u32>(shape_.row.bytes / 8);
  batch_->load_rows(records, words, n);
  if (!room(n, budget)) return pass_on(*part_states_, batch_->keys.hashes.data(), records, words, n);
  index_->find(batch_->keys, batch_->groups.data());
  if (shape_.ordered) {
    aggregate_kernels().note_first(index_->rows() + shape_.row.position_offset, shape_.row.bytes, batch_->groups.data(),
                                   batch_->positions.data(), n);
  }
  const u8* from[kVectorRows];
  for (u32 i = 0; i < n; ++i)
    from[i] = reinterpret_cast<const u8*>(records + std::size_t{i} * words) + shape_.row.state_offset;
  merge_states(shape_.plan, index_->rows() + shape_.row.state_offset, shape_.row.bytes, batch_->groups.data(), from, n,
               &index_->texts());
}

std::unique_ptr<GroupBlock> PartitionGroups::finish(std::unique_ptr<GroupIndex> index, MemoryBudget& budget) {
  auto block = std::make_unique<GroupBlock>();
  index->drop_slots();
  block->count = index->count();
  block->index = std::move(index);
  if (shape_.ordered) order_block(shape_, *block, budget);
  return block;
}

void order_block(const AggregateShape& shape, GroupBlock& block, MemoryBudget& budget) {
  const u32 count = block.count;
  const u32 words = static_cast<u32>(shape.row.bytes / 8);
  block.order_held = Reservation(budget);
  block.order_held.grow(u64{count} * 4, "the order of groups");
  block.order.resize(count);
  // Within a block the byte of the hash that decides is bits 55 … 48; the position fills the other 56 bits of a rank.
  Reservation held(budget);
  held.grow(u64{count} * 8, "the order of groups");
  std::vector<u64> rank(count);
  RecordBatch batch(shape);
  bool ascending = true;
  u64 last = 0;
  u32 begins[257] = {0};
  for (u32 begin = 0; begin < count; begin += kVectorRows) {
    const u32 n = std::min(kVectorRows, count - begin);
    batch.load_rows(reinterpret_cast<const u64*>(block.index->row(begin)), words, n);
    for (u32 i = 0; i < n; ++i) {
      const u64 bucket = (batch.keys.hashes[i] >> 48) & 0xff;
      rank[begin + i] = bucket << 56 | batch.positions[i];
      ascending = ascending && batch.positions[i] >= last;
      last = batch.positions[i];
      ++begins[bucket + 1];
    }
  }
  for (u32 b = 0; b < 256; ++b) begins[b + 1] += begins[b];
  for (u32 i = 0; i < count; ++i) block.order[begins[rank[i] >> 56]++] = i;
  if (ascending) return;
  for (u32 b = 0; b < 256; ++b) {
    const u32 from = b == 0 ? 0 : begins[b - 1];
    const auto earlier = [&](u32 x, u32 y) { return rank[x] < rank[y]; };
    const auto first = block.order.begin() + from, end = block.order.begin() + begins[b];
    if (!std::is_sorted(first, end, earlier)) std::sort(first, end, earlier);
  }
}

}  // namespace spillway
