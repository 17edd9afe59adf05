// One pipeline at work: its source, program and sink, and the slots that threads use to run morsels through them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/description.h"
#include "engine/program.h"
#include "engine/sink.h"
#include "engine/sinks.h"
#include "engine/source.h"

namespace spillway {

class JoinTarget;  // neighbors/join_target.h

struct PipelineCounters {
  std::atomic<u64> rows_in{0}, rows_out{0};    // read from the source; left after the program's filters
  std::atomic<u64> morsels{0}, tasks{0};       // tasks: the sink's own pieces of work
  std::atomic<u64> busy_nanos{0};              // summed over threads
  std::atomic<u64> began{0}, ended{0};         // now_nanos()
  std::atomic<u64> bytes_read{0}, spilled{0};  // while it ran
};

class PipelineRun {
 public:
  PipelineRun(QueryContext& context, const PipelineDescription& description)
      : context_(context), description_(description) {}

  // Opens and starts source, program and sink. `results`: the earlier pipelines. May read files.
  void set_up(const std::vector<std::shared_ptr<Handle>>& handles,
              const std::vector<std::unique_ptr<PipelineRun>>& earlier, const std::shared_ptr<OutputQueue>& output,
              const std::function<void()>& wake);

  // From the source through the program into the sink; on any thread, at most options.threads at once.
  void run_morsel(const Morsel& morsel);

  // After the last morsel, before the sink's phases: frees what an earlier pipeline left in memory for this one.
  void end_input();
  // After the sink's last phase: frees what only running needed.
  void conclude();
  void stop() noexcept;  // no more morsels are wanted; again does nothing
  void abort() noexcept;

  bool is_set_up() const { return sink_ != nullptr; }
  Source& source() { return *source_; }
  Sink& sink() { return *sink_; }
  PipelineCounters& counters() { return counters_; }
  const PipelineCounters& counters() const { return counters_; }

 private:
  // What one thread needs for a morsel; taken from a free list, so that there are never more than threads.
  struct Slot {
    std::unique_ptr<MorselReader> reader;
    std::unique_ptr<ProgramState> program;
    std::unique_ptr<Sink::Local> local;
    std::vector<Vector> columns;
    Chunk chunk;
  };

  std::unique_ptr<Slot> take_slot();
  void give_slot(std::unique_ptr<Slot> slot);
  const Chunk& pass_through(Slot& slot, u32 rows);
  std::shared_ptr<Source> open_source(const std::vector<std::shared_ptr<Handle>>& handles,
                                      const std::vector<std::unique_ptr<PipelineRun>>& earlier);
  static std::shared_ptr<const JoinTarget> open_target(const NeighborJoinDescription& join,
                                                       const std::vector<std::shared_ptr<Handle>>& handles,
                                                       const std::vector<std::unique_ptr<PipelineRun>>& earlier);

  QueryContext& context_;
  const PipelineDescription& description_;
  std::shared_ptr<Source> scan_;            // the source itself if it is a scan, else nullptr
  std::shared_ptr<Source> source_;          // with its joins
  std::shared_ptr<const Program> program_;  // nullptr: the outputs are source columns as they are
  std::unique_ptr<Sink> sink_;
  std::mutex slot_mutex_;
  std::vector<std::unique_ptr<Slot>> free_slots_;  // guarded by slot_mutex_
  PipelineCounters counters_;
  bool places_ = false;  // the sink takes rows by their places
  u64 first_place_ = 0;  // the source's number of the first
  bool concluded_ = false;
  std::atomic<bool> stopped_{false};
};

}  // namespace spillway
