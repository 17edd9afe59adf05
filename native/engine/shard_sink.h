// Writes rows into a .vtr file, clustered by shard: one pass, in parallel, within memory, without spilling.
//
// A morsel's rows are routed and ordered by shard on its own thread, then lined up by sequence number into the current
// run. A run that has its share of the memory is written: shards ascending, each with its rows of all morsels in input
// order, in row groups that vtr_output.h brings into the file; meanwhile the next run fills. The file's last column is
// the shard's number.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "engine/shard_directory.h"
#include "engine/shard_run.h"
#include "engine/sink.h"
#include "engine/vtr_writer.h"

namespace spillway {

class ShardSink final : public Sink {
 public:
  ShardSink(VtrWriter& writer, const SinkDescription& description)
      : writer_(writer), key_count_(description.key_count), shards_(description.shards) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override;
  std::unique_ptr<Local> make_local() override;
  void begin_morsel(Local&, u64 sequence) override;
  void consume(Local&, const Chunk&) override;
  void end_morsel(Local&, u64 sequence) override;
  bool admits(u64 sequence) override;
  std::function<void()> take_task() override;
  void on_ready(std::function<void()> wake) override { wake_ = std::move(wake); }
  u32 begin_phase(u32 phase) override;
  bool task_admitted(u32 phase, u32 task) override;
  void run_task(u32 phase, u32 task) override;
  std::shared_ptr<Source> result() override { return directory_.source(); }
  void abort() noexcept override;

 private:
  struct ShardLocal;
  using Clustered = std::vector<ShardBlock>;

  void count_stage(ShardLocal& local);
  void cluster(ShardLocal& local);
  void count_keys();
  std::shared_ptr<VtrBlock> take_block(u32 rows);
  std::function<void()> take_task_locked();
  bool idle() const;
  bool has_room() const;
  std::size_t run_bytes() const;
  void close_run();
  void cut_groups();
  void release(ShardRun& run);
  void write_statistics();

  VtrWriter& writer_;
  const u32 key_count_;
  const ShardDescription shards_;
  QueryContext* context_ = nullptr;
  std::function<void()> wake_;
  std::unique_ptr<ShardRouter> router_;
  std::optional<RowHasher> hasher_;
  ShardDirectory directory_;
  std::optional<VtrOutput> output_;
  u32 stage_rows_ = kRowGroupRows;

  mutable std::mutex mutex_;  // guards what follows; taken before the output's
  u32 running_ = 0;           // morsels
  u32 stages_ = 0;
  std::size_t key_bytes_ = 0;         // counted for keys and totals
  std::map<u64, Clustered> pending_;  // finished morsels that wait for earlier ones
  u64 next_sequence_ = 0;
  std::shared_ptr<ShardRun> open_;    // being filled
  std::shared_ptr<ShardRun> closed_;  // being cut into row groups
  bool cutting_ = false;              // a thread is at it
  bool ending_ = false;               // no more rows come
  bool statistics_due_ = false;       // in the last phase, when all rows are in the file
  bool finished_ = false;
  std::vector<std::shared_ptr<VtrBlock>> free_blocks_;
  std::size_t free_bytes_ = 0;  // of them; counted as held
  std::deque<std::function<void()>> admitted_;
};

}  // namespace spillway
