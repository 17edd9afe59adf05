// The aggregate sink: rows into groups on every thread, then the threads' groups into one, in parallel.
#pragma once

#include <mutex>

#include "engine/aggregate_result.h"
#include "engine/group_builder.h"
#include "engine/sinks.h"

namespace spillway {

class AggregateSink final : public Sink {
 public:
  explicit AggregateSink(const SinkDescription& description) : description_(description) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override;
  std::unique_ptr<Local> make_local() override;
  void begin_morsel(Local& local, u64 sequence) override;
  void consume(Local& local, const Chunk& chunk) override;
  void end_morsel(Local& local, u64 sequence) override;
  u32 begin_phase(u32 phase) override;
  void run_task(u32 phase, u32 task) override;
  std::shared_ptr<Source> result() override { return make_aggregate_source(std::move(groups_)); }

 private:
  // One thread's part; shared with the driver's Local so that it lives until it is merged.
  struct Share {
    Share(const AggregateShape& shape) : arguments(shape.plan), positions(kVectorRows) {}
    KeyBatch keys;
    ArgumentBatch arguments;
    std::vector<u64> positions;
    u64 sequence = 0;
    u64 row = 0;  // rows of the morsel before the current chunk
    std::unique_ptr<DirectGroups> direct;
    std::unique_ptr<GroupBuilder> builder;
  };
  struct AggregateLocal final : Local {
    std::shared_ptr<Share> share;
  };
  // A stretch of the direct domain while merging.
  struct Range {
    std::vector<u32> present;
    u32 records[kPartitions] = {0};  // of each partition of the order
  };

  bool open_direct(Share& share);
  void leave_direct(Share& share);
  void place_rows(Share& share, const Chunk& chunk);

  // The phases of finishing arrays.
  enum class Step { Begin, Merge, Values, Scatter, Sort };
  struct ValueTask {
    u32 stream, partition;  // or the stretch of its bits
  };

  u32 begin_direct();
  std::vector<ValueStore*> value_stores(u32 stream);
  u32 begin_values();
  u32 begin_order();
  void finish_task(const ValueTask& task);
  void refuse_if_held() const;
  void merge_range(u32 range);
  void scatter_range(u32 range);
  void sort_partition(u32 partition);
  void order_few();

  u32 begin_partitions();
  u32 begin_postponed();
  void build_partition(u32 number);
  void finish_partitions();

  const SinkDescription description_;
  QueryContext* context_ = nullptr;
  std::shared_ptr<AggregateGroups> groups_;
  bool direct_ = false;
  std::mutex lock_;
  std::vector<std::shared_ptr<Share>> shares_;
  bool finishing_direct_ = false;
  Step step_ = Step::Begin;
  std::vector<ValueTask> value_tasks_;
  std::mutex states_lock_;  // for the few states that several tasks add distinct values to
  std::vector<Range> ranges_;
  std::vector<u64> ranks_;
  std::vector<u32> begins_;  // of each partition in the order
  Reservation ranks_held_;
  std::vector<PartitionedRows*> raw_, states_;
  std::vector<u32> busy_;  // partitions with records
};

}  // namespace spillway
