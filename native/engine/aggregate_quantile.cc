// Choosing quantiles: values gathered by group and selected in memory, or, where they do not fit, found byte by byte in
// several passes over them.
#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/aggregate_values.h"

namespace spillway {
namespace {

f64 real_of(Type type, u64 word) {
  const u64 sign = u64{1} << 63;
  if (type == Type::U64) return static_cast<f64>(word);
  if (!is_float(type)) return static_cast<f64>(static_cast<i64>(word ^ sign));
  const u64 bits = (word & sign) != 0 ? word ^ sign : ~word;
  f64 value;
  std::memcpy(&value, &bits, 8);
  return value;
}

// Where a quantile lies among n values: between the values of ranks low and high.
struct Place {
  u64 low = 0, high = 0;
  f64 part = 0;

  Place(f64 p, u64 n) {
    const f64 at = p * static_cast<f64>(n - 1);
    low = std::min<u64>(static_cast<u64>(at), n - 1);
    part = at - static_cast<f64>(low);
    high = part > 0 && low + 1 < n ? low + 1 : low;
  }
};

class Selection {
 public:
  Selection(const AggregateShape& shape, u32 stream, const std::vector<PartitionedRows*>& stores, u32 partition,
            const ValueTarget& target, QueryContext& context, MemoryBudget& budget)
      : shape_(shape),
        stream_(shape.plan.streams[stream]),
        type_(shape.plan.arguments[stream_.argument].facts.type),
        grouped_(shape.stream_keys[stream].grouped),
        stores_(stores),
        partition_(partition),
        target_(target),
        context_(context),
        held_(budget) {}

  void run() {
    u64 total = 0;
    for (PartitionedRows* store : stores_) total += store->records(partition_);
    if (total == 0) return;
    u64 least = ~u64{0}, most = 0;
    if (grouped_) {
      read(false, [&](u64 group, u64) {
        least = std::min(least, group);
        most = std::max(most, group);
      });
    } else {
      least = 0;
    }
    first_group_ = least;
    const u64 groups = most - least + 1;
    held_.grow((groups + 1) * 8, "counts of a quantile's values");
    begins_.assign(groups + 1, 0);
    if (grouped_) {
      read(false, [&](u64 group, u64) { ++begins_[group - first_group_ + 1]; });
    } else {
      begins_[1] = total;
    }
    for (u64 g = 0; g < groups; ++g) begins_[g + 1] += begins_[g];
    if (held_.try_grow(total * 8)) {
      in_memory(groups, total);
    } else {
      in_passes(groups);
    }
    for (PartitionedRows* store : stores_) store->drop_partition(partition_);
  }

 private:
  template <class Take>
  void read(bool consume, const Take& take) {
    for (PartitionedRows* store : stores_) {
      PartitionCursor cursor(*store, partition_, consume);
      u32 n = 0;
      while (const u64* records = cursor.next(kVectorRows, n)) {
        context_.check_cancelled();
        if (grouped_) {
          for (u32 i = 0; i < n; ++i) take(records[2 * i], records[2 * i + 1]);
        } else {
          for (u32 i = 0; i < n; ++i) take(0, records[i]);
        }
      }
    }
  }

  void store(u64 group, u32 part, u64 low, u64 high, f64 between) {
    const f64 a = real_of(type_, low), b = real_of(type_, high);
    const f64 value = between == 0 || a == b ? a : a + (b - a) * between;
    WordAt result = {1, 0};
    std::memcpy(&result.value, &value, 8);
    std::memcpy(target_.states + (first_group_ + group) * target_.stride + shape_.plan.parts[part].offset, &result,
                sizeof result);
  }

  void in_memory(u64 groups, u64 total) {
    Buffer buffer(total * 8);
    u64* values = buffer.as<u64>();
    std::vector<u64> next(begins_.begin(), begins_.end() - 1);
    read(true, [&](u64 group, u64 value) { values[next[group - first_group_]++] = value; });
    for (u64 g = 0; g < groups; ++g) {
      u64* begin = values + begins_[g];
      const u64 n = begins_[g + 1] - begins_[g];
      if (n == 0) continue;
      for (const auto& [p, part] : stream_.quantiles) {
        const Place place(p, n);
        std::nth_element(begin, begin + place.low, begin + n);
        const u64 low = begin[place.low];
        const u64 high = place.high == place.low ? low : *std::min_element(begin + place.high, begin + n);
        store(g, part, low, high, place.part);
      }
    }
  }

  // One value looked for: the bits known so far and the rank among the values that share them.
  struct Wanted {
    u64 group;
    u64 rank;
    u64 known = 0;
  };

  void in_passes(u64 groups) {
    constexpr u64 kBytes = 256 * 8;
    const u64 each = 2 * stream_.quantiles.size();
    u64 window = groups;
    while (window > 1 && !held_.try_grow(window * each * kBytes)) window /= 2;
    if (window == 1) held_.grow(each * kBytes, "the search for quantiles");
    for (u64 begin = 0; begin < groups; begin += window) search(begin, std::min(groups, begin + window), each);
  }

  void search(u64 begin, u64 end, u64 each) {
    std::vector<Wanted> wanted;
    for (u64 g = begin; g < end; ++g) {
      const u64 n = begins_[g + 1] - begins_[g];
      for (const auto& [p, part] : stream_.quantiles) {
        const Place place(p, std::max<u64>(n, 1));
        wanted.push_back({g, place.low});
        wanted.push_back({g, place.high});
      }
    }
    std::vector<u64> counts;
    for (u32 byte = 0; byte < 8; ++byte) {
      const u32 shift = 56 - 8 * byte;
      counts.assign(wanted.size() * 256, 0);
      read(false, [&](u64 group, u64 value) {
        const u64 g = group - first_group_;
        if (g < begin || g >= end) return;
        for (u64 w = (g - begin) * each; w < (g - begin + 1) * each; ++w) {
          if (byte == 0 || (value ^ wanted[w].known) >> (shift + 8) == 0) ++counts[w * 256 + ((value >> shift) & 0xff)];
        }
      });
      for (u64 w = 0; w < wanted.size(); ++w) {
        u64 value = 0;
        while (value < 255 && wanted[w].rank >= counts[w * 256 + value]) wanted[w].rank -= counts[w * 256 + value++];
        wanted[w].known |= value << shift;
      }
    }
    u64 w = 0;
    for (u64 g = begin; g < end; ++g) {
      const u64 n = begins_[g + 1] - begins_[g];
      for (const auto& [p, part] : stream_.quantiles) {
        if (n != 0) store(g, part, wanted[w].known, wanted[w + 1].known, Place(p, n).part);
        w += 2;
      }
    }
  }

  const AggregateShape& shape_;
  const ValueStream& stream_;
  const Type type_;
  const bool grouped_;
  const std::vector<PartitionedRows*>& stores_;
  const u32 partition_;
  const ValueTarget target_;
  QueryContext& context_;
  Reservation held_;
  u64 first_group_ = 0;
  std::vector<u64> begins_;
};

}  // namespace

void select_quantiles(const AggregateShape& shape, u32 stream, const std::vector<PartitionedRows*>& stores,
                      u32 partition, const ValueTarget& target, QueryContext& context, MemoryBudget& budget) {
  Selection(shape, stream, stores, partition, target, context, budget).run();
}

}  // namespace spillway
