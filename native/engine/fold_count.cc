// The fold `count`: rows, or with an argument rows where it has a value. State: u64 rows, u64 skipped.
#include "engine/error.h"
#include "engine/folds.h"

namespace spillway {
namespace {

class CountState final : public FoldState {
 public:
  explicit CountState(bool of_values) : of_values_(of_values) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    if (!of_values_ || columns[0].validity == nullptr) {
      rows_ += chunk.selected;
      return;
    }
    for (u32 i = 0; i < chunk.selected; ++i) ++(columns[0].valid(chunk.row_at(i)) ? rows_ : skipped_);
  }
  void merge(FoldState& other) override {
    rows_ += static_cast<CountState&>(other).rows_;
    skipped_ += static_cast<CountState&>(other).skipped_;
  }
  void save(format::Bytes& out) const override {
    format::append(out, rows_);
    format::append(out, skipped_);
  }
  void load(format::ByteReader& in) override {
    rows_ = in.read<u64>("rows");
    skipped_ = in.read<u64>("skipped rows");
  }
  std::size_t bytes() const override { return sizeof *this; }

 private:
  bool of_values_;
  u64 rows_ = 0, skipped_ = 0;
};

std::unique_ptr<FoldState> make_count(const FoldDescription&, const std::vector<ColumnFacts>& arguments) {
  if (arguments.size() > 1) throw Error(ErrorCode::Internal, "the fold count takes one column at most");
  return std::make_unique<CountState>(!arguments.empty());
}

}  // namespace

const FoldKind kCountFold{"count", make_count};

}  // namespace spillway
