// Handing out and reading stretches of sorted rows.
#include "engine/sort_resident.h"

#include <algorithm>

#include "engine/sort_vectors.h"

namespace spillway {
namespace {

constexpr u64 kMorselRows = 65536;

struct Layout {
  std::vector<PartitionSort::Stretch> stretches;
  std::vector<u64> begins;  // row at which each stretch begins
  u64 rows = 0;
};

class ResidentReader : public MorselReader {
 public:
  ResidentReader(std::shared_ptr<const ResidentRows> rows, std::shared_ptr<const Layout> layout)
      : rows_(std::move(rows)), layout_(std::move(layout)), vectors_(*rows_->layout, rows_->facts) {}

  void open(const Morsel& morsel) override {
    next_ = rows_->offset + morsel.first;
    end_ = rows_->offset + morsel.last;
    auto after = std::upper_bound(layout_->begins.begin(), layout_->begins.end(), next_);
    stretch_ = static_cast<std::size_t>(after - layout_->begins.begin()) - 1;
    row_ = morsel.first;
    count_ = 0;
  }

  u32 next() override {
    row_ += count_;
    count_ = static_cast<u32>(std::min<u64>(kVectorRows, end_ - next_));
    if (count_ == 0) return 0;
    vectors_.gather(nullptr, 0);
    for (u32 left = count_; left != 0;) {
      const PartitionSort::Stretch& stretch = layout_->stretches[stretch_];
      u64 from = next_ - layout_->begins[stretch_];
      u32 now = static_cast<u32>(std::min<u64>(left, stretch.count - from));
      vectors_.gather_more(stretch.entries + from, now);
      next_ += now;
      left -= now;
      if (from + now == stretch.count) ++stretch_;
    }
    return count_;
  }

  const Vector& column(u32 index) override { return vectors_.column(index); }
  u64 row() const override { return row_; }

 private:
  std::shared_ptr<const ResidentRows> rows_;
  std::shared_ptr<const Layout> layout_;
  SortVectors vectors_;
  u64 next_ = 0;
  u64 end_ = 0;
  u64 row_ = 0;
  u32 count_ = 0;
  std::size_t stretch_ = 0;
};

class ResidentSource : public Source {
 public:
  explicit ResidentSource(std::shared_ptr<ResidentRows> rows) : rows_(std::move(rows)) {
    auto layout = std::make_shared<Layout>();
    if (rows_->order != nullptr) layout->stretches = rows_->order->stretches();
    for (const auto& stretch : layout->stretches) {
      layout->begins.push_back(layout->rows);
      layout->rows += stretch.count;
    }
    u64 from = std::min(rows_->offset, layout->rows);
    wanted_ = std::min(rows_->limit, layout->rows - from);
    layout_ = std::move(layout);
  }

  u32 column_count() const override { return static_cast<u32>(rows_->facts.size()); }
  ColumnFacts facts(u32 column) const override { return rows_->facts[column]; }
  std::optional<u64> rows_at_most() const override { return wanted_; }
  std::optional<u64> rows_in_place() const override { return wanted_; }

  void start(QueryContext& context) override {
    u64 whole = context.options.morsel_pages != 0 ? u64{context.options.morsel_pages} * kPageRows : kMorselRows;
    u64 share = wanted_ / (u64{4} * std::max<u32>(context.options.threads, 1)) + 1;
    share = (share + kVectorRows - 1) / kVectorRows * kVectorRows;
    morsel_rows_ = std::min(whole, share);
  }

  Next next_morsel(Morsel& morsel) override {
    if (next_ >= wanted_) return Next::End;
    morsel.sequence = sequence_++;
    morsel.first = next_;
    morsel.last = std::min(wanted_, next_ + morsel_rows_);
    next_ = morsel.last;
    return Next::Ready;
  }

  std::unique_ptr<MorselReader> make_reader() override { return std::make_unique<ResidentReader>(rows_, layout_); }
  u64 rows_to_share(const Morsel& morsel) const override { return morsel.last - morsel.first; }
  double fraction() const override {
    return wanted_ == 0 ? 1 : static_cast<double>(next_) / static_cast<double>(wanted_);
  }

 private:
  std::shared_ptr<ResidentRows> rows_;
  std::shared_ptr<const Layout> layout_;
  u64 wanted_ = 0;
  u64 morsel_rows_ = kMorselRows;
  u64 next_ = 0;
  u64 sequence_ = 0;
};

}  // namespace

std::shared_ptr<Source> make_resident_source(std::shared_ptr<ResidentRows> rows) {
  return std::make_shared<ResidentSource>(std::move(rows));
}

}  // namespace spillway
