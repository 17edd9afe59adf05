// Lining up of rows, hand-out of the work, places in the file; what a row group does itself is in vtr_group.cc.
#include "engine/vtr_writer.h"

#include <algorithm>

namespace spillway {

using format::Bytes;
using format::ChunkEntry;

struct VtrSink::VtrLocal final : Sink::Local {
  Piece piece;
};

std::unique_ptr<Sink> VtrWriter::open_sink(QueryContext&, const SinkDescription&) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (opened_) throw Error(ErrorCode::Argument, "this .vtr writer was used already; each write needs its own");
  opened_ = true;
  return std::make_unique<VtrSink>(*this);
}

std::shared_ptr<const VtrWritten> VtrWriter::written() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return written_;
}

void VtrSink::start(QueryContext& context, const std::vector<ColumnFacts>& inputs) {
  context_ = &context;
  reserved_ = Reservation(context.memory);
  if (inputs.size() != options_.types.size()) {
    throw Error(ErrorCode::Internal, "a .vtr writer of " + std::to_string(options_.types.size()) +
                                         " columns was given " + std::to_string(inputs.size()));
  }
  for (u32 c = 0; c < inputs.size(); ++c) {
    if (inputs[c].type != options_.types[c]) throw Error(ErrorCode::Internal, "a .vtr writer was given another type");
    inputs_.push_back(VtrInput::of(inputs[c]));
    row_bytes_ += inputs_.back().width + 1 + (inputs_.back().width == 16 ? 16 : 0);
    texts_.push_back(inputs[c].type == Type::Utf8 ? std::make_unique<TextColumn>() : nullptr);
  }
  // Several row groups are on their way at a time; with little memory they get fewer rows, the same for any threads.
  const std::size_t cap = context.memory.cap();
  while (group_rows_ > kPageRows && group_rows_ * row_bytes_ > cap / 8) group_rows_ /= 2;
  window_ = std::min(cap / 4, (2 * context.options.threads + 4) * group_rows_ * row_bytes_);
  next_group_ = next_placed_ = options_.first_group;
  end_ = options_.start;
  chunks_.resize(inputs_.size());
  for (u32 c = 0; c < inputs_.size(); ++c) {
    if (texts_[c] == nullptr) continue;
    texts_[c]->next = options_.first_group;
    if (options_.appended_to == nullptr || options_.appended_to->rows() == 0) continue;
    const VtrColumn& column = options_.appended_to->column(c);
    if (column.dictionary != nullptr && column.all_codes) {
      texts_[c]->builder.seed(column.dictionary->entries(), column.dictionary->size(), options_.appended_to->rows());
    } else if (column.nulls < options_.appended_to->rows()) {
      texts_[c]->builder.give_up();
    }
  }
  file_ = File(options_.path, File::Mode::ReadWrite);
}

std::unique_ptr<Sink::Local> VtrSink::make_local() { return std::make_unique<VtrLocal>(); }

// Counts bytes held; the budget learns of them as far as it has room. Beyond it nothing new is admitted, and what is
// under way drains to the file.
void VtrSink::count(std::ptrdiff_t bytes) {
  held_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(held_) + bytes);
  if (held_ > counted_) {
    if (reserved_.try_grow(held_ - counted_)) counted_ = held_;
  } else if (held_ < counted_) {
    reserved_.shrink(counted_ - held_);
    counted_ = held_;
  }
}

std::shared_ptr<VtrBlock> VtrSink::take_block() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<VtrBlock> block;
  if (!free_blocks_.empty()) {
    block = std::move(free_blocks_.back());
    free_blocks_.pop_back();
  } else {
    block = std::make_shared<VtrBlock>(inputs_, kPageRows);
  }
  count(static_cast<std::ptrdiff_t>(block->bytes()));
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
    block.append(inputs_, chunk, done, take);
    done += take;
    if (block.bytes() != before) {
      std::lock_guard<std::mutex> lock(mutex_);
      count(static_cast<std::ptrdiff_t>(block.bytes() - before));
    }
  }
}

void VtrSink::end_morsel(Local& local, u64 sequence) {
  Piece piece = std::move(static_cast<VtrLocal&>(local).piece);
  static_cast<VtrLocal&>(local).piece.clear();
  // A block that is mostly empty would waste memory for as long as its row group is not full.
  if (!piece.empty() && piece.back()->rows() < kPageRows / 2) {
    std::shared_ptr<VtrBlock> full = std::move(piece.back());
    auto exact = std::make_shared<VtrBlock>(inputs_, full->rows());
    exact->append(inputs_, *full);
    std::lock_guard<std::mutex> lock(mutex_);
    count(static_cast<std::ptrdiff_t>(exact->bytes()) - static_cast<std::ptrdiff_t>(full->bytes()));
    full->clear();
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
      const u32 take = std::min(block->rows() - from, group_rows_ - open_rows_);
      open_slices_.push_back({block, from, take});
      open_rows_ += take;
      from += take;
      if (open_rows_ == group_rows_) close_group();
    }
  }
}

void VtrSink::close_group() {
  auto group = std::make_shared<VtrRowGroup>(next_group_++, std::move(open_slices_), open_rows_, inputs_.size());
  open_slices_.clear();
  open_rows_ = 0;
  for (u32 c = 0; c < inputs_.size(); ++c) {
    if (texts_[c] != nullptr) {
      add_task([this, group, c] { collect(group, c); });
    } else {
      add_task([this, group, c] { encode(group, c); });
    }
  }
}

void VtrSink::add_task(std::function<void()> task) {
  ++working_;
  tasks_.push_back(std::move(task));
}

bool VtrSink::admits(u64) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (running_ == 0 && working_ == 0) return true;  // nothing else can make progress
  return held_ <= window_ && held_ == counted_;
}

std::function<void()> VtrSink::take_task() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (tasks_.empty()) return {};
  std::function<void()> task = std::move(tasks_.front());
  tasks_.pop_front();
  return [this, task = std::move(task)] {
    task();
    {
      std::lock_guard<std::mutex> done(mutex_);
      --working_;
    }
    wake_();
  };
}

void VtrSink::collect(std::shared_ptr<VtrRowGroup> group, u32 column) {
  context_->check_cancelled();
  TextColumn& text = *texts_[column];
  group->collect(column, inputs_[column], text.builder);
  std::lock_guard<std::mutex> lock(text.mutex);
  text.waiting.emplace(group->number, group);
  for (auto first = text.waiting.begin(); first != text.waiting.end() && first->first == text.next;
       first = text.waiting.begin()) {
    std::shared_ptr<VtrRowGroup> owner = std::move(first->second);
    VtrGroupColumn& waiting = owner->columns[column];
    waiting.assigned = text.builder.assign(waiting.texts, waiting.collected, owner->rows);
    text.waiting.erase(first);
    ++text.next;
    std::lock_guard<std::mutex> tasks(mutex_);
    add_task([this, owner, column] { encode(owner, column); });
  }
}

void VtrSink::encode(const std::shared_ptr<VtrRowGroup>& group, u32 column) {
  context_->check_cancelled();
  std::unique_ptr<VtrEncodeScratch> scratch;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!scratch_.empty()) {
      scratch = std::move(scratch_.back());
      scratch_.pop_back();
    }
  }
  if (scratch == nullptr) scratch = std::make_unique<VtrEncodeScratch>();
  group->encode(column, inputs_[column], options_.compression, options_.id, *scratch);
  const bool last = group->left.fetch_sub(1, std::memory_order_acq_rel) == 1;
  std::lock_guard<std::mutex> lock(mutex_);
  scratch_.push_back(std::move(scratch));
  if (!last) return;
  // The rows are in pages now; whole blocks that no other row group uses are filled again.
  for (VtrSlice& slice : group->slices) {
    if (slice.block.use_count() != 1) continue;
    auto block = std::const_pointer_cast<VtrBlock>(slice.block);
    slice.block.reset();
    count(-static_cast<std::ptrdiff_t>(block->bytes()));
    if (block->capacity() != kPageRows) continue;
    block->clear();
    free_blocks_.push_back(std::move(block));
  }
  group->slices.clear();
  count(static_cast<std::ptrdiff_t>(group->encoded_bytes()));
  encoded_.emplace(group->number, group);
  place_encoded();
}

void VtrSink::place_encoded() {
  for (auto first = encoded_.begin(); first != encoded_.end() && first->first == next_placed_;
       first = encoded_.begin()) {
    std::shared_ptr<VtrRowGroup> group = std::move(first->second);
    encoded_.erase(first);
    ++next_placed_;
    for (VtrGroupColumn& column : group->columns) {
      if (column.entry.dictionary_entries == 0) continue;
      column.entry.dictionary_offset = end_;
      end_ += format::round_up8(column.assigned.block.size());
    }
    for (u32 c = 0; c < group->columns.size(); ++c) {
      VtrGroupColumn& column = group->columns[c];
      column.entry.offset = end_;
      end_ += column.pages.size();
      chunks_[c].push_back(column.entry);
    }
    group_sizes_.push_back(group->rows);
    rows_ += group->rows;
    add_task([this, group] { write(group); });
  }
}

void VtrSink::write(const std::shared_ptr<VtrRowGroup>& group) {
  context_->check_cancelled();
  const std::size_t bytes = group->encoded_bytes();
  for (VtrGroupColumn& column : group->columns) {
    if (column.entry.dictionary_entries == 0) continue;
    format::pad8(column.assigned.block);
    file_.write(column.entry.dictionary_offset, column.assigned.block.data(), column.assigned.block.size());
  }
  for (VtrGroupColumn& column : group->columns) {
    file_.write(column.entry.offset, column.pages.data(), column.pages.size());
    column.pages = Bytes();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  count(-static_cast<std::ptrdiff_t>(bytes));
}

u32 VtrSink::begin_phase(u32) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (open_rows_ > 0) close_group();
  if (!tasks_.empty()) return static_cast<u32>(tasks_.size());
  return statistics_written_ ? 0 : 1;
}

void VtrSink::run_task(u32, u32) {
  if (std::function<void()> task = take_task()) return task();
  write_statistics();
}

void VtrSink::abort() noexcept {
  file_.close();
  std::lock_guard<std::mutex> lock(mutex_);
  tasks_.clear();
  encoded_.clear();
  pending_.clear();
  open_slices_.clear();
  free_blocks_.clear();
}

}  // namespace spillway
