// The groups of a neighbour join: keys as bytes that are equal when the keys are, and the groups they stand for.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/vector.h"

namespace spillway {

// −0 is 0, NaN is NaN, text is its bytes whatever dictionary it came with.
class JoinKeys {
 public:
  static constexpr u32 kNone = ~u32{0};

  JoinKeys(std::vector<Type> types, bool match_nulls) : types_(std::move(types)), match_nulls_(match_nulls) {}

  // False: a part of the key is null and so equals nothing.
  bool has_group(const Vector* columns, u32 row) const;
  // Replaces `key`.
  void encode(const Vector* columns, u32 row, std::string& key) const;

  // Groups count from 0 in the order they were added.
  u32 add(const std::string& key);
  u32 find(const std::string& key) const;
  u32 size() const { return static_cast<u32>(groups_.size()); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<Type> types_;
  bool match_nulls_;
  std::unordered_map<std::string, u32> groups_;
  std::size_t bytes_ = 0;
};

}  // namespace spillway
