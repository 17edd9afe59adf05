// Storing values by group or by themselves, and telling distinct ones apart.
#include "engine/aggregate_values.h"

#include <algorithm>

#include "kernels/group.h"

namespace spillway {
namespace {

constexpr u32 kMostSplits = 10;

// Distinct values of one partition; a partition too large for the memory is split by further bits of the hash.
class DistinctValues {
 public:
  DistinctValues(const AggregateShape& shape, u32 stream, const ValueTarget& target, QueryContext& context,
                 MemoryBudget& budget)
      : shape_(shape),
        layout_(shape.stream_keys[stream]),
        stream_(stream),
        target_(target),
        context_(context),
        budget_(budget),
        updater_(shape.plan),
        batch_(shape.plan),
        groups_(kVectorRows) {
    row_.key_words = layout_.keys.words();
    row_.position_offset = row_.state_offset = row_.key_words * 8;
    row_.bytes = row_.key_words * 8;
    if (shape.plan.streams[stream].selects)
      unique_ = std::make_unique<PartitionedRows>(context, budget, row_.key_words, layout_.texts, 0);
  }

  void take(const std::vector<PartitionedRows*>& stores, u32 partition, u32 skip) {
    GroupIndex index(layout_.keys, row_, context_, budget_);
    std::unique_ptr<PartitionedRows> parts;
    u64 most = 0;
    for (PartitionedRows* store : stores) most += store->records(partition);
    for (PartitionedRows* store : stores) {
      PartitionCursor cursor(*store, partition, true);
      u32 n = 0;
      while (const u64* records = cursor.next(kVectorRows, n)) {
        context_.check_cancelled();
        load(records, n);
        if (parts == nullptr && !(index.make_room(n, most) && index.settle_texts())) {
          if (skip >= kMostSplits * kSplitBits) {
            throw Error(ErrorCode::Memory, "distinct values do not fit the memory however they are split; allow more");
          }
          parts = std::make_unique<PartitionedRows>(context_, budget_, row_.key_words, layout_.texts, kSplitBits);
          pass_on_index(index, *parts, skip);
          load(records, n);
        }
        if (parts == nullptr) {
          index.find(keys_, groups_.data());
        } else {
          pass_on(*parts, records, n, skip);
        }
      }
      store->drop_partition(partition);
    }
    if (parts == nullptr) return emit(index);
    index.release();
    parts->spill();
    parts->trim();
    for (u32 p = 0; p < parts->partitions(); ++p) take({parts.get()}, p, skip + kSplitBits);
  }

  PartitionedRows* unique() { return unique_.get(); }

 private:
  void load(const u64* records, u32 n) {
    const u32 words = row_.key_words;
    keys_.storage.resize(std::size_t{words} * kVectorRows);
    keys_.words.resize(words);
    keys_.rows = n;
    for (u32 w = 0; w < words; ++w) {
      u64* out = keys_.storage.data() + std::size_t{w} * kVectorRows;
      keys_.words[w] = out;
      for (u32 i = 0; i < n; ++i) out[i] = records[std::size_t{i} * words + w];
    }
    layout_.keys.hash(keys_);
  }

  void pass_on(PartitionedRows& parts, const u64* records, u32 n, u32 skip) {
    std::vector<WordSource> sources;
    for (u32 w = 0; w < row_.key_words; ++w) sources.push_back({records + w, row_.key_words});
    parts.append(keys_.hashes.data(), kPartitionBits + skip, sources.data(), n);
  }

  void pass_on_index(GroupIndex& index, PartitionedRows& parts, u32 skip) {
    for (u32 begin = 0; begin < index.count(); begin += kVectorRows) {
      const u32 n = std::min(kVectorRows, index.count() - begin);
      const u64* rows = reinterpret_cast<const u64*>(index.row(begin));
      load(rows, n);
      pass_on(parts, rows, n, skip);
    }
    index.release();
  }

  // Every row of the index is one distinct value.
  void emit(GroupIndex& index) {
    const u32 argument = shape_.plan.streams[stream_].argument;
    const u32 words = row_.key_words;
    const u32 value_word = layout_.grouped ? 1 : 0;
    const Type type = shape_.plan.arguments[argument].facts.type;
    std::vector<u64> ordered(kVectorRows);
    for (u32 begin = 0; begin < index.count(); begin += kVectorRows) {
      const u32 n = std::min(kVectorRows, index.count() - begin);
      const u64* rows = reinterpret_cast<const u64*>(index.row(begin));
      u64* values = batch_.words(argument);
      for (u32 i = 0; i < n; ++i) {
        groups_[i] = layout_.grouped ? static_cast<u32>(rows[std::size_t{i} * words]) : 0;
        values[i] = rows[std::size_t{i} * words + value_word];
      }
      if (unique_ != nullptr) {
        order_words(type, values, n, ordered.data());
        std::vector<u64> zeros(n, 0);
        std::vector<WordSource> sources;
        if (layout_.grouped) sources.push_back({rows, words});
        sources.push_back({ordered.data(), 1});
        unique_->append(zeros.data(), 0, sources.data(), n);
        continue;
      }
      batch_.begin(n);
      ArgumentColumn& column = batch_.fill(argument);
      column.words = values;
      column.valid = nullptr;
      column.valid_count = n;
      UpdateTarget into;
      into.states = target_.states;
      into.stride = target_.stride;
      into.group = groups_.data();
      updater_.update(batch_, into, static_cast<i32>(stream_));
    }
  }

 public:
  static void order_words(Type type, const u64* values, u32 n, u64* out) {
    const GroupTable& kernels = group_kernels();
    if (is_float(type)) {
      kernels.order_reals(reinterpret_cast<const f64*>(values), n, 0, out);
    } else if (type == Type::U64) {
      kernels.order_unsigned(values, n, 0, out);
    } else {
      kernels.order_integers(values, n, 0, out);
    }
  }

 private:
  const AggregateShape& shape_;
  const StreamKeys& layout_;
  const u32 stream_;
  const ValueTarget target_;
  QueryContext& context_;
  MemoryBudget& budget_;
  StateUpdater updater_;
  ArgumentBatch batch_;
  std::vector<u32> groups_;
  GroupRowLayout row_;
  KeyBatch keys_;
  std::unique_ptr<PartitionedRows> unique_;
};

}  // namespace

bool partitions_own_groups(const ValueStream& stream, u64 domain) {
  return domain >= kFewValueGroups || stream.selects;
}

ValueStore::ValueStore(const AggregateShape& shape, u32 stream, QueryContext& context, MemoryBudget& budget, u64 domain)
    : shape_(shape),
      stream_(stream),
      domain_(domain),
      rows_(context, budget, shape.stream_keys[stream].keys.words(), shape.stream_keys[stream].texts,
            domain == 0 ? 0 : kPartitionBits),
      hashes_(kVectorRows),
      bits_held_(budget) {
  const u64 bits = domain * shape.stream_keys[stream].bit_values;
  if (bits != 0) {
    const u64 bytes = (bits + 63) / 64 * 8;
    bits_held_.grow(bytes, "counting distinct values");
    bits_ = Buffer(bytes);
    if (bytes < kBlockBytes) std::memset(bits_.data(), 0, bytes);
    return;
  }
  const u32 words = shape.stream_keys[stream].keys.words();
  keys_.storage.resize(std::size_t{words} * kVectorRows);
  for (u32 w = 0; w < words; ++w) keys_.words.push_back(keys_.storage.data() + std::size_t{w} * kVectorRows);
}

void ValueStore::add(const ArgumentBatch& batch, const u32* groups) {
  const GroupTable& kernels = group_kernels();
  const ValueStream& stream = shape_.plan.streams[stream_];
  const StreamKeys& layout = shape_.stream_keys[stream_];
  const Argument& argument = shape_.plan.arguments[stream.argument];
  const ArgumentColumn& column = batch.column(stream.argument);
  if (!bits_.empty()) return set_bits(column, groups);
  const u32 n = column.valid_count;
  u64* group_words = keys_.storage.data();
  u64* values = keys_.storage.data() + (layout.grouped ? kVectorRows : 0);
  const auto row = [&](u32 i) { return column.valid == nullptr ? i : u32{column.valid[i]}; };
  keys_.rows = n;
  if (layout.grouped) {
    for (u32 i = 0; i < n; ++i) group_words[i] = groups[row(i)];
  }
  if (argument.text) {
    for (u32 i = 0; i < n; ++i) {
      std::memcpy(&values[i], &column.texts[row(i)], 8);
      std::memcpy(&values[kVectorRows + i], reinterpret_cast<const char*>(&column.texts[row(i)]) + 8, 8);
    }
  } else if (column.valid != nullptr) {
    kernels.gather_words(column.words, column.valid, n, values);
  } else {
    std::memcpy(values, column.words, std::size_t{n} * 8);
  }
  if (stream.selects && !stream.distinct) {
    DistinctValues::order_words(argument.facts.type, values, n, values);
  } else if (is_float(argument.facts.type)) {
    kernels.canonical_reals(values, n, values);
  }
  const u64* hashes = hashes_.data();
  if (domain_ == 0) {
    // One partition.
  } else if (partitions_own_groups(stream, domain_)) {
    for (u32 i = 0; i < n; ++i) hashes_[i] = (groups[row(i)] * u64{kPartitions} / domain_) << (64 - kPartitionBits);
  } else {
    layout.keys.hash(keys_);
    hashes = keys_.hashes.data();
  }
  WordSource sources[3];
  for (u32 w = 0; w < keys_.words.size(); ++w) sources[w] = {keys_.words[w], 1};
  rows_.append(hashes, 0, sources, n);
}

void finish_values(const AggregateShape& shape, u32 stream, const std::vector<PartitionedRows*>& stores, u32 partition,
                   const ValueTarget& target, QueryContext& context, MemoryBudget& budget) {
  const ValueStream& values = shape.plan.streams[stream];
  if (!values.distinct) return select_quantiles(shape, stream, stores, partition, target, context, budget);
  std::vector<u64> own;
  ValueTarget into = target;
  if (target.shared != nullptr) {
    own.assign(target.groups * target.stride / 8 + 1, 0);
    into.states = reinterpret_cast<u8*>(own.data());
  }
  DistinctValues distinct(shape, stream, into, context, budget);
  distinct.take(stores, partition, 0);
  if (distinct.unique() != nullptr)
    return select_quantiles(shape, stream, {distinct.unique()}, 0, target, context, budget);
  if (target.shared == nullptr) return;
  std::vector<u32> group(target.groups);
  std::vector<const u8*> from(target.groups);
  for (u32 g = 0; g < target.groups; ++g) {
    group[g] = g;
    from[g] = into.states + g * target.stride;
  }
  const std::lock_guard<std::mutex> guard(*target.shared);
  merge_states(shape.plan, target.states, target.stride, group.data(), from.data(), static_cast<u32>(target.groups),
               nullptr, static_cast<i32>(stream));
}

}  // namespace spillway
