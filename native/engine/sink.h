// Where a pipeline's rows go. A sink takes chunks from many threads, then finishes in phases of parallel tasks.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/context.h"
#include "engine/source.h"
#include "engine/vector.h"

namespace spillway {

class JoinReference;  // the side of a neighbour join that is searched (neighbors/join_reference.h)

class Sink {
 public:
  // State of one worker slot: used by one thread at a time, reused task after task, owned by the driver and
  // destroyed after the sink has finished. There are at most options.threads of them.
  struct Local {
    virtual ~Local() = default;
  };

  virtual ~Sink() = default;

  // Before the first row. `inputs` describes the chunk's columns (the program's outputs).
  virtual void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) = 0;
  virtual std::unique_ptr<Local> make_local() = 0;

  // Consuming: begin_morsel, consume*, end_morsel run on one thread with one local. Chunks of a morsel come in row
  // order; morsels in any order, but each sequence number comes exactly once (also when no row survives).
  virtual void begin_morsel(Local&, u64 /*sequence*/) {}
  virtual void consume(Local&, const Chunk&) = 0;
  virtual void end_morsel(Local&, u64 /*sequence*/) {}

  // Do results depend on Chunk::place_of? Asked after start.
  virtual bool looks_at_places() const { return false; }
  // Said after start, when the pipeline keeps all of its source's rows and knows the place of each among `rows`. A sink
  // that answers true is given its chunks by place() instead of consume(): no selection, `row` is the first one's
  // place.
  virtual bool knows_places(u64 /*rows*/) { return false; }
  virtual void place(Local&, const Chunk&, u64 /*row*/) {}

  // Back-pressure: may the morsel with this sequence number start now? Called under the driver's lock; quick.
  // When the answer turns to true later, the sink calls the wake function.
  virtual bool admits(u64 /*sequence*/) { return true; }
  // Nothing more is wanted (limit reached): no further morsel is started. Called under the driver's lock; quick.
  virtual bool satisfied() const { return false; }
  // A piece of work that became ready while rows still come (encode a full row group, merge runs); run by a pool
  // thread like a morsel. Empty function: none now. Called under the driver's lock; quick.
  virtual std::function<void()> take_task() { return {}; }
  virtual void on_ready(std::function<void()>) {}

  // Finishing, after every morsel and task ended: phase 0, 1, 2 …; each begins with begin_phase, which may do a little
  // serial work and returns how many tasks the phase has (0: finished). Tasks of a phase run in parallel.
  // Like morsels, a task may be held back: task_admitted is asked, under the lock, before task i starts (in order).
  virtual u32 begin_phase(u32 /*phase*/) { return 0; }
  virtual void run_task(u32 /*phase*/, u32 /*task*/) {}
  virtual bool task_admitted(u32 /*phase*/, u32 /*task*/) { return true; }

  // What the next pipeline reads; asked once, after finishing. Its columns are described by the sink's kind.
  virtual std::shared_ptr<Source> result() { return nullptr; }
  // Of a Neighbors sink, instead: what a join searches; asked once.
  virtual std::shared_ptr<const JoinReference> neighbors() { return nullptr; }

  // The query failed or was cancelled: remove unfinished files. Quick: memory is given back when the sink is destroyed,
  // after the caller was told. No other call follows.
  virtual void abort() noexcept {}
};

}  // namespace spillway
