// Forwards everything, columns by another number.
#include "engine/projected_source.h"

#include <string>

namespace spillway {
namespace {

class ProjectedReader final : public MorselReader {
 public:
  ProjectedReader(std::unique_ptr<MorselReader> reader, const std::vector<u32>& columns)
      : reader_(std::move(reader)), columns_(columns) {}
  void open(const Morsel& morsel) override { reader_->open(morsel); }
  u32 next() override { return reader_->next(); }
  const Vector& column(u32 index) override { return reader_->column(columns_[index]); }
  u64 row() const override { return reader_->row(); }

 private:
  std::unique_ptr<MorselReader> reader_;
  const std::vector<u32>& columns_;  // of the source, which outlives its readers
};

class ProjectedSource final : public Source {
 public:
  ProjectedSource(std::shared_ptr<Source> source, std::vector<u32> columns)
      : source_(std::move(source)), columns_(std::move(columns)) {}
  u32 column_count() const override { return static_cast<u32>(columns_.size()); }
  ColumnFacts facts(u32 column) const override { return source_->facts(columns_[column]); }
  std::optional<u64> rows_at_most() const override { return source_->rows_at_most(); }
  std::optional<u64> rows_in_place() const override { return source_->rows_in_place(); }
  u64 first_place() const override { return source_->first_place(); }
  void number_rows() override { source_->number_rows(); }
  void start(QueryContext& context) override { source_->start(context); }
  Next next_morsel(Morsel& morsel) override { return source_->next_morsel(morsel); }
  std::unique_ptr<MorselReader> make_reader() override {
    return std::make_unique<ProjectedReader>(source_->make_reader(), columns_);
  }
  u64 rows_to_share(const Morsel& morsel) const override { return source_->rows_to_share(morsel); }
  void on_ready(std::function<void()> wake) override { source_->on_ready(std::move(wake)); }
  void stop() override { source_->stop(); }
  double fraction() const override { return source_->fraction(); }

 private:
  std::shared_ptr<Source> source_;
  const std::vector<u32> columns_;
};

}  // namespace

std::shared_ptr<Source> project_source(std::shared_ptr<Source> source, const std::vector<u32>& columns) {
  bool same = columns.size() == source->column_count();
  for (u32 i = 0; i < columns.size(); ++i) {
    if (columns[i] >= source->column_count()) {
      throw Error(ErrorCode::Internal, "column " + std::to_string(columns[i]) + " was asked of a result that has " +
                                           std::to_string(source->column_count()));
    }
    same = same && columns[i] == i;
  }
  if (same) return source;
  return std::make_shared<ProjectedSource>(std::move(source), columns);
}

}  // namespace spillway
