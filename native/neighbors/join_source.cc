// Cuts the morsels of its input into parts that take a few hundredths of a second to search.
#include "neighbors/join_source.h"

#include <algorithm>

#include "neighbors/join_reader.h"

namespace spillway {
namespace {

constexpr f64 kPartSeconds = 0.02;
constexpr u64 kLeastPart = 64;

class JoinSource final : public Source {
 public:
  JoinSource(std::shared_ptr<Source> input, const NeighborJoinDescription& join,
             std::shared_ptr<const JoinTarget> target, JoinCounts counts)
      : input_(std::move(input)), join_(join) {
    view_.facts = target->facts();
    view_.target = std::move(target);
    view_.columns = join.columns;
    view_.read = counts.read;
    view_.scanned = counts.scanned;
  }

  u32 column_count() const override { return view_.first_of_payload() + static_cast<u32>(view_.columns.size()); }
  ColumnFacts facts(u32 column) const override;
  void start(QueryContext& context) override;
  void number_rows() override {
    input_->number_rows();
    view_.numbered = true;
  }
  Next next_morsel(Morsel& morsel) override;
  std::unique_ptr<MorselReader> make_reader() override {
    return std::make_unique<JoinReader>(view_, input_->make_reader());
  }
  void on_ready(std::function<void()> wake) override { input_->on_ready(std::move(wake)); }
  void stop() override { input_->stop(); }
  double fraction() const override { return input_->fraction(); }

 private:
  std::shared_ptr<Source> input_;
  const NeighborJoinDescription& join_;
  JoinView view_;
  std::vector<ColumnFacts> outputs_;  // of the program
  u64 part_rows_ = 0;
  Morsel open_;  // of the input: what is being cut into parts
  u64 part_ = 0, parts_ = 0;
  u64 sequence_ = 0;
};

void JoinSource::start(QueryContext& context) {
  view_.context = &context;
  input_->start(context);
  const u32 coordinates = view_.facts.coordinates;
  const std::vector<Type>& keys = view_.facts.keys;
  const u32 first = coordinates + static_cast<u32>(keys.size());
  std::vector<ColumnFacts> facts;
  for (u32 i = 0; i < join_.program.inputs.size(); ++i) {
    if (i >= input_->column_count() || input_->facts(i).type != join_.program.inputs[i]) {
      throw Error(ErrorCode::Internal, "a join's program does not fit column " + std::to_string(i) + " of its source");
    }
    facts.push_back(input_->facts(i));
  }
  view_.program = Program::compile(join_.program, facts);
  outputs_ = view_.program->outputs();
  if (outputs_.size() < first) throw Error(ErrorCode::Internal, "a join has too few columns");
  for (u32 j = 0; j < first; ++j) {
    const Type wanted = j < coordinates ? Type::F64 : keys[j - coordinates];
    if (outputs_[j].type != wanted)
      throw Error(ErrorCode::Internal, "column " + std::to_string(j) + " of a join has another type");
  }
  view_.carried = static_cast<u32>(outputs_.size()) - first;
  for (u32 column : view_.columns) {
    if (view_.facts.payload == nullptr || column >= view_.facts.payload->column_count()) {
      throw Error(ErrorCode::Internal, "a join names a column that its reference does not have");
    }
  }
  if (view_.facts.exclude_self) input_->number_rows();
  const f64 seconds = view_.facts.query_seconds;
  part_rows_ = seconds * kRowGroupRows <= kPartSeconds ? kRowGroupRows
                                                       : std::max(kLeastPart, static_cast<u64>(kPartSeconds / seconds));
}

ColumnFacts JoinSource::facts(u32 column) const {
  const u32 first = view_.first_of_payload();
  if (column < view_.carried) return outputs_[view_.facts.coordinates + view_.facts.keys.size() + column];
  if (column >= first) return view_.facts.payload->facts(view_.columns[column - first]);
  ColumnFacts facts;
  facts.may_be_null = false;
  if (column == view_.carried + 1) {
    facts.type = Type::F64;
    return facts;
  }
  const i64 least = column == view_.carried ? 1 : 0;
  facts.type = Type::I32;
  facts.has_range = true;
  facts.min = least;
  facts.max = least + std::max<i64>(1, least == 1 ? view_.facts.most : view_.facts.rows) - 1;
  return facts;
}

Source::Next JoinSource::next_morsel(Morsel& morsel) {
  if (part_ == parts_) {
    open_ = Morsel();
    const Next next = input_->next_morsel(open_);
    if (next != Next::Ready) return next;
    const u64 rows = input_->rows_to_share(open_);
    part_ = 0;
    parts_ = std::max<u64>(1, (rows + part_rows_ - 1) / part_rows_);
  }
  auto part = std::make_shared<JoinMorsel>();
  part->input = open_;
  if (parts_ > 1) {
    part->first = part_ * part_rows_;
    if (part_ + 1 < parts_) part->end = part->first + part_rows_;
  }
  part_ += 1;
  if (part_ == parts_) open_ = Morsel();
  morsel = Morsel();
  morsel.sequence = sequence_++;
  morsel.payload = std::move(part);
  return Next::Ready;
}

}  // namespace

std::shared_ptr<Source> join_neighbors(std::shared_ptr<Source> input, const NeighborJoinDescription& join,
                                       std::shared_ptr<const JoinTarget> target, JoinCounts counts) {
  return std::make_shared<JoinSource>(std::move(input), join, std::move(target), counts);
}

}  // namespace spillway
