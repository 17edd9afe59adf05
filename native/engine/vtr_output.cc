// Hand-out of the work on row groups, and their places in the file; what a row group does itself is in vtr_group.cc.
#include "engine/vtr_output.h"

namespace spillway {

using format::Bytes;

VtrOutput::VtrOutput(const VtrWriterOptions& options, QueryContext& context, const std::vector<ColumnFacts>& facts,
                     const Calls& calls)
    : options_(options), context_(context), calls_(calls), reserved_(context.memory) {
  if (facts.size() != options_.types.size()) {
    throw Error(ErrorCode::Internal, "a .vtr writer of " + std::to_string(options_.types.size()) +
                                         " columns was given " + std::to_string(facts.size()));
  }
  for (u32 c = 0; c < facts.size(); ++c) {
    if (facts[c].type != options_.types[c]) throw Error(ErrorCode::Internal, "a .vtr writer was given another type");
    inputs_.push_back(VtrInput::of(facts[c]));
    row_bytes_ += inputs_.back().width + 1 + (inputs_.back().width == 16 ? 16 : 0);
    texts_.push_back(facts[c].type == Type::Utf8 ? std::make_unique<TextColumn>() : nullptr);
  }
  // Several row groups are on their way at a time; with little memory they get fewer rows, the same for any threads.
  while (group_rows_ > kPageRows && group_rows_ * row_bytes_ > context.memory.cap() / 8) group_rows_ /= 2;
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

void VtrOutput::change_held(std::ptrdiff_t bytes) {
  held_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(held_) + bytes);
  if (held_ > counted_) {
    if (reserved_.try_grow(held_ - counted_)) counted_ = held_;
  } else if (held_ < counted_) {
    reserved_.shrink(counted_ - held_);
    counted_ = held_;
  }
}

void VtrOutput::count(std::ptrdiff_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  change_held(bytes);
}

std::size_t VtrOutput::held() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return held_;
}

bool VtrOutput::within_budget() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return held_ == counted_;
}

u32 VtrOutput::tasks() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<u32>(tasks_.size());
}

u32 VtrOutput::under_way() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return working_;
}

u32 VtrOutput::tasks_a_group() const {
  u32 tasks = 1;
  for (const auto& text : texts_) tasks += text == nullptr ? 1 : 2;
  return tasks;
}

void VtrOutput::add_group(std::vector<VtrSlice> slices, std::shared_ptr<void> owner, u32 rows) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto group = std::make_shared<VtrRowGroup>(next_group_++, std::move(slices), std::move(owner), rows, inputs_.size());
  for (u32 c = 0; c < inputs_.size(); ++c) {
    if (texts_[c] != nullptr) {
      add_task([this, group, c] { collect(group, c); });
    } else {
      add_task([this, group, c] { encode(group, c); });
    }
  }
}

void VtrOutput::add_task(std::function<void()> task) {
  ++working_;
  tasks_.push_back(std::move(task));
}

std::function<void()> VtrOutput::take_task() {
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
    calls_.wake();
  };
}

void VtrOutput::collect(const std::shared_ptr<VtrRowGroup>& group, u32 column) {
  context_.check_cancelled();
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

void VtrOutput::encode(const std::shared_ptr<VtrRowGroup>& group, u32 column) {
  context_.check_cancelled();
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
  if (last) {
    calls_.encoded(*group);
    group->slices = {};
    group->owner.reset();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  scratch_.push_back(std::move(scratch));
  if (!last) return;
  change_held(static_cast<std::ptrdiff_t>(group->encoded_bytes()));
  encoded_.emplace(group->number, group);
  place_encoded();
}

void VtrOutput::place_encoded() {
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

void VtrOutput::write(const std::shared_ptr<VtrRowGroup>& group) {
  context_.check_cancelled();
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
  change_held(-static_cast<std::ptrdiff_t>(bytes));
}

void VtrOutput::abort() noexcept {
  file_.close();
  std::lock_guard<std::mutex> lock(mutex_);
  tasks_.clear();
  encoded_.clear();
}

}  // namespace spillway
