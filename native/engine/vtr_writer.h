// Writes rows as the row groups of a .vtr file. The file's bytes depend on the rows alone, never on threads or timing.
//
// Rows arrive in morsels, in any order. A morsel's rows are copied into blocks on its own thread; finished morsels are
// lined up by sequence number and cut into row groups; each column of a row group is encoded as a task of its own; row
// groups get their place in the file in order, and are written there by yet another task.
#pragma once

#include <deque>
#include <map>
#include <mutex>

#include "engine/file.h"
#include "engine/handle.h"
#include "engine/vtr_file.h"
#include "engine/vtr_group.h"

namespace spillway {

struct VtrWriterOptions {
  std::string path;  // exists; pages go to it, everything else is the caller's affair
  format::FileId id{};
  std::vector<Type> types;
  format::Compression compression = format::Compression::Fast;
  u64 start = format::kHeaderBytes;      // first byte to write; a multiple of 8
  u32 first_group = 0;                   // row groups the file has already
  std::shared_ptr<VtrFile> appended_to;  // … whose dictionaries go on; nullptr for a new file
  bool merge_statistics = false;         // the new segment describes the row groups of `appended_to` too
};

// What was written; the footer is made from it.
struct VtrWritten {
  VtrSegment segment;
  u64 end = 0;              // first byte behind everything
  std::vector<bool> nulls;  // columns with a null among the new rows
};

class VtrWriter final : public Handle {
 public:
  explicit VtrWriter(VtrWriterOptions options) : options_(std::move(options)) {}
  const char* kind() const override { return "vtr writer"; }
  std::unique_ptr<Sink> open_sink(QueryContext& context, const SinkDescription& description) override;
  // After the query has ended well; nullptr before.
  std::shared_ptr<const VtrWritten> written() const;

 private:
  friend class VtrSink;
  VtrWriterOptions options_;
  mutable std::mutex mutex_;
  bool opened_ = false;
  std::shared_ptr<const VtrWritten> written_;
};

class VtrSink final : public Sink {
 public:
  explicit VtrSink(VtrWriter& writer) : writer_(writer), options_(writer.options_) {}

  void start(QueryContext& context, const std::vector<ColumnFacts>& inputs) override;
  std::unique_ptr<Local> make_local() override;
  void begin_morsel(Local&, u64 sequence) override;
  void consume(Local&, const Chunk&) override;
  void end_morsel(Local&, u64 sequence) override;
  bool admits(u64 sequence) override;
  std::function<void()> take_task() override;
  void on_ready(std::function<void()> wake) override { wake_ = std::move(wake); }
  u32 begin_phase(u32 phase) override;
  void run_task(u32 phase, u32 task) override;
  void abort() noexcept override;

 private:
  using Piece = std::vector<std::shared_ptr<VtrBlock>>;
  struct VtrLocal;
  struct TextColumn {
    std::mutex mutex;
    VtrDictionaryBuilder builder;
    std::map<u32, std::shared_ptr<VtrRowGroup>> waiting;  // collected, not assigned
    u32 next = 0;                                         // row group assigned next
  };

  std::shared_ptr<VtrBlock> take_block();
  void take_rows(Piece piece);
  void close_group();
  void add_task(std::function<void()> task);
  void collect(std::shared_ptr<VtrRowGroup> group, u32 column);
  void encode(const std::shared_ptr<VtrRowGroup>& group, u32 column);
  void place_encoded();
  void write(const std::shared_ptr<VtrRowGroup>& group);
  void prepend_statistics();
  void write_statistics();
  void count(std::ptrdiff_t bytes);

  VtrWriter& writer_;
  const VtrWriterOptions& options_;
  QueryContext* context_ = nullptr;
  File file_;
  std::vector<VtrInput> inputs_;
  std::size_t row_bytes_ = 0;
  u32 group_rows_ = kRowGroupRows;
  std::size_t window_ = 0;  // bytes that may be on their way
  std::vector<std::unique_ptr<TextColumn>> texts_;

  std::mutex mutex_;  // guards what follows
  std::function<void()> wake_;
  Reservation reserved_;
  std::size_t held_ = 0;          // bytes of blocks and encoded pages
  std::size_t counted_ = 0;       // … of them in `reserved_`
  u32 running_ = 0;               // morsels
  u32 working_ = 0;               // tasks queued or running
  std::map<u64, Piece> pending_;  // finished morsels that wait for earlier ones
  u64 next_sequence_ = 0;
  std::vector<VtrSlice> open_slices_;  // of the row group being filled
  u32 open_rows_ = 0;
  u32 next_group_ = 0;
  std::deque<std::function<void()>> tasks_;
  std::map<u32, std::shared_ptr<VtrRowGroup>> encoded_;  // waiting for their place
  u32 next_placed_ = 0;
  u64 end_ = 0;
  std::vector<u32> group_sizes_;
  std::vector<std::vector<format::ChunkEntry>> chunks_;  // by column
  u64 rows_ = 0;
  bool statistics_written_ = false;
  std::vector<std::shared_ptr<VtrBlock>> free_blocks_;
  std::vector<std::unique_ptr<VtrEncodeScratch>> scratch_;
};

}  // namespace spillway
