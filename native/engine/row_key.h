// Sort keys as words: what a row's keys come to, most significant bits first, so that comparing words compares rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/description.h"
#include "engine/row_key_rank.h"
#include "engine/sort_row.h"

namespace spillway {

// The keys of a sort over one row layout. They are cut into stages, each giving a 64-bit word per row; rows compare by
// their first differing word. Keys of fixed width are packed bit by bit, so that most sorts have one stage or two.
// Plain text takes stages of its own: seven bytes each, then one stage (is_rest) that only a comparison of the texts
// decides.
class RowKey {
 public:
  // `beginnings`: for each key the expected beginning of its texts; may be shorter than `keys`. Any text sorts right.
  RowKey(const RowLayout& layout, const std::vector<SortKey>& keys, u32 group_columns,
         const std::vector<std::string>& beginnings = {});

  // The same keys of rows laid out otherwise.
  RowKey over(const RowLayout& layout) const;

  u32 stages() const { return static_cast<u32>(stages_.size()); }
  bool is_text(u32 stage) const { return stages_[stage].kind != Kind::Fixed; }
  bool is_rest(u32 stage) const { return stages_[stage].kind == Kind::Rest; }

  // Words of rows lying `stride` apart, or of rows anywhere.
  void words(u32 stage, const u8* rows, u32 stride, u32 count, u64* out) const;
  void words_at(u32 stage, const u8* const* rows, u32 count, u64* out) const;
  u64 word(u32 stage, const u8* row) const {
    u64 out;
    words(stage, row, 0, 1, &out);
    return out;
  }
  // <0, 0, >0 by the text that a rest stage stands for; only for rows equal in every stage before.
  int compare_rest(u32 stage, const u8* a, const u8* b) const;
  // <0, 0, >0 by all keys.
  int compare(const u8* a, const u8* b) const;

  // Do both rows belong to one group: are they equal in the first group_columns keys?
  bool same_group(const u8* a, const u8* b) const;
  // The bits of the first word that belong to the group columns.
  u64 group_mask() const { return group_stages_ > 0 ? ~u64{0} : group_mask_; }
  // Do these bits tell groups apart, without a look at later words?
  bool group_in_word() const { return group_stages_ == 0 || (group_stages_ == 1 && group_mask_ == 0 && !is_text(0)); }

 private:
  enum class Kind : u8 { Fixed, Text, Rest };
  enum class Coding : u8 { Integer, Rank, Float32, Float64, NullFlag };
  struct Field {
    Coding coding = Coding::Integer;
    u32 column = 0;
    u32 offset = 0;
    u32 width = 0;
    u32 bits = 0;
    u64 span = 0;
    bool descending = false;
    bool nulls_first = false;
    bool nulls_coded = false;  // null has a code of its own here …
    bool flagged = false;      // … or shares 0, because a NullFlag before it has decided
    u32 null_offset = 0;       // byte of the row and bit of it that say null
    u32 null_shift = 0;
    std::shared_ptr<const std::vector<u32>> ranks;
    std::string beginning;
  };
  struct Part {
    u32 field = 0;
    i32 shift = 0;  // left when positive
  };
  struct Stage {
    Kind kind = Kind::Fixed;
    std::vector<Part> parts;  // Fixed
    u32 field = 0;            // Text, Rest
    u32 chunk = 0;            // Text
  };

  static void find(Field& field, const RowLayout& layout);
  void add_fixed(Field field);
  void add_text(Field field);
  template <class At>
  void fixed_words(const Stage& stage, At at, u32 count, u64* out) const;
  template <class At>
  void field_codes(const Field& field, At at, u32 count, u64* out) const;
  u64 text_word(const Stage& stage, const u8* row) const;

  std::vector<Field> fields_;
  std::vector<Stage> stages_;
  u32 bit_ = 64;          // bits used of the last stage's word; 64: a new one is needed
  u32 group_stages_ = 0;  // stages that the group columns fill
  u64 group_mask_ = 0;    // … and their bits of the stage after them
};

}  // namespace spillway
