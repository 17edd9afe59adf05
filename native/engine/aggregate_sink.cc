// Taking rows: keys packed, arguments widened, then either an array of states or a table with partitions behind it.
#include "engine/aggregate_sink.h"

#include <algorithm>

#include "kernels/aggregate.h"

namespace spillway {
namespace {

constexpr u64 kMostBits = u64{1} << 26;

}  // namespace

void AggregateSink::start(QueryContext& context, const std::vector<ColumnFacts>& inputs) {
  context_ = &context;
  groups_ = std::make_shared<AggregateGroups>();
  const u64 share = context.memory.cap() / std::max(context.options.threads, 1u);
  groups_->shape = AggregateShape::make(description_, inputs, std::min<u64>(kMostBits, share / 16 * 8));
  groups_->kept = Reservation(context.memory);
  ranks_held_ = Reservation(context.memory);
  const AggregateShape& shape = groups_->shape;
  const u64 domain = shape.keys.domain();
  const u64 bytes = domain * (shape.plan.state_bytes + 8) * std::max(context.options.threads, 1u);
  const bool few = domain == 1 || (!context.options.force_spill && !context.options.equal_hashes);
  direct_ = domain != 0 && few && bytes <= std::max<u64>(context.memory.cap() / 4, 4096);
}

std::unique_ptr<Sink::Local> AggregateSink::make_local() {
  auto local = std::make_unique<AggregateLocal>();
  local->share = std::make_shared<Share>(groups_->shape);
  const std::lock_guard<std::mutex> guard(lock_);
  shares_.push_back(local->share);
  return local;
}

void AggregateSink::begin_morsel(Local& local, u64 sequence) {
  Share& share = *static_cast<AggregateLocal&>(local).share;
  share.sequence = sequence;
  share.row = 0;
  if (share.direct != nullptr) share.direct->begin_morsel(sequence);
  if (share.builder != nullptr) share.builder->begin_morsel(sequence);
}

bool AggregateSink::open_direct(Share& share) {
  if (share.builder != nullptr) return false;
  if (share.direct != nullptr) return true;
  if (direct_) {
    auto direct = std::make_unique<DirectGroups>(groups_->shape, *context_);
    if (direct->open()) {
      share.direct = std::move(direct);
      share.direct->begin_morsel(share.sequence);
      return true;
    }
    refuse_if_held();
  }
  share.builder = std::make_unique<GroupBuilder>(groups_->shape, *context_);
  share.builder->begin_morsel(share.sequence);
  return false;
}

// The row's place: see kPositionRowBits. A morsel is far smaller than that many rows.
void AggregateSink::place_rows(Share& share, const Chunk& chunk) {
  const u64 base = share.sequence << kPositionRowBits;
  const u64 most = (u64{1} << kPositionRowBits) - 1;
  if (chunk.selection == nullptr && share.row + chunk.rows <= most) {
    for (u32 i = 0; i < chunk.selected; ++i) share.positions[i] = base + share.row + i;
  } else {
    for (u32 i = 0; i < chunk.selected; ++i) share.positions[i] = base + std::min(share.row + chunk.row_at(i), most);
  }
}

void AggregateSink::consume(Local& local, const Chunk& chunk) {
  Share& share = *static_cast<AggregateLocal&>(local).share;
  if (chunk.selected != 0) {
    const AggregateShape& shape = groups_->shape;
    shape.keys.pack(chunk, share.keys);
    share.arguments.load(chunk);
    const bool direct = open_direct(share);
    if (direct ? share.direct->needs_positions() : shape.positions) place_rows(share, chunk);
    if (direct) {
      share.direct->add(share.keys, share.arguments, share.positions.data());
      if (!share.direct->settle_texts()) leave_direct(share);
    } else {
      share.builder->add(share.keys, share.arguments, share.positions.data());
    }
  }
  share.row += chunk.rows;
}

void AggregateSink::end_morsel(Local& local, u64) {
  Share& share = *static_cast<AggregateLocal&>(local).share;
  if (context_->options.force_spill && share.builder != nullptr) share.builder->raw().spill();
}

// Values already held are stored by the array's group numbers, so that the array cannot be given up.
void AggregateSink::refuse_if_held() const {
  if (groups_->shape.plan.streams.empty()) return;
  throw Error(ErrorCode::Memory, "grouping has no memory for its groups; allow more with `memory`");
}

// Turns the array's groups into rows of the builder's partitions.
void AggregateSink::leave_direct(Share& share) {
  refuse_if_held();
  const AggregateShape& shape = groups_->shape;
  if (share.builder == nullptr) {
    share.builder = std::make_unique<GroupBuilder>(shape, *context_);
    share.builder->begin_morsel(share.sequence);
  }
  share.direct->settle();
  std::vector<u8> rows(kVectorRows * shape.row.bytes);
  u32 count = 0;
  for (u64 group = 0; group < shape.keys.domain(); ++group) {
    const u64 first = share.direct->first(group);
    if (first == 0) continue;
    u8* row = rows.data() + count * shape.row.bytes;
    std::memcpy(row, &group, 8);
    if (shape.ordered) std::memcpy(row + shape.row.position_offset, &first, 8);
    std::memcpy(row + shape.row.state_offset, share.direct->state(group), shape.plan.state_bytes);
    if (++count < kVectorRows) continue;
    share.builder->add_rows(rows.data(), count);
    count = 0;
  }
  share.builder->add_rows(rows.data(), count);
  share.direct.reset();
}

u32 AggregateSink::begin_phase(u32 phase) {
  if (phase == 0) {
    finishing_direct_ = direct_ && std::none_of(shares_.begin(), shares_.end(),
                                                [](const auto& share) { return share->builder != nullptr; });
    if (!finishing_direct_) return static_cast<u32>(shares_.size());
  }
  if (finishing_direct_) return begin_direct();
  if (phase == 1) return begin_partitions();
  if (phase == 2 && begin_postponed() != 0) return static_cast<u32>(busy_.size());
  finish_partitions();
  shares_.clear();
  return 0;
}

void AggregateSink::run_task(u32 phase, u32 task) {
  context_->check_cancelled();
  if (finishing_direct_) {
    switch (step_) {
      case Step::Merge: return merge_range(task);
      case Step::Values: return finish_task(value_tasks_[task]);
      case Step::Scatter: return scatter_range(task);
      default: return sort_partition(task);
    }
  }
  if (phase != 0) return build_partition(busy_[task]);
  Share& share = *shares_[task];
  if (share.direct != nullptr) leave_direct(share);
  if (share.builder == nullptr) return;
  share.builder->flush();
  for (PartitionedRows* store : {&share.builder->raw(), &share.builder->states()}) {
    // Building needs memory too.
    if (context_->memory.used() > context_->memory.cap() / 2) store->spill();
    store->trim();
  }
}

std::unique_ptr<Sink> make_aggregate_sink(const SinkDescription& description) {
  return std::make_unique<AggregateSink>(description);
}

}  // namespace spillway
