// A query from start to end: its pipelines one after another, on the pool, pulled by whoever reads it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/context.h"
#include "engine/output_queue.h"
#include "engine/pipeline_run.h"
#include "engine/process.h"

namespace spillway {

struct PipelineStatistics {
  u64 rows_in = 0, rows_out = 0, morsels = 0, tasks = 0, busy_nanos = 0, nanos = 0, bytes_read = 0, spilled = 0;
};

struct QueryStatistics {
  u64 rows_scanned = 0, bytes_read = 0, rows_delivered = 0, pages_pruned = 0, groups_pruned = 0;
  u64 morsels = 0, parked = 0, busy_nanos = 0, lock_waits = 0;
  u64 peak_memory = 0, spill_bytes = 0;
  std::vector<PipelineStatistics> pipelines;
};

struct QueryProgress {
  u64 rows = 0, bytes = 0;
  double fraction = -1;  // of all pipelines; −1: unknown
};

class Query final : public PoolClient, public Applicant, public std::enable_shared_from_this<Query> {
 public:
  enum class Pull { Block, Pending, End };

  // Starts as soon as its minimum of memory is granted. `changed` is called from any thread, without a lock, when
  // pull() may have a new answer; once more when the query is closed.
  // Throws Error Memory when the query may not even use its minimum.
  static std::shared_ptr<Query> start(Process& process, QueryDescription description,
                                      std::vector<std::shared_ptr<Handle>> handles, QueryOptions options,
                                      std::function<void()> changed);

  // The next block of the Batches or Collect sink; End when all rows were given, or, for other sinks, all was done.
  // Throws the query's error. A block's dictionaries live until close().
  Pull pull(Block& block);

  void cancel();  // ends with Error Cancelled, within milliseconds
  void close();   // also stops what still runs; frees everything on the pool
  bool closed() const { return closed_.load(std::memory_order_acquire); }
  void wait_closed();            // blocks the caller; after close()
  void wait_changed(u64 nanos);  // tests: blocks the caller until something changed, or the time is over

  QueryStatistics statistics() const;
  QueryProgress progress() const;

  bool run_one() noexcept override;  // for the pool

 private:
  enum class Stage : u8 { Waiting, SetUp, Consume, BeginPhase, Phase, Busy, Ended, Closed };
  enum class Kind : u8 { None, SetUp, Morsel, SinkTask, BeginPhase, PhaseTask, Abort, CleanUp };
  struct Work {
    Kind kind = Kind::None;
    Morsel morsel;
    std::function<void()> task;
    u32 phase = 0, index = 0;
  };

  Query(Process& process, QueryDescription description, std::vector<std::shared_ptr<Handle>> handles,
        QueryOptions options, std::function<void()> changed);

  bool try_grant() override;
  void admitted() override;
  void refused(Error error) override;
  u64 last_activity() const override { return last_activity_.load(std::memory_order_relaxed); }
  std::size_t minimum() const override { return minimum_memory(threads_); }

  void notify();
  void changed();
  Work take();                // under mutex_
  Work take_row_work();       // under mutex_: of the consuming stage
  Work exclusive(Kind kind);  // under mutex_
  void perform(Work& work);
  void settle(const Work& work, u32 tasks);  // under mutex_: after the work went well
  void fail(Error error) noexcept;
  void begin_pipeline();
  void conclude_pipeline();
  void clean_up() noexcept;
  PipelineRun& current() { return *pipelines_[current_]; }

  Process& process_;
  const QueryDescription description_;
  const u32 threads_;
  std::function<void()> changed_;
  std::shared_ptr<OutputQueue> output_ = std::make_shared<OutputQueue>();
  std::atomic<u64> last_activity_{0};
  std::atomic<u64> lock_waits_{0};
  std::atomic<bool> ended_{false}, closed_{false};

  // What clean_up destroys; pipelines before the context and the handles.
  std::vector<std::shared_ptr<Handle>> handles_;
  std::unique_ptr<QueryContext> context_;
  std::vector<std::unique_ptr<PipelineRun>> pipelines_;

  mutable std::mutex mutex_;  // all below
  Condition condition_;
  Stage stage_ = Stage::Waiting;
  bool granted_ = false;
  bool close_requested_ = false;
  bool parked_ = false;      // a thread found nothing to do since work last ended
  u32 running_ = 0;          // pieces of work being done
  std::size_t current_ = 0;  // pipeline
  bool exhausted_ = false;   // no more morsels of the current pipeline
  u64 next_sequence_ = 0;
  u32 phase_ = 0, phase_tasks_ = 0, next_task_ = 0;
  std::optional<Error> error_;
  std::optional<QueryStatistics> final_statistics_;  // set: what it was made from is being destroyed
};

}  // namespace spillway
