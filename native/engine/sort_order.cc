// Ordering by stages: sort by a word, then give entries that agree the next stage's word and sort those.
#include "engine/sort_order.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t kBatch = 256;

class Ordering {
 public:
  Ordering(const RowKey& key, SortEntry* scratch, const InputOrder* input)
      : key_(key), scratch_(scratch), input_(input) {}

  // Sorts by the words present, which are of `stage`, then within equal words by what follows.
  void sort(SortEntry* entries, std::size_t count, u32 stage) {
    sort_by_word(entries, count, scratch_);
    if (stage + 1 >= key_.stages() && input_ == nullptr) return;
    for (std::size_t from = 0; from < count;) {
      std::size_t to = from + 1;
      while (to < count && entries[to].word == entries[from].word) ++to;
      if (to - from > 1) next(entries + from, to - from, stage + 1);
      from = to;
    }
  }

 private:
  // All entries agree in every stage before `stage`.
  void next(SortEntry* entries, std::size_t count, u32 stage) {
    // Stages in which all agree are passed by in a loop: long common beginnings need no deep recursion.
    for (; stage < key_.stages(); ++stage) {
      if (key_.is_rest(stage)) {
        if (rest(entries, count, stage)) return;
      } else if (rekey(entries, count, stage)) {
        return sort(entries, count, stage);
      }
    }
    if (input_ == nullptr) return;
    for (std::size_t i = 0; i < count; ++i) entries[i].word = (*input_)(entries[i].ref);
    sort_by_word(entries, count, scratch_);
  }

  // Gives entries their words of `stage`; false when all are equal.
  bool rekey(SortEntry* entries, std::size_t count, u32 stage) {
    const u8* rows[kBatch];
    u64 words[kBatch];
    u64 first = 0;
    bool differ = false;
    for (std::size_t done = 0; done < count; done += kBatch) {
      std::size_t now = std::min(kBatch, count - done);
      for (std::size_t i = 0; i < now; ++i) {
        rows[i] = row_of(entries[done + i].ref);
        __builtin_prefetch(rows[i]);
      }
      key_.words_at(stage, rows, static_cast<u32>(now), words);
      if (done == 0) first = words[0];
      for (std::size_t i = 0; i < now; ++i) {
        differ |= words[i] != first;
        entries[done + i].word = words[i];
      }
    }
    return differ;
  }

  // Sorts by whole texts; false when all are equal.
  bool rest(SortEntry* entries, std::size_t count, u32 stage) {
    bool differ = false;
    for (std::size_t i = 1; i < count && !differ; ++i) {
      differ = key_.compare_rest(stage, row_of(entries[0].ref), row_of(entries[i].ref)) != 0;
    }
    if (!differ) return false;
    std::stable_sort(entries, entries + count, [&](const SortEntry& a, const SortEntry& b) {
      return key_.compare_rest(stage, row_of(a.ref), row_of(b.ref)) < 0;
    });
    for (std::size_t from = 0; from < count;) {
      std::size_t to = from + 1;
      while (to < count && key_.compare_rest(stage, row_of(entries[from].ref), row_of(entries[to].ref)) == 0) ++to;
      if (to - from > 1) next(entries + from, to - from, stage + 1);
      from = to;
    }
    return true;
  }

  const RowKey& key_;
  SortEntry* scratch_;
  const InputOrder* input_;
};

}  // namespace

void order_entries(const RowKey& key, SortEntry* entries, std::size_t count, SortEntry* scratch,
                   const InputOrder* input) {
  Ordering(key, scratch, input).sort(entries, count, 0);
}

std::size_t GroupCut::cut(SortEntry* entries, std::size_t count) {
  const u8* rows[kBatch];
  u64 words[kBatch];
  u64 mask = key_.group_mask();
  std::size_t kept = 0;
  for (std::size_t done = 0; done < count; done += kBatch) {
    std::size_t now = std::min(kBatch, count - done);
    for (std::size_t i = 0; i < now; ++i) {
      rows[i] = row_of(entries[done + i].ref);
      __builtin_prefetch(rows[i]);
    }
    key_.words_at(0, rows, static_cast<u32>(now), words);
    for (std::size_t i = 0; i < now; ++i) {
      u64 word = words[i] & mask;
      bool same = last_ != nullptr && word == last_word_ && (key_.group_in_word() || key_.same_group(last_, rows[i]));
      seen_ = same ? seen_ : 0;
      last_ = rows[i];
      last_word_ = word;
      if (seen_ < limit_) entries[kept++] = entries[done + i];
      ++seen_;
    }
  }
  return kept;
}

void GroupCut::hold() {
  if (last_ == nullptr || last_ == held_.data()) return;
  held_.assign(last_, last_ + layout_.width());
  heap_.reset();
  for (u32 column : layout_.text_columns()) {
    u8* place = held_.data() + layout_.slot(column).offset;
    StringView text;
    std::memcpy(&text, place, sizeof text);
    text = heap_.copy(text);
    std::memcpy(place, &text, sizeof text);
  }
  last_ = held_.data();
}

void GroupCut::reset() {
  last_ = nullptr;
  seen_ = 0;
}

}  // namespace spillway
