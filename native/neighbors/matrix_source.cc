// Pages of 16,384 rows, read column by column when asked for; vectors point into them.
#include "neighbors/matrix_source.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "neighbors/matrix_cells.h"

namespace spillway {
namespace {

constexpr u64 kMorselPages = 8;

Type type_of(CellType type) {
  return with_cell(type, [](auto* cell) {
    using Value = std::remove_pointer_t<decltype(cell)>;
    if constexpr (std::is_same_v<Value, i8>) return Type::I8;
    if constexpr (std::is_same_v<Value, i16>) return Type::I16;
    if constexpr (std::is_same_v<Value, u8>) return Type::U8;
    if constexpr (std::is_same_v<Value, i32>) return Type::I32;
    if constexpr (std::is_same_v<Value, f32>) return Type::F32;
    return Type::F64;
  });
}

struct Wanted {
  std::shared_ptr<const MatrixFile> file;
  std::vector<u32> columns;
  u64 first = 0, end = 0;  // rows
  QueryContext* context = nullptr;
};

// A morsel's `first` and `last` are rows of the matrix.
class MatrixReader final : public MorselReader {
 public:
  explicit MatrixReader(const Wanted& wanted) : wanted_(wanted), states_(wanted.columns.size()) {}

  void open(const Morsel& morsel) override {
    page_ = at_ = morsel.first;
    last_ = morsel.last;
    rows_ = 0;
    ticket_ += 1;
    page_ticket_ += 1;
  }

  u32 next() override {
    ticket_ += 1;
    at_ += rows_;
    if (at_ - page_ >= kPageRows) {
      page_ = at_;
      page_ticket_ += 1;
    }
    rows_ = static_cast<u32>(std::min<u64>({kVectorRows, last_ - at_, page_ + kPageRows - at_}));
    return rows_;
  }

  const Vector& column(u32 index) override {
    State& state = states_[index];
    if (state.ticket == ticket_) return state.vector;
    if (state.page_ticket != page_ticket_) load(index, state);
    with_cell(wanted_.file->type(), [&](auto* cell) {
      using Value = std::remove_pointer_t<decltype(cell)>;
      const Value* values = state.cells.as<Value>() + (at_ - page_);
      state.vector.data = values;
      state.vector.validity = mark(values, state.validity) ? nullptr : state.validity;
    });
    state.ticket = ticket_;
    return state.vector;
  }

  u64 row() const override { return at_; }

 private:
  struct State {
    u64 ticket = 0, page_ticket = 0;
    Buffer cells;
    u64 validity[kVectorWords];
    Vector vector;
  };

  void load(u32 index, State& state) {
    const u32 width = wanted_.file->width();
    if (state.cells.empty()) {
      state.cells = Buffer(std::size_t{kPageRows} * width);
      state.vector.type = type_of(wanted_.file->type());
    }
    const u64 rows = std::min<u64>(kPageRows, last_ - page_);
    state.page_ticket = 0;
    wanted_.file->read(wanted_.columns[index], page_, rows, state.cells.data());
    wanted_.context->counters.bytes_read.fetch_add(rows * width, std::memory_order_relaxed);
    if (thread_read_disk()) {
      const u64 ahead = std::min<u64>(kMorselPages * kPageRows, wanted_.end - (page_ + rows));
      if (ahead != 0) wanted_.file->prefetch(wanted_.columns[index], page_ + rows, ahead);
    }
    state.page_ticket = page_ticket_;
  }

  // Whether every row has a value; else a bit for each that has.
  template <class Value>
  bool mark(const Value* values, u64* validity) const {
    bool missing = false;
    for (u32 r = 0; r < rows_; ++r) missing |= is_missing(values[r]);
    if (!missing) return true;
    for (u32 first = 0; first < rows_; first += 64) {
      u64 word = 0;
      const u32 count = std::min(u32{64}, rows_ - first);
      for (u32 r = 0; r < count; ++r) word |= u64{!is_missing(values[first + r])} << r;
      validity[first / 64] = word;
    }
    return false;
  }

  const Wanted& wanted_;
  std::vector<State> states_;
  u64 page_ = 0, at_ = 0, last_ = 0;  // rows
  u32 rows_ = 0;
  u64 ticket_ = 1, page_ticket_ = 1;
};

class MatrixSource final : public Source {
 public:
  explicit MatrixSource(Wanted wanted) : wanted_(std::move(wanted)), next_(wanted_.first) {}

  u32 column_count() const override { return static_cast<u32>(wanted_.columns.size()); }
  ColumnFacts facts(u32) const override {
    ColumnFacts facts;
    facts.type = type_of(wanted_.file->type());
    facts.may_be_null = facts.type != Type::U8;
    if (is_integer(facts.type)) {
      facts.has_range = true;
      const i64 size = i64{1} << (8 * wanted_.file->width() - 1);
      facts.min = facts.type == Type::U8 ? 0 : 1 - size;
      facts.max = facts.type == Type::U8 ? 255 : size - 1;
    }
    return facts;
  }
  std::optional<u64> rows_at_most() const override { return wanted_.end - wanted_.first; }
  std::optional<u64> rows_in_place() const override { return wanted_.end - wanted_.first; }
  u64 first_place() const override { return wanted_.first; }
  void start(QueryContext& context) override { wanted_.context = &context; }

  Next next_morsel(Morsel& morsel) override {
    const u64 at = next_.load(std::memory_order_relaxed);
    if (at >= wanted_.end || stopped_.load(std::memory_order_relaxed)) return Next::End;
    const QueryOptions& options = wanted_.context->options;
    const u64 left = (wanted_.end - at + kPageRows - 1) / kPageRows;
    u64 pages = options.morsel_pages != 0 ? options.morsel_pages : kMorselPages;
    if (options.morsel_pages == 0) {
      while (pages > 1 && left < pages * 4 * options.threads) pages /= 2;
      // Whoever collects a morsel's rows must have room for one per thread.
      const u64 page_bytes = u64{wanted_.file->width()} * wanted_.columns.size() * kPageRows * options.threads;
      while (pages > 1 && pages * page_bytes > wanted_.context->memory.cap() / 8) pages /= 2;
    }
    morsel.sequence = sequence_++;
    morsel.first = at;
    morsel.last = std::min(wanted_.end, at + pages * kPageRows);
    next_.store(morsel.last, std::memory_order_relaxed);
    return Next::Ready;
  }

  std::unique_ptr<MorselReader> make_reader() override { return std::make_unique<MatrixReader>(wanted_); }
  void stop() override { stopped_.store(true, std::memory_order_relaxed); }
  double fraction() const override {
    const u64 rows = wanted_.end - wanted_.first;
    return rows == 0
               ? 1
               : static_cast<double>(next_.load(std::memory_order_relaxed) - wanted_.first) / static_cast<double>(rows);
  }

 private:
  Wanted wanted_;
  std::atomic<u64> next_;
  u64 sequence_ = 0;
  std::atomic<bool> stopped_{false};
};

}  // namespace

std::shared_ptr<Source> make_matrix_source(std::shared_ptr<const MatrixFile> file,
                                           const SourceDescription& description) {
  Wanted wanted;
  for (u32 column : description.columns) {
    if (column >= file->columns()) {
      throw Error(ErrorCode::Internal,
                  "a scan asks for column " + std::to_string(column) + " of " + std::to_string(file->columns()));
    }
  }
  wanted.columns = description.columns;
  wanted.end = std::min(description.end_row, file->rows());
  wanted.first = std::min(description.first_row, wanted.end);
  wanted.file = std::move(file);
  return std::make_shared<MatrixSource>(std::move(wanted));
}

}  // namespace spillway
