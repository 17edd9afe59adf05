// Results of one operation for every entry of a dictionary: a function of one dictionary column runs once per
// distinct value, not once per row.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/program_operation.h"

namespace spillway {

// Results by code; the entry after the last code is the result for a null.
struct MemoTable {
  const Dictionary* source = nullptr;
  u32 size = 0;                         // entries of the source when this was made
  bool usable = true;                   // false: some entry has no result, so rows are computed one by one
  std::vector<u8> values;               // fixed width results, or u32 codes of `derived`
  std::vector<u8> present;              // per code, 0: null; empty: no result is null
  std::unique_ptr<Dictionary> derived;  // text results
  bool has_single = false;              // bool results that differ from the rest at one code alone …
  u32 single = 0;
  u8 single_value = 0;  // … where they are this
  Arena arena;
  const MemoTable* older = nullptr;
};

// Shared by the program's states. A table is made by one thread while others go on row by row; it never changes
// afterwards and lives as long as the program.
class Memo {
 public:
  // `operands`: the constants in their places; `varying[i]`: place i takes the column.
  Memo(ResolvedOperation operation, Type result, std::vector<Vector> operands, std::vector<bool> varying);
  ~Memo();
  Memo(const Memo&) = delete;
  Memo& operator=(const Memo&) = delete;

  // The results for `dictionary`, or null: compute these `rows` rows by themselves (the table is not worth its making
  // yet, is being made, or has no results). Throws Error Internal if a promised dictionary has grown.
  const MemoTable* table(const Dictionary& dictionary, u32 rows);

  // The derived dictionary that every vector over `dictionary` will have from now on, or null: there is none to promise
  // (results are no text, some entry has no result, or the dictionary is large).
  const Dictionary* promise(const Dictionary& dictionary);

  // Writes the results for a column of `rows` codes into `out` and `validity`; says whether there may be nulls.
  // A text result is codes of the table's derived dictionary.
  bool look_up(const MemoTable& table, const Vector& column, u32 rows, void* out, u64* validity) const;

 private:
  const MemoTable* find(const Dictionary& dictionary) const;
  const MemoTable* make_now(const Dictionary& dictionary);
  std::unique_ptr<MemoTable> make(const Dictionary& dictionary) const;
  void compute(MemoTable& table, const StringView* texts, u32 begin, u32 rows, bool null_row,
               std::vector<StringView>& text_results) const;
  void derive(MemoTable& table, const std::vector<StringView>& texts) const;

  const ResolvedOperation operation_;
  const Type result_;
  const std::vector<Vector> operands_;
  const std::vector<bool> varying_;
  std::atomic<const MemoTable*> newest_{nullptr};
  std::atomic<u64> rows_seen_{0};
  std::atomic_flag making_ = ATOMIC_FLAG_INIT;
  const Dictionary* promised_ = nullptr;  // set before the program is shared
};

}  // namespace spillway
