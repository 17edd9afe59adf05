// Reads the rows of morsels of a .vtr file: pages column by column when asked for, decoded vector by vector.
#pragma once

#include "engine/source.h"
#include "engine/vtr_view.h"
#include "format/page.h"

namespace spillway {

class VtrReader final : public MorselReader {
 public:
  // `view` outlives the reader.
  explicit VtrReader(const VtrView& view) : view_(view), states_(view.columns.size()) {}

  // A morsel's `first` and `last`: pages, numbered with 8 to each row group; all of one row group.
  void open(const Morsel& morsel) override;
  u32 next() override;
  // Throws Error Format, Io.
  const Vector& column(u32 index) override;
  u64 row() const override { return group_first_ + at_; }

  u64 bytes_read() const { return bytes_read_; }

 private:
  struct State {
    u64 ticket = 0;             // of the vector decoded last
    u64 page_ticket = ~u64{0};  // of the page parsed last
    u32 first_page = 0;         // pages that `bytes` holds, when end_page > first_page
    u32 end_page = 0;
    u32 hints = 0;  // reads still to be announced to the system
    Buffer bytes;
    format::DecodeScratch scratch;
    format::Page page;
    Vector vector;
    Buffer views;  // of codes resolved to texts
    Buffer cut;    // rows of a vector that begins before the rows wanted
    u64 cut_validity[kVectorRows / 64];
  };

  u32 page_rows() const { return std::min(group_rows_ - page_ * kPageRows, kPageRows); }
  // Of the whole vector, of which `rows_` rows from `skip_` on are wanted.
  u32 vector_rows() const { return std::min(page_rows() - vector_ * kVectorRows, kVectorRows); }
  u64 page_key() const { return u64{group_} * format::kGroupPages + page_; }

  void load(u32 index, State& state);
  void read_pages(const VtrColumn& column, State& state);
  void announce(const VtrColumn& column, State& state, bool slow);
  void check_values(const VtrColumn& column, const format::PageEntry& entry, const State& state) const;
  void attach_dictionary(const VtrColumn& column, State& state) const;
  void cut(State& state) const;

  const VtrView& view_;
  std::vector<State> states_;
  u64 ticket_ = 0;
  u32 group_ = 0, first_page_ = 0, last_page_ = 0;  // of the morsel
  u64 group_first_ = 0;
  u32 group_rows_ = 0;
  u32 at_ = 0, rows_ = 0, end_ = 0;  // of the row group: the current vector's first row and rows; the morsel's end
  u32 page_ = 0, vector_ = 0, skip_ = 0;
  u64 bytes_read_ = 0;
};

}  // namespace spillway
