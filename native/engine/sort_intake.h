// One thread's side of a sort: takes rows in, drops those that cannot matter, writes a run when its memory is full.
#pragma once

#include "engine/sink.h"
#include "engine/sort_partition.h"
#include "engine/sort_state.h"

namespace spillway {

class SortIntake {
 public:
  explicit SortIntake(SortState& state);

  void begin(u64 sequence);
  void take(const Chunk& chunk);
  void end();
  // Writes what is held as a sorted run and keeps the memory for the next rows.
  void seal();
  // Seals and gives all memory back.
  void close();

  u64 rows() const { return store_->rows(); }
  // Hands the rows over to whoever sorts them in memory.
  std::unique_ptr<SortStore> take_store() { return std::move(store_); }
  Reservation take_reservation() { return std::move(reservation_); }

 private:
  // Rows of the chunk whose first word does not exceed the bound: how many, listed in `selection`.
  u32 within_bounds(const Chunk& chunk, u16* selection);
  void store(const Chunk& chunk, const u16* selection, u32 count);
  void make_room();
  bool reserve_block();
  void account_text();
  // Drops rows beyond the limits; what remains stays in memory unless it is refused a place.
  void prune();
  void write(const std::vector<SortPiece>& pieces);
  void keep_only(std::vector<SortEntry> kept, const std::vector<SortPiece>& pieces);
  void bound_groups(const std::vector<SortEntry>& kept);

  SortState& state_;
  std::unique_ptr<SortStore> store_;
  Reservation reservation_;
  std::size_t text_reserved_ = 0;
  SpillFile* file_ = nullptr;
  u64 sequence_ = 0;
  u64 prune_at_ = ~u64{0};
  // The greatest first word that this thread's own kept rows allow; rows equal to it are dropped, too, when all kept
  // rows came before them and the word is the whole key.
  u64 own_word_ = ~u64{0};
  u64 own_sequence_ = ~u64{0};
  bool bounded_ = false;
  Buffer probe_;
};

}  // namespace spillway
