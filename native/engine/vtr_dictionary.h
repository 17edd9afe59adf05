// Text columns on their way into a .vtr file: the distinct texts of one row group, and the file-wide dictionary that
// their codes come from, given in the order of row groups so that files do not depend on threads.
#pragma once

#include <atomic>

#include "engine/vtr_rows.h"
#include "format/bytes.h"

namespace spillway {

// One text column of one row group as codes into its own distinct texts, in order of first appearance.
struct GroupTexts {
  std::vector<u32> codes;  // one per row; 0 where there is no value
  std::vector<StringView> entries;
  const Dictionary* source = nullptr;  // the entries come from it …
  std::vector<u32> source_codes;       // … where they have these codes
  std::vector<u64> validity;           // empty when every row has a value
  u32 nulls = 0;
};

// Finds the distinct texts of a column of a row group. Gives up (false) when there are more than `most`.
bool collect_texts(const std::vector<VtrSlice>& slices, u32 column, const VtrInput& input, u32 rows, u32 most,
                   GroupTexts& texts);

class VtrDictionaryBuilder {
 public:
  // What a group's texts became: codes of the file for each of its entries, and the block with the new ones.
  struct Assigned {
    bool plain = false;  // the dictionary was given up: texts are written as they are
    std::vector<u32> file_codes;
    u32 new_entries = 0;
    format::Bytes block;
  };

  // Entries a file that is appended to already has; `rows` its rows so far.
  void seed(const StringView* entries, u32 count, u64 rows);
  void give_up() { given_up_.store(true, std::memory_order_relaxed); }
  bool given_up() const { return given_up_.load(std::memory_order_relaxed); }

  // Row group after row group, in order; one thread at a time.
  Assigned assign(const GroupTexts& texts, bool collected, u32 rows);

 private:
  u32 find_or_add(const StringView& text, bool& added);
  void grow();

  Arena texts_;
  std::vector<StringView> entries_;
  std::vector<u64> hashes_;
  std::vector<u32> table_;  // entry + 1, 0 empty; a power of two
  const Dictionary* source_ = nullptr;
  std::vector<u32> from_source_;  // the file's codes of its entries, as far as they occurred
  u64 bytes_ = 0;
  u64 rows_seen_ = 0;
  std::atomic<bool> given_up_{false};
};

}  // namespace spillway
