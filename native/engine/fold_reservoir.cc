// The fold `reservoir`: a uniform sample of rows without replacement; parameters [rows wanted, seed,
// unit of each argument].
//
// Kept are the rows whose numbers in the source have the least hashes, so that the sample depends on seed and rows
// alone. No row is skipped. State: u32 version, u64 rows wanted, u64 seed, u64 rows, u64 skipped (0), u32 columns, of
// each u8 type and u8 unit, then the rows as fold_kept_rows.h says, least hash first.
#include "engine/error.h"
#include "engine/fold_kept_rows.h"
#include "engine/fold_rows.h"
#include "engine/folds.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;

class ReservoirState final : public FoldState {
 public:
  ReservoirState(std::vector<KeptRows::Column> columns, u64 limit, u64 seed)
      : limit_(limit),
        seed_(seed),
        start_(mixed_word(seed)),
        kept_(std::move(columns), limit, KeptRows::TextOrder::None) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    rows_ += chunk.selected;
    for (u32 i = 0; i < chunk.selected; ++i) {
      const u32 row = chunk.row_at(i);
      const u64 place = chunk.place_of(row);
      const u64 word = word_of(place);
      if (kept_.admits(word, place)) kept_.add(word, place, columns, row);
    }
  }

  void merge(FoldState& given) override {
    auto& other = static_cast<ReservoirState&>(given);
    rows_ += other.rows_;
    kept_.merge(other.kept_);
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, limit_);
    format::append(out, seed_);
    format::append(out, rows_);
    format::append(out, u64{0});
    kept_.save(out);
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("a reservoir of an unknown version");
    if (in.read<u64>("rows wanted") != limit_) format::fault("a reservoir of another size");
    if (in.read<u64>("seed") != seed_) format::fault("a reservoir of another seed");
    rows_ = in.read<u64>("rows");
    if (in.read<u64>("skipped rows") != 0) format::fault("a reservoir that skipped rows");
    kept_.load(in, [&](u64 place, const u8*) { return word_of(place); });
  }

  std::size_t bytes() const override { return sizeof *this + kept_.bytes(); }

 private:
  u64 word_of(u64 place) const { return mixed_word(place * 0x9fb21c651e98df25u + start_); }

  const u64 limit_;
  const u64 seed_;
  const u64 start_;
  u64 rows_ = 0;
  KeptRows kept_;
};

std::unique_ptr<FoldState> make_reservoir(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  constexpr f64 kMostSeed = 9007199254740991.0;
  if (arguments.empty() || fold.parameters.size() != 2 + arguments.size() || !(fold.parameters[0] >= 1) ||
      !(fold.parameters[0] <= 4294967295.0) || !(fold.parameters[1] >= 0) || !(fold.parameters[1] <= kMostSeed)) {
    throw Error(ErrorCode::Internal, "the fold reservoir takes columns, the number of rows to keep, a seed, and units");
  }
  return std::make_unique<ReservoirState>(KeptRows::columns_of(arguments, fold.parameters.data() + 2),
                                          static_cast<u64>(fold.parameters[0]), static_cast<u64>(fold.parameters[1]));
}

}  // namespace

const FoldKind kReservoirFold{"reservoir", make_reservoir};

}  // namespace spillway
