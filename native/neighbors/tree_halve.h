// A run of points cut in two along its widest coordinate, at a position that is given.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "engine/types.h"

namespace spillway {

template <class Value, u32 columns>
struct TreeRow {
  Value values[columns];
  u32 place;
};

// Moves the rank least of the keys, which all differ, to the front.
inline void select_least(u64* keys, u32 count, u32 rank) {
  for (u32 round = 0; count > 16; ++round) {
    if (round == 40) return std::nth_element(keys, keys + rank, keys + count);
    u64 a = keys[0], b = keys[count / 2], c = keys[count - 1];
    const u64 pivot = std::max(std::min(a, b), std::min(std::max(a, b), c));
    // Every key is swapped with the first that does not belong to the front: no branch depends on it.
    u32 below = 0;
    for (u32 i = 0; i < count; ++i) {
      const u64 key = keys[i];
      keys[i] = keys[below];
      keys[below] = key;
      below += key < pivot ? 1 : 0;
    }
    if (rank == below) return;
    if (rank < below) {
      count = below;
    } else {
      keys += below;
      count -= below;
      rank -= below;
    }
  }
  std::sort(keys, keys + count);
}

template <class Row>
class TreeHalving {
 public:
  // Copies the rows, the `rank` least before the others; 0 < rank < count. Which coordinate counts is guessed from some
  // of them; nothing but the shape of boxes depends on it.
  void run(const Row* from, Row* into, u32 count, u32 rank) {
    const u32 column = widest(from, count);
    if (column == kNone) {
      std::copy_n(from, count, into);
    } else if (count <= kDirect) {
      direct(from, into, count, rank, column);
    } else {
      sampled(from, into, count, rank, column);
    }
  }

 private:
  static constexpr u32 kNone = ~u32{0};
  static constexpr u32 kDirect = 1024;
  static constexpr u32 kLooked = 64;  // rows that the widest coordinate is guessed from
  using Value = std::remove_extent_t<decltype(Row::values)>;
  static constexpr u32 kColumns = sizeof(Row::values) / sizeof(Value);

  static u32 widest(const Row* rows, u32 count) {
    Value low[kColumns], high[kColumns];
    std::copy_n(rows[0].values, kColumns, low);
    std::copy_n(rows[0].values, kColumns, high);
    const auto look = [&](const Row& row) {
      for (u32 j = 0; j < kColumns; ++j) {
        low[j] = std::min(low[j], row.values[j]);
        high[j] = std::max(high[j], row.values[j]);
      }
    };
    const u32 step = std::max(1u, count / kLooked);
    for (u32 i = 0; i < count; i += step) look(rows[i]);
    u32 best = kNone;
    for (u32 round = 0; round < 2; ++round) {
      Value extent = 0;
      for (u32 j = 0; j < kColumns; ++j) {
        // Halved: the difference of finite numbers need not be finite.
        const Value some = high[j] / 2 - low[j] / 2;
        if (some > extent) {
          extent = some;
          best = j;
        }
      }
      if (best != kNone || step == 1) break;
      // Some are alike: perhaps not all.
      for (u32 i = 0; i < count; ++i) look(rows[i]);
    }
    return best;
  }

  void direct(const Row* from, Row* into, u32 count, u32 rank, u32 column) {
    f64 low = from[0].values[column], high = low;
    for (u32 i = 1; i < count; ++i) {
      const f64 value = from[i].values[column];
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    // In [0, 2^31], and monotone, which is all that is asked of it.
    const f64 scale = 0x1p31 / (high / 2 - low / 2);
    keys_.resize(count);
    for (u32 i = 0; i < count; ++i) {
      const f64 key = scale <= std::numeric_limits<f64>::max() ? (from[i].values[column] / 2 - low / 2) * scale : 0;
      keys_[i] = u64{static_cast<u32>(key)} << 32 | i;
    }
    select_least(keys_.data(), count, rank);
    for (u32 i = 0; i < count; ++i) into[i] = from[static_cast<u32>(keys_[i])];
  }

  // Between two numbers that a sample gives, few rows are left to be selected from.
  void sampled(const Row* from, Row* into, u32 count, u32 rank, u32 column) {
    const u32 size = std::clamp(count / 32, 128u, 1024u);
    sample_.resize(size);
    for (Value& value : sample_) {
      state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
      value = from[(state_ >> 32) * count >> 32].values[column];
    }
    std::sort(sample_.begin(), sample_.end());
    const f64 at = static_cast<f64>(rank) / count * size;
    // Three times what a sample's ranks spread.
    const f64 spread = 3 * std::sqrt(at * (size - at) / size) + 1;
    const Value low = at < spread ? -std::numeric_limits<Value>::infinity() : sample_[static_cast<u32>(at - spread)];
    const Value high =
        at + spread >= size ? std::numeric_limits<Value>::infinity() : sample_[static_cast<u32>(at + spread)];
    between_.clear();
    Row* left = into;
    Row* right = into + count - 1;
    for (u32 i = 0; i < count; ++i) {
      const Value value = from[i].values[column];
      if (value >= low && value <= high) {
        between_.push_back(i);
        continue;
      }
      // Written to both ends, so that no branch depends on the value: an end that does not move is written again.
      const bool below = value < low;
      *left = from[i];
      *right = from[i];
      left += below ? 1 : 0;
      right -= below ? 0 : 1;
    }
    const u32 before = static_cast<u32>(left - into), inside = static_cast<u32>(between_.size());
    if (rank > before && rank < before + inside) {
      kept_.resize(inside);
      for (u32 i = 0; i < inside; ++i) kept_[i] = from[between_[i]];
      direct(kept_.data(), left, inside, rank - before, column);
    } else {
      for (u32 i : between_) *left++ = from[i];
      // A sample that misled, or many equal numbers.
      if (rank != before && rank != before + inside) {
        kept_.assign(into, into + count);
        direct(kept_.data(), into, count, rank, column);
      }
    }
  }

  std::vector<u64> keys_;
  std::vector<Value> sample_;
  std::vector<u32> between_;
  std::vector<Row> kept_;
  u64 state_ = 1;
};

}  // namespace spillway
