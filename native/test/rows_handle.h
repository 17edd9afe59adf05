// A scan over rows made up as they are read, for tests of the driver: column 0 is the row number, the rest its
// remainders.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "engine/handle.h"

namespace spillway {

class RowsHandle final : public Handle {
 public:
  struct Shape {
    u64 rows = 0;
    u32 morsel_rows = kPageRows;
    u64 fail_at_row = ~u64{0};  // reading this row throws Error Data
    bool places = false;        // says how many rows there will be, and where each goes
    u64 end = ~u64{0};          // rows from here on are promised, but do not come
  };
  explicit RowsHandle(Shape shape) : shape(shape) {}
  const char* kind() const override { return "made-up scan"; }
  std::shared_ptr<Source> open_source(QueryContext& context, const SourceDescription& description) override;

  const Shape shape;
  std::atomic<u64> morsels{0}, stops{0};
};

namespace rows_handle {

class Reader final : public MorselReader {
 public:
  explicit Reader(const RowsHandle::Shape& shape, std::size_t columns)
      : shape_(shape), values_(columns), vectors_(columns) {}
  void open(const Morsel& morsel) override {
    at_ = morsel.first;
    end_ = morsel.last;
    rows_ = 0;
  }
  u32 next() override {
    at_ += rows_;
    rows_ = static_cast<u32>(std::min<u64>(kVectorRows, end_ - at_));
    if (shape_.fail_at_row >= at_ && shape_.fail_at_row < at_ + rows_) throw Error(ErrorCode::Data, "a bad row");
    return rows_;
  }
  const Vector& column(u32 index) override {
    std::vector<i64>& values = values_[index];
    values.resize(kVectorRows);
    for (u32 i = 0; i < rows_; ++i) {
      i64 row = static_cast<i64>(at_ + i);
      values[i] = index == 0 ? row : row % (index + 6);
    }
    Vector& vector = vectors_[index];
    vector.type = Type::I64;
    vector.data = values.data();
    return vector;
  }
  u64 row() const override { return at_; }

 private:
  RowsHandle::Shape shape_;
  std::vector<std::vector<i64>> values_;
  std::vector<Vector> vectors_;
  u64 at_ = 0, end_ = 0;
  u32 rows_ = 0;
};

class Rows final : public Source {
 public:
  Rows(RowsHandle& handle, std::size_t columns) : handle_(handle), columns_(columns) {}
  u32 column_count() const override { return static_cast<u32>(columns_); }
  ColumnFacts facts(u32) const override {
    ColumnFacts facts;
    facts.type = Type::I64;
    facts.may_be_null = false;
    return facts;
  }
  void start(QueryContext&) override {}
  Next next_morsel(Morsel& morsel) override {
    if (at_ >= std::min(handle_.shape.rows, handle_.shape.end)) return Next::End;
    morsel.sequence = sequence_++;
    morsel.first = at_;
    morsel.last = at_ = std::min(handle_.shape.rows, at_ + handle_.shape.morsel_rows);
    handle_.morsels.fetch_add(1);
    return Next::Ready;
  }
  std::optional<u64> rows_in_place() const override {
    return handle_.shape.places ? std::optional<u64>(handle_.shape.rows) : std::nullopt;
  }
  std::unique_ptr<MorselReader> make_reader() override { return std::make_unique<Reader>(handle_.shape, columns_); }
  void stop() override { handle_.stops.fetch_add(1); }

 private:
  RowsHandle& handle_;
  std::size_t columns_;
  u64 at_ = 0, sequence_ = 0;
};

}  // namespace rows_handle

inline std::shared_ptr<Source> RowsHandle::open_source(QueryContext&, const SourceDescription& description) {
  return std::make_shared<rows_handle::Rows>(*this, description.columns.size());
}

// A query of one pipeline: `columns` of the first handle into a sink of this kind.
inline QueryDescription simple_query(SinkDescription::Kind sink, u32 columns, i64 limit = -1, i64 offset = 0) {
  QueryDescription query;
  PipelineDescription pipeline;
  for (u32 i = 0; i < columns; ++i) {
    pipeline.source.columns.push_back(i);
    pipeline.program.inputs.push_back(Type::I64);
    pipeline.program.outputs.push_back(i);
  }
  pipeline.sink.kind = sink;
  pipeline.sink.limit = limit;
  pipeline.sink.offset = offset;
  query.pipelines.push_back(std::move(pipeline));
  return query;
}

}  // namespace spillway
