// A running summary of rows with a bounded state: updated chunk by chunk, merged, saved and loaded.
//
// What it says does not depend on how rows were dealt out: any split of the rows over states, any order of updates and
// of merges gives the same result (floating-point sums: within 2⁻⁹⁰ of the sum of magnitudes, pair_real.h). Rows are
// told apart by Chunk::place_of, where a rule needs it.
#pragma once

#include <memory>
#include <string_view>

#include "engine/description.h"
#include "engine/vector.h"
#include "format/bytes.h"

namespace spillway {

class FoldState {
 public:
  virtual ~FoldState() = default;

  // What follows belongs to the morsel of this number. Morsels ascend with the places of their rows; each one's rows
  // all come to one state, in order. Where nothing is said, nothing is known.
  virtual void begin_morsel(u64 /*sequence*/) {}
  // `columns[i]` is argument i's vector; the chunk gives rows and selection. A row with a null in any argument is left
  // out and counted as skipped, unless the fold's definition says otherwise.
  virtual void update(const Chunk& chunk, const Vector* columns) = 0;
  // `other` is of the same fold; it may be emptied.
  virtual void merge(FoldState& other) = 0;
  // The state would be smaller together with those that saw the morsels between its own.
  virtual bool scattered() const { return false; }
  virtual void save(format::Bytes& out) const = 0;
  // What save wrote; throws format::Fault for anything else. The state was new.
  virtual void load(format::ByteReader& in) = 0;
  virtual std::size_t bytes() const = 0;  // held in memory
};

// One kind of fold: fold_<name>.cc has it, fold_kinds.cc lists it.
struct FoldKind {
  const char* name;
  // Throws Error Internal for arguments or parameters that the kind does not take (TypeScript checked them before).
  std::unique_ptr<FoldState> (*make)(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments);
};

// A state that saw what `fold.initial` says, or nothing; `arguments` describes the fold's own. Throws Error Internal
// for a fold that there is not, Format for bytes that are no state of it.
std::unique_ptr<FoldState> make_fold(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments);
std::vector<std::string> fold_names();

}  // namespace spillway
