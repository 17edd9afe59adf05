// The fold `sums` of one column: integers and Bool exactly, floats in pairs.
// State: u32 version, u32 kind (0 whole, 1 real), u64 rows, u64 skipped, then i128 or f64 high, f64 low.
#include "engine/error.h"
#include "engine/fold_reals.h"
#include "engine/folds.h"
#include "engine/gram_state.h"
#include "kernels/aggregate.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;

class SumsState final : public FoldState {
 public:
  explicit SumsState(Type type) : type_(type), scratch_(kVectorRows) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    const AggregateTable& kernels = aggregate_kernels();
    picked_.pick(chunk, columns, 1);
    rows_ += picked_.size();
    skipped_ += picked_.skipped();
    if (real()) {
      const f64* values = picked_.reals(columns[0], reinterpret_cast<f64*>(scratch_.data()));
      RealSum sum = {0, 0};
      kernels.one_sum_real(reinterpret_cast<u8*>(&sum), values, picked_.size());
      real_ = real_ + PairReal(sum.high, sum.low);
      return;
    }
    const i64* values = picked_.integers(columns[0], scratch_.data());
    u64 sum[2] = {0, 0};  // an i128, the low word first
    if (type_ == Type::U64) {
      kernels.one_sum_unsigned(reinterpret_cast<u8*>(sum), reinterpret_cast<const u64*>(values), picked_.size());
    } else {
      kernels.one_sum_wide(reinterpret_cast<u8*>(sum), values, picked_.size());
    }
    i128 wide;
    std::memcpy(&wide, sum, sizeof wide);
    add(wide);
  }

  void merge(FoldState& given) override {
    const auto& other = static_cast<SumsState&>(given);
    rows_ += other.rows_;
    skipped_ += other.skipped_;
    real_ = real_ + other.real_;
    add(other.whole_);
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, u32{real()});
    format::append(out, rows_);
    format::append(out, skipped_);
    if (real()) {
      save_sum(out, real_);
    } else {
      format::append(out, whole_);
    }
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("it is of another version");
    if (in.read<u32>("kind") != u32{real()}) format::fault("it is of another type");
    rows_ = in.read<u64>("rows");
    skipped_ = in.read<u64>("skipped rows");
    if (real()) {
      real_ = load_sum(in);
    } else {
      whole_ = in.read<i128>("the sum");
    }
  }

  std::size_t bytes() const override { return sizeof *this + scratch_.size() * sizeof(i64); }

 private:
  bool real() const { return is_float(type_); }
  // Rows alone cannot overflow it; what was loaded might.
  void add(i128 value) { whole_ = static_cast<i128>(static_cast<u128>(whole_) + static_cast<u128>(value)); }

  const Type type_;
  u64 rows_ = 0, skipped_ = 0;
  i128 whole_ = 0;
  PairReal real_;
  RealRows picked_;
  std::vector<i64> scratch_;
};

std::unique_ptr<FoldState> make_sums(const FoldDescription&, const std::vector<ColumnFacts>& arguments) {
  if (arguments.size() != 1) throw Error(ErrorCode::Internal, "the fold sums takes one column");
  return std::make_unique<SumsState>(arguments[0].type);
}

}  // namespace

const FoldKind kSumsFold{"sums", make_sums};

}  // namespace spillway
