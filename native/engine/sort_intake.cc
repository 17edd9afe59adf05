// Taking rows in within a share of the memory.
#include "engine/sort_intake.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr u64 kLeastPrune = 8192;           // rows beyond the limit before it is worth a sort
constexpr u64 kGroupPrune = u64{1} << 16;   // rows before the groups are cut for the first time
constexpr std::size_t kMostPieces = 60000;  // refs tell fewer than kRefTags pieces apart
constexpr u64 kForcedRows = 4096;           // least rows of a run that the tests' setting forces

}  // namespace

SortIntake::SortIntake(SortState& state)
    : state_(state),
      store_(std::make_unique<SortStore>(*state.layout, state.block_bytes)),
      reservation_(state.context.memory) {
  if (state.keep != ~u64{0}) {
    prune_at_ = state.keep + std::max(state.keep, kLeastPrune);
  } else if (state.group_limit >= 0) {
    prune_at_ = kGroupPrune;
  }
}

void SortIntake::begin(u64 sequence) {
  sequence_ = sequence;
  store_->begin(sequence);
}

void SortIntake::take(const Chunk& chunk) {
  if (chunk.selected == 0 || state_.keep == 0) return;
  state_.prepare(&chunk);
  u16 selection[kVectorRows];
  if (state_.probe_layout != nullptr && bounded_) {
    u32 count = within_bounds(chunk, selection);
    store(chunk, selection, count);
  } else {
    store(chunk, chunk.selection, chunk.selected);
  }
}

void SortIntake::end() {
  bool forced = state_.context.options.force_spill && state_.keep == ~u64{0};
  if (forced && rows() >= kForcedRows) seal();
}

u32 SortIntake::within_bounds(const Chunk& chunk, u16* selection) {
  u64 words[kVectorRows];
  if (probe_.empty()) probe_ = Buffer(std::size_t{state_.probe_layout->width()} * kVectorRows + kSortSlack);
  u8* rows = probe_.data();
  state_.probe_layout->pack(chunk.columns, chunk.selection, 0, chunk.selected, rows, nullptr);
  state_.probe_key->words(0, rows, state_.probe_layout->width(), chunk.selected, words);
  u32 count = 0;
  if (state_.group_bounds != nullptr) {
    const std::atomic<u64>* bounds = state_.group_bounds.get();
    u32 shift = state_.group_shift;
    for (u32 i = 0; i < chunk.selected; ++i) {
      u64 group = shift == 64 ? 0 : words[i] >> shift;
      selection[count] = static_cast<u16>(chunk.row_at(i));
      count += words[i] <= bounds[group].load(std::memory_order_relaxed) ? 1 : 0;
    }
    return count;
  }
  u64 most = state_.bound.load(std::memory_order_relaxed);
  if (own_word_ <= most && state_.key->stages() == 1 && sequence_ >= own_sequence_) {
    if (own_word_ == 0) return 0;
    most = own_word_ - 1;
  }
  for (u32 i = 0; i < chunk.selected; ++i) {
    selection[count] = static_cast<u16>(chunk.row_at(i));
    count += words[i] <= most ? 1 : 0;
  }
  return count;
}

void SortIntake::store(const Chunk& chunk, const u16* selection, u32 count) {
  for (u32 done = 0; done < count;) {
    if (store_->rows() >= prune_at_) prune();
    if (store_->piece_count() >= kMostPieces && prune_at_ != ~u64{0}) prune();
    if (store_->room() == 0) make_room();
    u32 now = std::min(count - done, store_->room());
    store_->append(chunk.columns, selection == nullptr ? nullptr : selection + done, done, now);
    done += now;
  }
  if (state_.layout->has_text()) account_text();
}

bool SortIntake::reserve_block() {
  std::size_t bytes = store_->next_block_bytes(PartitionSort::kBytesPerRow);
  return reservation_.bytes() + bytes <= state_.share && reservation_.try_grow(bytes);
}

void SortIntake::make_room() {
  if (!reserve_block()) {
    if (store_->rows() != 0) {
      if (state_.group_limit >= 0) prune();
      if (store_->room() == 0 && !reserve_block()) seal();
      if (store_->room() != 0) return;
    } else {
      reservation_.grow(store_->next_block_bytes(PartitionSort::kBytesPerRow), "the rows of a sort");
    }
  }
  store_->add_block();
}

void SortIntake::account_text() {
  std::size_t text = store_->text_bytes();
  if (text <= text_reserved_) return;
  std::size_t more = std::max(text - text_reserved_, state_.block_bytes / 4);
  if (reservation_.bytes() + more <= state_.share && reservation_.try_grow(more)) {
    text_reserved_ += more;
    return;
  }
  if (state_.keep != ~u64{0} || state_.group_limit >= 0) prune();
  if (store_->text_bytes() > text_reserved_) seal();
}

void SortIntake::write(const std::vector<SortPiece>& pieces) {
  if (file_ == nullptr) file_ = &state_.add_file();
  for (std::size_t from = 0; from < pieces.size(); from += kMostPieces) {
    std::size_t to = std::min(pieces.size(), from + kMostPieces);
    std::vector<SortPiece> some(pieces.begin() + static_cast<std::ptrdiff_t>(from),
                                pieces.begin() + static_cast<std::ptrdiff_t>(to));
    u64 first = some.front().sequence;
    u64 last = some.back().sequence;
    PartitionSort::Options options;
    options.tag_pieces = true;
    options.group_limit = state_.group_limit;
    PartitionSort order(*state_.key, *state_.layout, std::move(some), options);
    order.run_all(state_.context);
    RunWriter writer(*state_.layout, *state_.key, *file_, state_.runs_begun.fetch_add(1), first, last,
                     state_.spill_block);
    InputOrder input = [&order](u64 ref) { return order.pieces()[tag_of(ref)].sequence; };
    for (const PartitionSort::Stretch& stretch : order.stretches()) {
      for (u64 done = 0; done < stretch.count; done += kPageRows) {
        state_.context.check_cancelled();
        writer.add(stretch.entries + done, std::min<u64>(kPageRows, stretch.count - done), input);
      }
    }
    state_.add_run(writer.finish());
  }
}

void SortIntake::seal() {
  if (store_->rows() == 0) return;
  write(store_->pieces());
  store_->clear();
}

void SortIntake::close() {
  seal();
  store_.reset();
  reservation_.clear();
}

void SortIntake::prune() {
  std::vector<SortPiece> pieces = store_->pieces();
  // So many morsels with hardly a row each cannot be told apart by refs; a run takes them in parts.
  if (pieces.size() >= kRefTags) return seal();
  PartitionSort::Options options;
  options.tag_pieces = true;
  options.group_limit = state_.group_limit;
  PartitionSort order(*state_.key, *state_.layout, pieces, options);
  order.run_all(state_.context);
  std::vector<SortEntry> kept;
  for (const PartitionSort::Stretch& stretch : order.stretches()) {
    u64 now = std::min<u64>(stretch.count, state_.keep - kept.size());
    kept.insert(kept.end(), stretch.entries, stretch.entries + now);
  }
  if (kept.size() == state_.keep && !kept.empty()) {
    own_word_ = state_.key->word(0, row_of(kept.back().ref));
    own_sequence_ = 0;
    for (const SortEntry& entry : kept) own_sequence_ = std::max(own_sequence_, pieces[tag_of(entry.ref)].sequence);
    SortState::lower(state_.bound, own_word_);
    bounded_ = true;
  }
  if (state_.group_bounds != nullptr) bound_groups(kept);
  if (kept.size() <= store_->rows() / 2) keep_only(std::move(kept), pieces);
  prune_at_ = std::max(prune_at_, 2 * store_->rows());
}

void SortIntake::bound_groups(const std::vector<SortEntry>& kept) {
  const u8* rows[256];
  u64 words[256];
  u64 last = ~u64{0};
  i64 seen = 0;
  for (std::size_t done = 0; done < kept.size(); done += std::size(rows)) {
    std::size_t now = std::min(std::size(rows), kept.size() - done);
    for (std::size_t i = 0; i < now; ++i) rows[i] = row_of(kept[done + i].ref);
    state_.key->words_at(0, rows, static_cast<u32>(now), words);
    for (std::size_t i = 0; i < now; ++i) {
      u64 group = state_.group_shift == 64 ? 0 : words[i] >> state_.group_shift;
      seen = group == last ? seen + 1 : 1;
      last = group;
      if (seen == state_.group_limit) SortState::lower(state_.group_bounds[group], words[i]);
    }
  }
  bounded_ = true;
}

void SortIntake::keep_only(std::vector<SortEntry> kept, const std::vector<SortPiece>& pieces) {
  // Back to input order: a ref is a piece's number, then a place in the piece.
  for (SortEntry& entry : kept) entry.word = entry.ref;
  std::vector<SortEntry> scratch(kept.size());
  sort_by_word(kept.data(), kept.size(), scratch.data());
  auto fresh = std::make_unique<SortStore>(*state_.layout, state_.block_bytes);
  for (const SortEntry& entry : kept) fresh->append_row(row_of(entry.ref), pieces[tag_of(entry.ref)].sequence);
  fresh->begin(sequence_);
  store_ = std::move(fresh);
  std::size_t held = store_->held_bytes(PartitionSort::kBytesPerRow) + store_->text_bytes();
  text_reserved_ = store_->text_bytes();
  if (held < reservation_.bytes()) {
    reservation_.shrink(reservation_.bytes() - held);
  } else {
    reservation_.grow(held - reservation_.bytes(), "the rows a limit keeps");
  }
}

}  // namespace spillway
