// Taking rows in within a share of the memory.
#include "engine/sort_intake.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr u64 kLeastPrune = 8192;          // rows beyond the limit before it is worth a sort
constexpr u64 kGroupPrune = u64{1} << 19;  // rows before the groups are cut for the first time
constexpr std::size_t kRunPieces = 60000;  // refs tell fewer than kRefTags pieces apart
constexpr u64 kForcedRows = 4096;          // least rows of a run that the tests' setting forces

}  // namespace

SortIntake::SortIntake(SortState& state)
    : state_(state),
      store_(std::make_unique<SortStore>(*state.layout, state.block_bytes)),
      reservation_(state.context.memory) {
  if (state.keep != ~u64{0}) {
    prune_at_ = state.keep + std::max(state.keep, kLeastPrune);
    probe_ = Buffer(std::size_t{state.probe_layout->width()} * kVectorRows + kSortSlack);
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
  u16 selection[kVectorRows];
  if (state_.keep != ~u64{0}) {
    u32 count = below_threshold(chunk, selection);
    store(chunk, selection, count);
  } else {
    store(chunk, chunk.selection, chunk.selected);
  }
}

void SortIntake::end() {
  bool forced = state_.context.options.force_spill && state_.keep == ~u64{0};
  if (forced && rows() >= kForcedRows) seal();
}

u32 SortIntake::below_threshold(const Chunk& chunk, u16* selection) {
  u64 words[kVectorRows];
  u8* rows = probe_.data();
  state_.probe_layout->pack(chunk.columns, chunk.selection, 0, chunk.selected, rows, nullptr);
  state_.probe_key->words(0, rows, state_.probe_layout->width(), chunk.selected, words);
  u64 most = state_.threshold.load(std::memory_order_relaxed);
  bool all = !bounded_ && most == ~u64{0};
  if (bounded_ && own_word_ <= most && state_.key->stages() == 1 && sequence_ >= own_sequence_) {
    if (own_word_ == 0) return 0;
    most = own_word_ - 1;
  }
  u32 count = 0;
  for (u32 i = 0; i < chunk.selected; ++i) {
    selection[count] = static_cast<u16>(chunk.row_at(i));
    count += all || words[i] <= most ? 1 : 0;
  }
  return count;
}

void SortIntake::store(const Chunk& chunk, const u16* selection, u32 count) {
  for (u32 done = 0; done < count;) {
    if (store_->rows() >= prune_at_) prune();
    if (store_->room() == 0) make_room();
    u32 now = std::min(count - done, store_->room());
    store_->append(chunk.columns, selection == nullptr ? nullptr : selection + done, done, now);
    done += now;
  }
  if (state_.layout->has_text()) account_text();
}

bool SortIntake::reserve_block() {
  std::size_t bytes = store_->block_bytes() + std::size_t{store_->block_rows()} * PartitionSort::kBytesPerRow;
  return reservation_.bytes() + bytes <= state_.share && reservation_.try_grow(bytes);
}

void SortIntake::make_room() {
  if (!reserve_block()) {
    if (store_->rows() != 0) {
      if (state_.group_limit >= 0) prune();
      if (store_->room() == 0 && !reserve_block()) seal();
      if (store_->room() != 0) return;
    } else {
      reservation_.grow(store_->block_bytes(), "the rows of a sort");
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
  for (std::size_t from = 0; from < pieces.size(); from += kRunPieces) {
    std::size_t to = std::min(pieces.size(), from + kRunPieces);
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
  PartitionSort::Options options;
  options.group_limit = state_.group_limit;
  PartitionSort order(*state_.key, *state_.layout, pieces, options);
  order.run_all(state_.context);
  std::vector<u64> refs;
  for (const PartitionSort::Stretch& stretch : order.stretches()) {
    u64 now = std::min<u64>(stretch.count, state_.keep - refs.size());
    for (u64 i = 0; i < now; ++i) refs.push_back(stretch.entries[i].ref);
  }
  bool full = refs.size() == state_.keep && !refs.empty();
  u64 word = full ? state_.key->word(0, row_of(refs.back())) : 0;
  bool worthwhile = refs.size() <= store_->rows() / 2;
  if (worthwhile) keep_only(std::move(refs), pieces);
  prune_at_ = std::max(prune_at_, 2 * store_->rows());
  if (!full) return;
  bounded_ = true;
  own_word_ = word;
  own_sequence_ = store_->greatest_sequence();
  state_.lower_threshold(word);
}

void SortIntake::keep_only(std::vector<u64> refs, const std::vector<SortPiece>& pieces) {
  // Back to input order: by piece, then by place in it.
  struct Placed {
    const u8* rows;
    std::size_t piece;
  };
  std::vector<Placed> by_address;
  for (std::size_t i = 0; i < pieces.size(); ++i) by_address.push_back({pieces[i].rows, i});
  std::sort(by_address.begin(), by_address.end(), [](const Placed& a, const Placed& b) { return a.rows < b.rows; });
  std::vector<Placed> kept;
  kept.reserve(refs.size());
  for (u64 ref : refs) {
    const u8* row = row_of(ref);
    auto after = std::upper_bound(by_address.begin(), by_address.end(), row,
                                  [](const u8* r, const Placed& p) { return r < p.rows; });
    kept.push_back({row, (after - 1)->piece});
  }
  std::sort(kept.begin(), kept.end(),
            [](const Placed& a, const Placed& b) { return a.piece != b.piece ? a.piece < b.piece : a.rows < b.rows; });
  auto fresh = std::make_unique<SortStore>(*state_.layout, state_.block_bytes);
  for (const Placed& row : kept) fresh->append_row(row.rows, pieces[row.piece].sequence);
  fresh->begin(sequence_);
  store_ = std::move(fresh);
  std::size_t held =
      store_->blocks() * (store_->block_bytes() + std::size_t{store_->block_rows()} * PartitionSort::kBytesPerRow) +
      store_->text_bytes();
  text_reserved_ = store_->text_bytes();
  if (held < reservation_.bytes()) {
    reservation_.shrink(reservation_.bytes() - held);
  } else {
    reservation_.grow(held - reservation_.bytes(), "the rows a limit keeps");
  }
}

}  // namespace spillway
