// Lining up of rows into row groups of equal size, and the reuse of their blocks.
#include "engine/vtr_writer.h"

#include <algorithm>

#include "engine/shard_sink.h"

namespace spillway {

struct VtrSink::VtrLocal final : Sink::Local {
  Piece piece;
};

std::unique_ptr<Sink> VtrWriter::open_sink(QueryContext&, const SinkDescription& description) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (opened_) throw Error(ErrorCode::Argument, "this .vtr writer was used already; each write needs its own");
  opened_ = true;
  if (description.kind == SinkDescription::Kind::WriteShards) return std::make_unique<ShardSink>(*this, description);
  return std::make_unique<VtrSink>(*this);
}

void VtrWriter::finish(std::shared_ptr<const VtrWritten> written) {
  std::lock_guard<std::mutex> lock(mutex_);
  written_ = std::move(written);
}

std::shared_ptr<const VtrWritten> VtrWriter::written() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return written_;
}

void VtrSink::start(QueryContext& context, const std::vector<ColumnFacts>& inputs) {
  output_.emplace(writer_.options(), context, inputs,
                  VtrOutput::Calls{[this] { wake_(); }, [this](VtrRowGroup& group) { reuse(group); }});
  const std::size_t group_bytes = output_->group_rows() * output_->row_bytes();
  window_ = std::min(context.memory.cap() / 4, (2 * context.options.threads + 4) * group_bytes);
  open_blocks_ = std::make_shared<Piece>();
}

std::unique_ptr<Sink::Local> VtrSink::make_local() { return std::make_unique<VtrLocal>(); }

std::shared_ptr<VtrBlock> VtrSink::take_block() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<VtrBlock> block;
  if (!free_blocks_.empty()) {
    block = std::move(free_blocks_.back());
    free_blocks_.pop_back();
  } else {
    block = std::make_shared<VtrBlock>(output_->inputs(), kPageRows);
  }
  output_->count(static_cast<std::ptrdiff_t>(block->bytes()));
  return block;
}

void VtrSink::begin_morsel(Local& local, u64) {
  static_cast<VtrLocal&>(local).piece.clear();
  std::lock_guard<std::mutex> lock(mutex_);
  ++running_;
}

void VtrSink::consume(Local& local, const Chunk& chunk) {
  Piece& piece = static_cast<VtrLocal&>(local).piece;
  for (u32 done = 0; done < chunk.selected;) {
    if (piece.empty() || piece.back()->room() == 0) piece.push_back(take_block());
    VtrBlock& block = *piece.back();
    const std::size_t before = block.bytes();
    const u32 take = std::min(block.room(), chunk.selected - done);
    block.append(output_->inputs(), chunk, done, take);
    done += take;
    if (block.bytes() != before) output_->count(static_cast<std::ptrdiff_t>(block.bytes() - before));
  }
}

void VtrSink::end_morsel(Local& local, u64 sequence) {
  Piece piece = std::move(static_cast<VtrLocal&>(local).piece);
  static_cast<VtrLocal&>(local).piece.clear();
  // A block that is mostly empty would waste memory for as long as its row group is not full.
  if (!piece.empty() && piece.back()->rows() < kPageRows / 2) {
    std::shared_ptr<VtrBlock> full = std::move(piece.back());
    auto exact = std::make_shared<VtrBlock>(output_->inputs(), full->rows());
    exact->append(output_->inputs(), *full);
    output_->count(static_cast<std::ptrdiff_t>(exact->bytes()) - static_cast<std::ptrdiff_t>(full->bytes()));
    full->clear();
    std::lock_guard<std::mutex> lock(mutex_);
    free_blocks_.push_back(std::move(full));
    piece.back() = std::move(exact);
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    --running_;
    pending_.emplace(sequence, std::move(piece));
    for (auto first = pending_.begin(); first != pending_.end() && first->first == next_sequence_;
         first = pending_.begin()) {
      take_rows(std::move(first->second));
      pending_.erase(first);
      ++next_sequence_;
    }
  }
  wake_();
}

void VtrSink::take_rows(Piece piece) {
  for (std::shared_ptr<VtrBlock>& block : piece) {
    for (u32 from = 0; from < block->rows();) {
      const u32 take = std::min(block->rows() - from, output_->group_rows() - open_rows_);
      open_slices_.push_back({block.get(), from, take});
      open_blocks_->push_back(block);
      open_rows_ += take;
      from += take;
      if (open_rows_ == output_->group_rows()) close_group();
    }
  }
}

void VtrSink::close_group() {
  output_->add_group(std::move(open_slices_), std::move(open_blocks_), open_rows_);
  open_slices_.clear();
  open_blocks_ = std::make_shared<Piece>();
  open_rows_ = 0;
}

// Whole blocks that no other row group uses are filled again.
void VtrSink::reuse(VtrRowGroup& group) {
  Piece& blocks = *static_cast<Piece*>(group.owner.get());
  std::lock_guard<std::mutex> lock(mutex_);
  for (std::shared_ptr<VtrBlock>& block : blocks) {
    if (block.use_count() != 1) {
      block.reset();
      continue;
    }
    output_->count(-static_cast<std::ptrdiff_t>(block->bytes()));
    if (block->capacity() != kPageRows) continue;
    block->clear();
    free_blocks_.push_back(std::move(block));
  }
}

bool VtrSink::admits(u64) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (running_ == 0 && output_->under_way() == 0) return true;  // nothing else can make progress
  return output_->held() <= window_ && output_->within_budget();
}

u32 VtrSink::begin_phase(u32) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (open_rows_ > 0) close_group();
  if (const u32 tasks = output_->tasks(); tasks > 0) return tasks;
  return finished_ ? 0 : 1;
}

void VtrSink::run_task(u32, u32) {
  if (std::function<void()> task = output_->take_task()) return task();
  writer_.finish(output_->finish());
  finished_ = true;
}

void VtrSink::abort() noexcept {
  if (output_) output_->abort();
  std::lock_guard<std::mutex> lock(mutex_);
  pending_.clear();
  open_slices_.clear();
  open_blocks_.reset();
  free_blocks_.clear();
}

}  // namespace spillway
