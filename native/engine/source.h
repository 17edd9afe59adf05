// Where a pipeline's rows come from: morsels handed out in order, read vector by vector, column by column on demand.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "engine/context.h"
#include "engine/vector.h"

namespace spillway {

// A stretch of consecutive rows that one task reads from start to end. `first` and `last` mean what the source
// says (pages, runs, batches); sequence numbers count 0, 1, 2 … in row order and decide the order of results.
struct Morsel {
  u64 sequence = 0;
  u64 first = 0;
  u64 last = 0;
  std::shared_ptr<void> payload;
};

// One task's cursor; owns its scratch. Only one thread uses it at a time; it is reused morsel after morsel.
class MorselReader {
 public:
  virtual ~MorselReader() = default;
  virtual void open(const Morsel& morsel) = 0;
  virtual u32 next() = 0;  // rows of the next vector (1 … kVectorRows), 0 at the morsel's end
  // Column `index` (of the source's columns) of the current vector, read and decoded at the first call;
  // valid until next(). Not asking costs nothing: no read, no decode.
  virtual const Vector& column(u32 index) = 0;
  virtual u64 row() const = 0;  // number of the current vector's first row in the source
};

class Source {
 public:
  enum class Next { Ready, Wait, End };
  virtual ~Source() = default;

  virtual u32 column_count() const = 0;
  virtual ColumnFacts facts(u32 column) const = 0;
  virtual std::optional<u64> rows_at_most() const { return std::nullopt; }
  // The exact number of rows, when every reader's row() is the row's place among them, from first_place() on and
  // without gaps: results can then be put into place as they come. Asked after start.
  virtual std::optional<u64> rows_in_place() const { return std::nullopt; }
  virtual u64 first_place() const { return 0; }
  // Called before the first morsel when row() will be looked at: the same rows must have the same numbers under every
  // setting, also where finding them takes work.
  virtual void number_rows() {}
  // Called once before the first morsel, with the threads that will work.
  virtual void start(QueryContext& context) = 0;
  // Called by one thread at a time; quick (no I/O, no waiting). Wait: nothing now; the source calls the wake
  // function when there is more (feeds from JavaScript).
  virtual Next next_morsel(Morsel& morsel) = 0;
  virtual std::unique_ptr<MorselReader> make_reader() = 0;
  // How many rows, at most, a morsel has that may be opened any number of times, also by several readers at once;
  // 0: it is read once, by one.
  virtual u64 rows_to_share(const Morsel&) const { return 0; }
  virtual void on_ready(std::function<void()>) {}
  // No more morsels will be asked for (limit reached, error, cancel). May be called from any thread.
  virtual void stop() {}
  // 0 … 1 of the rows handed out so far, for progress; −1 when unknown.
  virtual double fraction() const { return -1; }
};

}  // namespace spillway
