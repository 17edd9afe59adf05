// The table's growth and its three searches: by words, by texts, by order.
#include "engine/aggregate_index.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

constexpr u64 kUpper = 0xffffffff00000000u;
constexpr u64 kLeastRows = 1024;
// What a node of the ordered tree takes beside the row.
constexpr u64 kNodeBytes = 64;

u64 slots_for(u64 rows) { return std::bit_ceil(rows + rows / 3); }

}  // namespace

GroupIndex::GroupIndex(const KeyLayout& keys, const GroupRowLayout& layout, QueryContext& context, MemoryBudget& budget)
    : keys_(keys), layout_(layout), context_(context), held_(budget), scratch_(std::max(layout.key_words, 1u)) {
  table_.stride = layout.bytes;
  table_.words = layout.key_words;
}

bool GroupIndex::make_room(u64 rows, u64 most) {
  const u64 wanted = std::min(table_.count + rows, std::max<u64>(most, table_.count));
  if (wanted <= capacity_) return true;
  if (wanted > 0xfffffff0u) return false;
  const u64 doubled = std::max(wanted, std::min(most, std::max(kLeastRows, capacity_ * 2)));
  // Where most rows are groups of their own, growing step by step would only copy.
  const bool fresh = table_.count > seen_ / 2 && seen_ >= kVectorRows / 2 && most != ~u64{0};
  return (fresh && grow(std::max(wanted, most))) || grow(doubled) || (wanted < doubled && grow(wanted));
}

bool GroupIndex::grow(u64 capacity) {
  const u64 slots = slots_for(capacity);
  const u64 tree = ordered_ != nullptr ? capacity * kNodeBytes : 0;
  // While it grows, old and new are both there.
  const u64 before = held_.bytes();
  const u64 after = capacity * layout_.bytes + slots * 8 + tree;
  if (!held_.try_grow(after)) return false;
  Buffer grown(capacity * layout_.bytes);
  if (table_.count != 0) std::memcpy(grown.data(), rows_.data(), table_.count * layout_.bytes);
  rows_ = std::move(grown);
  table_.rows = rows_.data();
  if (slots * 8 != slots_.size()) {
    slots_ = Buffer();
    slots_ = Buffer(slots * 8);
    table_.mask = slots - 1;
    table_.slots = slots_.as<u64>();
    rebuild_slots();
  }
  held_.shrink(before - texts_reserved_);
  capacity_ = capacity;
  return true;
}

// Places every row again, by the hash of its key.
void GroupIndex::rebuild_slots() {
  std::memset(slots_.data(), 0, slots_.size());
  if (ordered_ != nullptr) return;
  KeyBatch batch;
  batch.storage.resize(std::size_t{layout_.key_words} * kVectorRows);
  for (u32 w = 0; w < layout_.key_words; ++w)
    batch.words.push_back(batch.storage.data() + std::size_t{w} * kVectorRows);
  for (u32 begin = 0; begin < table_.count; begin += kVectorRows) {
    batch.rows = std::min(kVectorRows, table_.count - begin);
    for (u32 w = 0; w < layout_.key_words; ++w) {
      u64* out = batch.storage.data() + std::size_t{w} * kVectorRows;
      for (u32 i = 0; i < batch.rows; ++i) out[i] = key(begin + i)[w];
    }
    keys_.hash(batch);
    for (u32 i = 0; i < batch.rows; ++i) {
      const u64 hash = context_.options.equal_hashes ? 0 : batch.hashes[i];
      u64 slot = hash & table_.mask;
      while (table_.slots[slot] != 0) slot = (slot + 1) & table_.mask;
      table_.slots[slot] = (hash & kUpper) | (begin + i + 1);
    }
  }
}

void GroupIndex::find(const KeyBatch& batch, u32* group) {
  seen_ += batch.rows;
  if (ordered_ != nullptr) return find_ordered(batch, 0, group);
  if (keys_.has_text()) return find_text(batch, 0, group);
  const u64* hashes = batch.hashes.data();
  std::vector<u64> zeros;
  if (context_.options.equal_hashes) {
    zeros.assign(batch.rows, 0);
    hashes = zeros.data();
  }
  const u32 found = group_kernels().find(&table_, batch.words.data(), hashes, batch.rows, group);
  if (found == batch.rows) return;
  turn_ordered();
  find_ordered(batch, found, group);
}

// A new row for the key; long texts are copied, since the batch's go away.
u32 GroupIndex::insert(const u64* key) {
  const u32 number = table_.count++;
  u8* into = row(number);
  std::memset(into, 0, layout_.bytes);
  std::memcpy(into, key, std::size_t{layout_.key_words} * 8);
  if (!keys_.has_text()) return number;
  for (const KeyField& field : keys_.fields()) {
    if (!field.text || key[field.word] == ~u64{0}) continue;
    StringView text;
    std::memcpy(static_cast<void*>(&text), key + field.word, 16);
    text = texts_.copy(text);
    std::memcpy(into + std::size_t{field.word} * 8, &text, 16);
  }
  return number;
}

void GroupIndex::find_text(const KeyBatch& batch, u32 begin, u32* group) {
  for (u32 i = begin; i < batch.rows; ++i) {
    for (u32 w = 0; w < layout_.key_words; ++w) scratch_[w] = batch.words[w][i];
    const u64 hash = context_.options.equal_hashes ? 0 : batch.hashes[i];
    u64 slot = hash & table_.mask;
    u32 tries = 0;
    for (; tries < kProbeLimit; ++tries, slot = (slot + 1) & table_.mask) {
      const u64 entry = table_.slots[slot];
      if (entry == 0) {
        group[i] = insert(scratch_.data());
        table_.slots[slot] = (hash & kUpper) | (group[i] + 1);
        break;
      }
      const u32 number = static_cast<u32>(entry) - 1;
      if (((entry ^ hash) & kUpper) == 0 && keys_.equal(key(number), scratch_.data())) {
        group[i] = number;
        break;
      }
    }
    if (tries < kProbeLimit) continue;
    turn_ordered();
    return find_ordered(batch, i, group);
  }
}

void GroupIndex::turn_ordered() {
  held_.grow(capacity_ * kNodeBytes, "grouping keys whose hashes collide");
  ordered_ = std::make_unique<std::set<u32, Less>>(Less{this});
  for (u32 i = 0; i < table_.count; ++i) ordered_->insert(i);
}

void GroupIndex::find_ordered(const KeyBatch& batch, u32 begin, u32* group) {
  for (u32 i = begin; i < batch.rows; ++i) {
    for (u32 w = 0; w < layout_.key_words; ++w) scratch_[w] = batch.words[w][i];
    const auto place = ordered_->lower_bound(scratch_.data());
    if (place != ordered_->end() && keys_.equal(key(*place), scratch_.data())) {
      group[i] = *place;
    } else {
      group[i] = insert(scratch_.data());
      ordered_->insert(place, group[i]);
    }
  }
}

bool GroupIndex::settle_texts() {
  const u64 now = texts_.bytes();
  if (now <= texts_reserved_) return true;
  if (!held_.try_grow(now - texts_reserved_)) return false;
  texts_reserved_ = now;
  return true;
}

void GroupIndex::clear() {
  table_.count = 0;
  seen_ = 0;
  if (ordered_ != nullptr) ordered_->clear();
  if (slots_.size() != 0) std::memset(slots_.data(), 0, slots_.size());
  texts_.reset();
  const u64 kept = std::min<u64>(texts_.bytes(), texts_reserved_);
  held_.shrink(texts_reserved_ - kept);
  texts_reserved_ = kept;
}

void GroupIndex::release() {
  table_.count = 0;
  capacity_ = 0;
  ordered_.reset();
  slots_ = Buffer();
  rows_ = Buffer();
  texts_ = Arena(kTextBlock);
  texts_reserved_ = 0;
  held_.clear();
}

void GroupIndex::drop_slots() {
  ordered_.reset();
  slots_ = Buffer();
  if (table_.count < capacity_ / 2) {
    Buffer exact(std::max<u64>(table_.count, 1) * layout_.bytes);
    if (table_.count != 0) std::memcpy(exact.data(), rows_.data(), table_.count * layout_.bytes);
    rows_ = std::move(exact);
    table_.rows = rows_.data();
    capacity_ = table_.count;
  }
  const u64 needed = capacity_ * layout_.bytes + texts_reserved_;
  held_.shrink(held_.bytes() - std::min(needed, held_.bytes()));
}

}  // namespace spillway
