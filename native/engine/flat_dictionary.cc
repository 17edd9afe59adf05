// Flattens under a lock: two batches that need the same dictionary do not both make it.
#include "engine/flat_dictionary.h"

#include "engine/block.h"

namespace spillway {

bool FlatDictionaries::has(const Dictionary& dictionary) const {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = made_.find(&dictionary);
  return found != made_.end() && found->second != nullptr && found->second->size >= dictionary.size();
}

std::shared_ptr<const FlatDictionary> FlatDictionaries::of(const Dictionary& dictionary) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<const FlatDictionary>& made = made_[&dictionary];
  u32 size = dictionary.size();
  if (made != nullptr && made->size >= size) return made;
  const StringView* entries = dictionary.entries();
  std::size_t bytes = 0;
  for (u32 i = 0; i < size; ++i) bytes += entries[i].length;
  if (bytes > kBlockTextBytes) return nullptr;
  auto flat = std::make_shared<FlatDictionary>();
  flat->size = size;
  flat->offsets = Buffer((std::size_t{size} + 1) * 4);
  flat->text = Buffer(bytes);
  flat->text_bytes = bytes;
  i32* offsets = flat->offsets.as<i32>();
  std::size_t at = 0;
  for (u32 i = 0; i < size; ++i) {
    offsets[i] = static_cast<i32>(at);
    if (entries[i].length != 0) std::memcpy(flat->text.data() + at, entries[i].data(), entries[i].length);
    at += entries[i].length;
  }
  offsets[size] = static_cast<i32>(at);
  made = flat;
  return made;
}

}  // namespace spillway
