// Finishing: the threads' arrays merged range by range, or their partitions built one by one; then the groups' order.
#include <algorithm>

#include "engine/aggregate_sink.h"

namespace spillway {
namespace {

constexpr u32 kRangeGroups = 8192;
constexpr u64 kSmallMemory = u64{64} << 20;

// So few groups come out by first row alone; they fit the smallest memory that a query may have.
bool few(const AggregateShape& shape, u64 groups) { return groups < 4096 && groups * shape.row.bytes <= u64{1} << 20; }

}  // namespace

u32 AggregateSink::begin_direct() {
  const AggregateShape& shape = groups_->shape;
  if (step_ == Step::Begin) {
    for (const auto& share : shares_) {
      if (share->direct == nullptr) continue;
      share->direct->settle();
      if (groups_->direct == nullptr) {
        groups_->direct = std::move(share->direct);
      } else {
        groups_->merged.push_back(std::move(share->direct));
      }
    }
    if (groups_->direct == nullptr) {
      groups_->direct = std::make_unique<DirectGroups>(shape, *context_);
      if (!groups_->direct->open()) throw Error(ErrorCode::Memory, "grouping has no memory for its groups");
    }
    ranges_ = std::vector<Range>((shape.keys.domain() + kRangeGroups - 1) / kRangeGroups);
    step_ = Step::Merge;
    return static_cast<u32>(ranges_.size());
  }
  if (step_ == Step::Merge) {
    for (const auto& merged : groups_->merged) merged->close();
    step_ = Step::Values;
    const u32 tasks = begin_values();
    if (tasks != 0) return tasks;
  }
  if (step_ == Step::Values) {
    step_ = Step::Scatter;
    const u32 tasks = begin_order();
    if (tasks != 0) return tasks;
  }
  if (step_ == Step::Scatter && !ranks_.empty()) {
    step_ = Step::Sort;
    return kPartitions;
  }
  ranks_ = std::vector<u64>();
  ranks_held_.clear();
  ranges_.clear();
  shares_.clear();
  return 0;
}

std::vector<ValueStore*> AggregateSink::value_stores(u32 stream) {
  std::vector<ValueStore*> stores = {&groups_->direct->values(stream)};
  for (const auto& merged : groups_->merged) stores.push_back(&merged->values(stream));
  return stores;
}

u32 AggregateSink::begin_values() {
  for (u32 s = 0; s < groups_->shape.plan.streams.size(); ++s) {
    const u64 bits = groups_->shape.stream_keys[s].bit_values * groups_->shape.keys.domain();
    for (u32 stretch = 0; stretch * kBitStretch < bits; ++stretch) value_tasks_.push_back({s, stretch});
    if (bits != 0) continue;
    const std::vector<ValueStore*> stores = value_stores(s);
    for (ValueStore* store : stores) store->rows().trim();
    for (u32 p = 0; p < kPartitions; ++p) {
      const auto has = [&](ValueStore* store) { return store->rows().records(p) != 0; };
      if (std::any_of(stores.begin(), stores.end(), has)) value_tasks_.push_back({s, p});
    }
  }
  return static_cast<u32>(value_tasks_.size());
}

void AggregateSink::finish_task(const ValueTask& task) {
  const AggregateShape& shape = groups_->shape;
  ValueTarget target;
  target.states = groups_->direct->state(0);
  target.stride = shape.plan.state_bytes;
  target.groups = shape.keys.domain();
  if (shape.stream_keys[task.stream].bit_values != 0) {
    std::vector<const u64*> bits;
    for (ValueStore* store : value_stores(task.stream)) bits.push_back(store->bits());
    return count_bits(shape, task.stream, bits, task.partition, target);
  }
  if (!partitions_own_groups(shape.plan.streams[task.stream], target.groups)) target.shared = &states_lock_;
  std::vector<PartitionedRows*> rows;
  for (ValueStore* store : value_stores(task.stream)) rows.push_back(&store->rows());
  finish_values(shape, task.stream, rows, task.partition, target, *context_, context_->memory);
}

u32 AggregateSink::begin_order() {
  const AggregateShape& shape = groups_->shape;
  u64 total = 0;
  for (const Range& range : ranges_) total += range.present.size();
  if (description_.key_count == 0) {
    groups_->direct_order.assign(1, 0);
    return 0;
  }
  if (few(shape, total) || !shape.ordered) {
    order_few();
    return 0;
  }
  begins_.assign(kPartitions + 1, 0);
  for (u32 p = 0; p < kPartitions; ++p) {
    begins_[p + 1] = begins_[p];
    for (Range& range : ranges_) {
      const u32 count = range.records[p];
      range.records[p] = begins_[p + 1];
      begins_[p + 1] += count;
    }
  }
  ranks_held_.grow(total * 12, "the order of groups");
  groups_->direct_order.resize(total);
  ranks_.resize(total);
  return static_cast<u32>(ranges_.size());
}

void AggregateSink::merge_range(u32 number) {
  const AggregateShape& shape = groups_->shape;
  DirectGroups& into = *groups_->direct;
  const u64 begin = u64{number} * kRangeGroups;
  const u64 end = std::min<u64>(shape.keys.domain(), begin + kRangeGroups);
  std::vector<u32> group;
  std::vector<const u8*> from;
  for (const auto& other : groups_->merged) {
    group.clear();
    from.clear();
    for (u64 g = begin; g < end; ++g) {
      const u64 first = other->first(g);
      if (first == 0) continue;
      const u64 known = into.first(g);
      if (known == 0 || first < known) into.set_first(g, first);
      group.push_back(static_cast<u32>(g));
      from.push_back(other->state(g));
    }
    merge_states(shape.plan, into.state(0), shape.plan.state_bytes, group.data(), from.data(),
                 static_cast<u32>(group.size()), nullptr);
  }
  Range& range = ranges_[number];
  for (u64 g = begin; g < end; ++g) {
    if (into.first(g) != 0) range.present.push_back(static_cast<u32>(g));
  }
  if (!shape.ordered) return;
  for (const u64 g : range.present) ++range.records[shape.keys.hash_one(&g) >> (64 - kPartitionBits)];
}

void AggregateSink::order_few() {
  auto& order = groups_->direct_order;
  for (const Range& range : ranges_) order.insert(order.end(), range.present.begin(), range.present.end());
  if (!groups_->shape.ordered) return;
  const DirectGroups& direct = *groups_->direct;
  std::sort(order.begin(), order.end(), [&](u32 a, u32 b) { return direct.first(a) < direct.first(b); });
}

void AggregateSink::scatter_range(u32 number) {
  const AggregateShape& shape = groups_->shape;
  Range& range = ranges_[number];
  for (const u64 g : range.present) {
    const u64 hash = shape.keys.hash_one(&g);
    const u32 place = range.records[hash >> (64 - kPartitionBits)]++;
    groups_->direct_order[place] = static_cast<u32>(g);
    ranks_[place] = ((hash >> 48) & 0xff) << 56 | (groups_->direct->first(g) - 1);
  }
}

void AggregateSink::sort_partition(u32 partition) {
  std::vector<std::pair<u64, u32>> ranked;
  for (u32 i = begins_[partition]; i < begins_[partition + 1]; ++i)
    ranked.emplace_back(ranks_[i], groups_->direct_order[i]);
  std::sort(ranked.begin(), ranked.end());
  u32 i = begins_[partition];
  for (const auto& entry : ranked) groups_->direct_order[i++] = entry.second;
}

u32 AggregateSink::begin_partitions() {
  u64 records = 0;
  for (const auto& share : shares_) {
    if (share->builder == nullptr) continue;
    raw_.push_back(&share->builder->raw());
    states_.push_back(&share->builder->states());
  }
  groups_->partitions.resize(kPartitions);
  for (u32 p = 0; p < kPartitions; ++p) {
    u64 here = 0;
    for (const PartitionedRows* store : raw_) here += store->records(p);
    for (const PartitionedRows* store : states_) here += store->records(p);
    if (here != 0) busy_.push_back(p);
    records += here;
  }
  // Where the groups may outgrow the memory, some is set aside for building them later, one by one.
  const u64 quarter = context_->memory.cap() / 4;
  const bool scarce = quarter < kSmallMemory || records * (groups_->shape.row.bytes + 16) > quarter;
  if (scarce && !groups_->kept.try_grow(quarter)) {
    for (const auto* stores : {&raw_, &states_}) {
      for (PartitionedRows* store : *stores) {
        store->spill();
        store->trim();
      }
    }
    groups_->kept.grow(quarter, "groups that do not fit the memory");
  }
  return static_cast<u32>(busy_.size());
}

// Partitions that were put off are tried again, now that the others' rows are gone.
u32 AggregateSink::begin_postponed() {
  busy_.clear();
  if (context_->memory.used() > context_->memory.cap() / 2) return 0;
  for (u32 p = 0; p < kPartitions; ++p) {
    const auto& later = groups_->partitions[p].later;
    if (later != nullptr && !later->split()) busy_.push_back(p);
  }
  return static_cast<u32>(busy_.size());
}

void AggregateSink::build_partition(u32 number) {
  AggregateGroups::Partition& partition = groups_->partitions[number];
  std::unique_ptr<PartitionGroups> building = std::move(partition.later);
  if (building == nullptr)
    building = std::make_unique<PartitionGroups>(groups_->shape, *context_, raw_, states_, number, 1);
  if (context_->memory.used() <= context_->memory.cap() / 4 * 3) {
    std::unique_ptr<GroupBlock> block = building->next(context_->memory, false);
    if (block != nullptr) {
      partition.blocks.push_back(std::move(block));
      return;
    }
  }
  building->spill();
  partition.later = std::move(building);
}

void AggregateSink::finish_partitions() {
  bool all_built = true;
  u64 total = 0;
  for (const auto& partition : groups_->partitions) {
    all_built = all_built && partition.later == nullptr;
    for (const auto& block : partition.blocks) total += block->count;
  }
  if (!all_built) {
    if (groups_->kept.bytes() == 0) groups_->kept.grow(context_->memory.cap() / 4, "groups that do not fit the memory");
    for (const auto& share : shares_) {
      if (share->builder != nullptr) groups_->builders.push_back(std::move(share->builder));
    }
    return;
  }
  groups_->kept.clear();
  if (!few(groups_->shape, total)) return;
  groups_->is_small = true;
  for (const auto& partition : groups_->partitions) {
    for (const auto& block : partition.blocks) {
      for (u32 i = 0; i < block->count; ++i) groups_->small.emplace_back(block.get(), i);
    }
  }
  const AggregateShape& shape = groups_->shape;
  if (!shape.ordered) return;
  const auto position = [&](const std::pair<const GroupBlock*, u32>& group) {
    u64 word;
    std::memcpy(&word, group.first->row(group.second) + shape.row.position_offset, 8);
    return word;
  };
  std::sort(groups_->small.begin(), groups_->small.end(),
            [&](const auto& a, const auto& b) { return position(a) < position(b); });
}

}  // namespace spillway
