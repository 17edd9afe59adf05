// Nothing is gathered before somebody asks for the column.
#include "neighbors/join_reader.h"

#include <algorithm>
#include <numeric>

#include "neighbors/join_usable.h"

namespace spillway {

JoinReader::JoinReader(const JoinView& view, std::unique_ptr<MorselReader> input)
    : view_(view),
      input_(std::move(input)),
      program_(view.program->make_state()),
      finder_(view.target->make_finder(*view.context)),
      from_(kVectorRows),
      order_(kVectorRows),
      ranks_(kVectorRows),
      distances_(kVectorRows),
      neighbors_(kVectorRows),
      columns_(view.carried + view.columns.size()),
      made_(columns_.size(), false) {
  rank_vector_.type = Type::I32;
  rank_vector_.data = ranks_.data();
  distance_vector_.type = Type::F64;
  distance_vector_.data = distances_.data();
  neighbor_vector_.type = Type::I32;
  neighbor_vector_.data = neighbors_.data();
}

void JoinReader::open(const Morsel& morsel) {
  payload_ = morsel.payload;
  const JoinMorsel& part = *static_cast<const JoinMorsel*>(payload_.get());
  input_->open(part.input);
  at_ = 0;
  first_ = part.first;
  end_ = part.end;
  rows_.clear();
  batch_ = batch_count_ = query_ = rank_ = count_ = 0;
}

// Goes on to the next vector of the input that has rows wanted here.
bool JoinReader::next_queries() {
  while (at_ < end_) {
    const u32 rows = input_->next();
    if (rows == 0) break;
    const u64 begin = at_;
    at_ += rows;
    if (at_ <= first_) continue;
    const u32 first = begin < first_ ? static_cast<u32>(first_ - begin) : 0;
    const u32 end = static_cast<u32>(std::min<u64>(rows, end_ - begin));
    view_.context->check_cancelled();
    for (std::atomic<u64>* counter : {view_.read, view_.scanned}) {
      if (counter != nullptr) counter->fetch_add(end - first, std::memory_order_relaxed);
    }
    chunk_ = &program_->run(*input_, rows);
    take_queries(first, end);
    if (!rows_.empty()) return true;
  }
  payload_.reset();
  return false;
}

void JoinReader::take_queries(u32 first, u32 end) {
  const JoinFacts& facts = view_.facts;
  const Vector* keys = chunk_->columns + facts.coordinates;
  const u64 input_row = input_->row();
  finder_->clear();
  rows_.clear();
  batch_ = batch_count_ = query_ = rank_ = 0;
  UsableRows usable(chunk_->columns, facts.coordinates, facts.metric, facts.floats);
  for (u32 i = 0; i < chunk_->selected; ++i) {
    const u32 row = chunk_->row_at(i);
    const u64 number = chunk_->place_of(row);
    if (number < input_row + first || number >= input_row + end) continue;
    if (RowProblem wrong = usable.wrong(row); wrong != RowProblem::None) {
      if (facts.skip_missing) continue;
      throw bad_row("query", number, wrong);
    }
    f64* coordinates = finder_->add(keys, row, number);
    if (coordinates == nullptr) continue;
    for (u32 j = 0; j < facts.coordinates; ++j) coordinates[j] = usable.value(j, row);
    rows_.push_back(static_cast<u16>(row));
  }
}

u32 JoinReader::next() {
  std::fill(made_.begin(), made_.end(), false);
  ordered_ = false;
  count_ = 0;
  while (count_ == 0) {
    if (query_ == batch_count_) {
      if (batch_ + batch_count_ == rows_.size()) {
        if (!next_queries()) return 0;
      }
      batch_ += batch_count_;
      batch_count_ = finder_->run(batch_);
      query_ = rank_ = 0;
    }
    tell();
  }
  return count_;
}

// As much of the batch as a vector holds.
void JoinReader::tell() {
  while (query_ < batch_count_ && count_ < kVectorRows) {
    // Rows of one vector are numbered without gaps.
    if (view_.numbered && count_ != 0) return;
    const u32 left = finder_->matches(query_).count - rank_;
    const u32 count = std::min(left, kVectorRows - count_);
    if (count != 0) tell_row(query_, rank_, count);
    rank_ += count;
    if (count < left) return;
    query_ += 1;
    rank_ = 0;
  }
}

void JoinReader::tell_row(u32 query, u32 from, u32 count) {
  const u16 row = rows_[batch_ + query];
  if (view_.numbered) row_ = chunk_->place_of(row) * std::max<u64>(1, view_.facts.rows) + from;
  const JoinMatches matches = finder_->matches(query);
  const u32* places = matches.places + from;
  const f64* distances = matches.distances + from;
  const u32* rows = view_.facts.row_of_place;
  for (u32 i = 0; i < count; ++i) {
    const u32 to = count_ + i;
    from_[to] = row;
    ranks_[to] = static_cast<i32>(from + i + 1);
    distances_[to] = distances[i];
    neighbors_[to] = rows == nullptr ? places[i] : rows[places[i]];
  }
  count_ += count;
}

const Vector& JoinReader::column(u32 index) {
  if (index == view_.carried) return rank_vector_;
  if (index == view_.carried + 1) return distance_vector_;
  const u32 first = view_.first_of_payload();
  if (index >= view_.carried && index < first) return neighbor_vector_;
  const u32 own = index < view_.carried ? index : index - (first - view_.carried);
  GatheredColumn& column = columns_[own];
  if (made_[own]) return column.vector;
  made_[own] = true;
  if (index < view_.carried) {
    const std::size_t before = view_.facts.coordinates + view_.facts.keys.size();
    gather_places(chunk_->columns[before + index], from_.data(), count_, column);
    return column.vector;
  }
  if (!ordered_) {
    std::iota(order_.begin(), order_.begin() + count_, u16{0});
    if (view_.facts.payload->spilled()) {
      std::sort(order_.begin(), order_.begin() + count_, [&](u16 a, u16 b) { return neighbors_[a] < neighbors_[b]; });
    }
    ordered_ = true;
  }
  view_.facts.payload->gather(view_.columns[own - view_.carried], neighbors_.data(), order_.data(), count_, column);
  return column.vector;
}

}  // namespace spillway
