// Filling the array; once every group has been seen, first rows need no more looking at.
#include "engine/direct_groups.h"

#include <algorithm>

#include "kernels/aggregate.h"
#include "kernels/group.h"

namespace spillway {

DirectGroups::DirectGroups(const AggregateShape& shape, QueryContext& context)
    : shape_(shape), context_(context), held_(context.memory), updater_(shape.plan), groups_(kVectorRows) {}

bool DirectGroups::open() {
  const u64 domain = shape_.keys.domain();
  const u64 states = std::max<u64>(domain * shape_.plan.state_bytes, 8);
  // Small arrays are not in proportion to anything.
  if (states + domain * 8 > 4096 && !held_.try_grow(states + domain * 8)) return false;
  states_ = Buffer(states);
  first_ = Buffer(domain * 8);
  if (states < kBlockBytes) std::memset(states_.data(), 0, states);
  if (domain * 8 < kBlockBytes) std::memset(first_.data(), 0, domain * 8);
  for (u32 s = 0; s < shape_.plan.streams.size(); ++s)
    values_.push_back(std::make_unique<ValueStore>(shape_, s, context_, context_.memory, domain));
  return true;
}

void DirectGroups::close() {
  states_ = Buffer();
  first_ = Buffer();
  held_.shrink(held_.bytes() - texts_reserved_);
}

void DirectGroups::begin_morsel(u64 sequence) {
  complete_ = seen_ == shape_.keys.domain() && sequence > latest_;
  latest_ = std::max(latest_, sequence);
}

void DirectGroups::add(const KeyBatch& keys, const ArgumentBatch& arguments, const u64* positions) {
  const u64 greatest = group_kernels().narrow(keys.words[0], keys.rows, groups_.data());
  if (greatest >= shape_.keys.domain()) {
    throw Error(ErrorCode::Format, "a key lies outside the range that its column's statistics promise");
  }
  if (!complete_) {
    seen_ += aggregate_kernels().note_first(first_.data(), 8, groups_.data(), positions, keys.rows);
  }
  UpdateTarget target;
  target.states = states_.data();
  target.stride = shape_.plan.state_bytes;
  target.group = groups_.data();
  target.position = positions;
  target.texts = &texts_;
  updater_.update(arguments, target);
  for (const auto& values : values_) values->add(arguments, groups_.data());
}

bool DirectGroups::settle_texts() {
  const u64 now = texts_.bytes();
  if (now <= texts_reserved_) return true;
  if (!held_.try_grow(now - texts_reserved_)) return false;
  texts_reserved_ = now;
  return true;
}

}  // namespace spillway
