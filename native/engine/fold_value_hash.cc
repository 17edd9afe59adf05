// Column by column, so that each loop sees one type.
#include "engine/fold_value_hash.h"

#include "engine/text_hash.h"

namespace spillway {
namespace {

u64 hash_of_text(const StringView& text) { return mixed_word(text_hash(text)); }

u64 not_zero(u64 hash) { return hash == 0 ? 1 : hash; }

}  // namespace

template <class Use>
void FoldValueHash::each_hash(u32 index, const Vector& column, const FoldRows& rows, const Use& use) {
  if (column.type != Type::Utf8) {
    each_ordered_word(column, rows, [&](u32 i, u64 word) { use(i, mixed_word(word)); });
    return;
  }
  if (column.dictionary == nullptr) {
    each_value<StringView>(column, rows, [&](u32 i, const StringView& text) { use(i, hash_of_text(text)); });
    return;
  }
  Known& known = known_[index];
  if (known.dictionary != column.dictionary || known.hashes.size() != column.dictionary->size()) {
    known.dictionary = column.dictionary;
    known.hashes.assign(column.dictionary->size(), 0);
  }
  const StringView* entries = column.dictionary->entries();
  each_value<u32>(column, rows, [&](u32 i, u32 code) {
    u64& hash = known.hashes[code];
    if (hash == 0) hash = not_zero(hash_of_text(entries[code]));
    use(i, hash);
  });
}

void FoldValueHash::operator()(const Vector* columns, const FoldRows& rows, u64* hashes) {
  each_hash(0, columns[0], rows, [&](u32 i, u64 hash) { hashes[i] = not_zero(hash); });
  for (u32 c = 1; c < known_.size(); ++c) {
    each_hash(c, columns[c], rows, [&](u32 i, u64 hash) {
      hashes[i] = not_zero(mixed_word(hashes[i] * 0x9fb21c651e98df25u + not_zero(hash)));
    });
  }
}

std::size_t FoldValueHash::bytes() const {
  std::size_t held = 0;
  for (const Known& known : known_) held += known.hashes.capacity() * sizeof(u64);
  return held;
}

}  // namespace spillway
