// Filling the array; once every group has been seen, first rows need no more looking at.
#include "engine/direct_groups.h"

#include <algorithm>

#include "kernels/aggregate.h"
#include "kernels/group.h"

namespace spillway {
namespace {

// With so few groups the same state would often be needed by the very next row, before it is written back.
constexpr u64 kCopiedGroups = 32;
constexpr u32 kCopies = 4;

}  // namespace

DirectGroups::DirectGroups(const AggregateShape& shape, QueryContext& context)
    : shape_(shape),
      context_(context),
      held_(context.memory),
      updater_(shape.plan),
      groups_(kVectorRows),
      spread_(kVectorRows) {}

bool DirectGroups::open() {
  const u64 domain = shape_.keys.domain();
  if (domain > 1 && domain <= kCopiedGroups) copies_ = kCopies;
  const u64 states = std::max<u64>(domain * copies_ * shape_.plan.state_bytes, 8);
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

void DirectGroups::settle() {
  const u64 domain = shape_.keys.domain();
  std::vector<u32> group;
  std::vector<const u8*> from;
  for (u64 copy = 1; copy < copies_; ++copy) {
    for (u64 g = 0; g < domain; ++g) {
      group.push_back(static_cast<u32>(g));
      from.push_back(state(copy * domain + g));
    }
  }
  merge_states(shape_.plan, states_.data(), shape_.plan.state_bytes, group.data(), from.data(),
               static_cast<u32>(group.size()), nullptr);
  copies_ = 1;
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
  if (copies_ > 1 && !aggregate_kernels().single(groups_.data(), keys.rows)) {
    const u32 domain = static_cast<u32>(shape_.keys.domain());
    for (u32 i = 0; i < keys.rows; ++i) spread_[i] = groups_[i] + i % kCopies * domain;
    target.group = spread_.data();
  }
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
