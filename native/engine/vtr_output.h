// Row groups on their way into a .vtr file: each column encoded as a task of its own, placed in order, written by yet
// another task, described at the end. What every sink that writes such a file has in common.
#pragma once

#include <deque>
#include <map>
#include <mutex>

#include "engine/file.h"
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

class VtrOutput {
 public:
  struct Calls {
    std::function<void()> wake;                 // there may be a task, or room
    std::function<void(VtrRowGroup&)> encoded;  // its rows are in pages now; slices and owner go after the call
  };

  // `facts`: of the columns of the file. Throws Error Internal when they are not the writer's, Io.
  VtrOutput(const VtrWriterOptions& options, QueryContext& context, const std::vector<ColumnFacts>& facts,
            const Calls& calls);

  const std::vector<VtrInput>& inputs() const { return inputs_; }
  std::size_t row_bytes() const { return row_bytes_; }  // about, while a row is on its way
  u32 group_rows() const { return group_rows_; }        // of a row group, at most

  // The next row group of the file; `owner` keeps the slices' blocks. One call at a time.
  void add_group(std::vector<VtrSlice> slices, std::shared_ptr<void> owner, u32 rows);

  // Tasks, for the sink to hand out.
  std::function<void()> take_task();
  u32 tasks() const;          // that could start now
  u32 under_way() const;      // queued or running
  u32 tasks_a_group() const;  // that a row group takes from start to end

  // Counts bytes held; the budget learns of them as far as it has room. Beyond it nothing new should be admitted, and
  // what is under way drains to the file.
  void count(std::ptrdiff_t bytes);
  std::size_t held() const;
  bool within_budget() const;  // all that is held is reserved

  // After the last task: the statistics behind the pages. One call.
  std::shared_ptr<const VtrWritten> finish();
  void abort() noexcept;

 private:
  struct TextColumn {
    std::mutex mutex;
    VtrDictionaryBuilder builder;
    std::map<u32, std::shared_ptr<VtrRowGroup>> waiting;  // collected, not assigned
    u32 next = 0;                                         // row group assigned next
  };

  void add_task(std::function<void()> task);
  void change_held(std::ptrdiff_t bytes);
  void collect(const std::shared_ptr<VtrRowGroup>& group, u32 column);
  void encode(const std::shared_ptr<VtrRowGroup>& group, u32 column);
  void place_encoded();
  void write(const std::shared_ptr<VtrRowGroup>& group);
  void prepend_statistics();

  const VtrWriterOptions& options_;
  QueryContext& context_;
  const Calls calls_;
  File file_;
  std::vector<VtrInput> inputs_;
  std::size_t row_bytes_ = 0;
  u32 group_rows_ = kRowGroupRows;
  std::vector<std::unique_ptr<TextColumn>> texts_;

  mutable std::mutex mutex_;  // guards what follows
  Reservation reserved_;
  std::size_t held_ = 0;     // bytes of rows and encoded pages
  std::size_t counted_ = 0;  // … of them in `reserved_`
  u32 working_ = 0;          // tasks queued or running
  u32 next_group_ = 0;
  std::deque<std::function<void()>> tasks_;
  std::map<u32, std::shared_ptr<VtrRowGroup>> encoded_;  // waiting for their place
  u32 next_placed_ = 0;
  u64 end_ = 0;
  std::vector<u32> group_sizes_;
  std::vector<std::vector<format::ChunkEntry>> chunks_;  // by column
  u64 rows_ = 0;
  std::vector<std::unique_ptr<VtrEncodeScratch>> scratch_;
};

}  // namespace spillway
