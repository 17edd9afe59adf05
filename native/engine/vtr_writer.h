// Writes rows as the row groups of a .vtr file. The file's bytes depend on the rows alone, never on threads or timing.
//
// Rows arrive in morsels, in any order. A morsel's rows are copied into blocks on its own thread; finished morsels are
// lined up by sequence number and cut into row groups, which vtr_output.h brings into the file.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "engine/handle.h"
#include "engine/vtr_output.h"

namespace spillway {

class VtrWriter final : public Handle {
 public:
  explicit VtrWriter(VtrWriterOptions options) : options_(std::move(options)) {}
  const char* kind() const override { return "vtr writer"; }
  // A VtrSink, or for WriteShards a ShardSink.
  std::unique_ptr<Sink> open_sink(QueryContext& context, const SinkDescription& description) override;
  const VtrWriterOptions& options() const { return options_; }
  // Said by the sink, when everything is in the file.
  void finish(std::shared_ptr<const VtrWritten> written);
  // After the query has ended well; nullptr before.
  std::shared_ptr<const VtrWritten> written() const;

 private:
  VtrWriterOptions options_;
  mutable std::mutex mutex_;
  bool opened_ = false;
  std::shared_ptr<const VtrWritten> written_;
};

class VtrSink final : public Sink {
 public:
  explicit VtrSink(VtrWriter& writer) : writer_(writer) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override;
  std::unique_ptr<Local> make_local() override;
  void begin_morsel(Local&, u64 sequence) override;
  void consume(Local&, const Chunk&) override;
  void end_morsel(Local&, u64 sequence) override;
  bool admits(u64 sequence) override;
  std::function<void()> take_task() override { return output_->take_task(); }
  void on_ready(std::function<void()> wake) override { wake_ = std::move(wake); }
  u32 begin_phase(u32 phase) override;
  void run_task(u32 phase, u32 task) override;
  void abort() noexcept override;

 private:
  using Piece = std::vector<std::shared_ptr<VtrBlock>>;
  struct VtrLocal;

  std::shared_ptr<VtrBlock> take_block();
  void take_rows(Piece piece);
  void close_group();
  void reuse(VtrRowGroup& group);

  VtrWriter& writer_;
  std::function<void()> wake_;
  std::optional<VtrOutput> output_;
  std::size_t window_ = 0;  // bytes that may be on their way
  bool finished_ = false;

  std::mutex mutex_;              // guards what follows; taken before the output's
  u32 running_ = 0;               // morsels
  std::map<u64, Piece> pending_;  // finished morsels that wait for earlier ones
  u64 next_sequence_ = 0;
  std::vector<VtrSlice> open_slices_;  // of the row group being filled
  std::shared_ptr<Piece> open_blocks_;
  u32 open_rows_ = 0;
  Piece free_blocks_;
};

}  // namespace spillway
