// A dictionary's texts in Arrow's layout, made once per query and shared by every batch that uses it.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "engine/memory.h"
#include "engine/vector.h"

namespace spillway {

struct FlatDictionary {
  u32 size = 0;
  Buffer offsets;  // i32, size + 1
  Buffer text;
  std::size_t text_bytes = 0;
};

class FlatDictionaries {
 public:
  // The flat form of at least the dictionary's present size; made at the first call. nullptr: its texts are beyond
  // what i32 offsets can address. From any thread.
  std::shared_ptr<const FlatDictionary> of(const Dictionary& dictionary);
  bool has(const Dictionary& dictionary) const;

 private:
  mutable std::mutex mutex_;
  std::map<const Dictionary*, std::shared_ptr<const FlatDictionary>> made_;  // guarded by mutex_
};

}  // namespace spillway
