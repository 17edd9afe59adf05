// The fold `topK`: the rows greatest (least) in their first argument; parameters [k, descending 0/1,
// unit of each argument].
//
// Ties go to the earlier row, then to the state merged into. Rows without a value in the first argument are skipped;
// nulls in the others are kept. State: u32 version, u64 k, u8 descending, u64 rows, u64 skipped, u32 columns, of each
// u8 type and u8 unit, then the rows as fold_kept_rows.h says, first come first.
#include "engine/error.h"
#include "engine/fold_kept_rows.h"
#include "engine/fold_rows.h"
#include "engine/folds.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;

KeptRows::TextOrder text_order(Type by, bool descending) {
  if (by != Type::Utf8) return KeptRows::TextOrder::None;
  return descending ? KeptRows::TextOrder::Descending : KeptRows::TextOrder::Ascending;
}

class TopKState final : public FoldState {
 public:
  TopKState(std::vector<KeptRows::Column> columns, u64 limit, bool descending)
      : by_(columns[0].type),
        limit_(limit),
        flip_(descending ? ~u64{0} : 0),
        kept_(std::move(columns), limit, text_order(by_, descending)) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    FoldRows rows;
    rows.find(chunk, columns, 1);
    rows_ += rows.count;
    skipped_ += chunk.selected - rows.count;
    const auto offer = [&](u32 i, u64 word) {
      const u32 row = rows[i];
      const u64 place = chunk.place_of(row);
      if (kept_.admits(word ^ flip_, place)) kept_.add(word ^ flip_, place, columns, row);
    };
    const Vector& by = columns[0];
    if (by.type != Type::Utf8) return each_ordered_word(by, rows, offer);
    const auto offer_text = [&](u32 i, const StringView& text) {
      const u32 row = rows[i];
      const u64 place = chunk.place_of(row), word = text_word(text.data(), text.length) ^ flip_;
      if (kept_.admits(word, place, text)) kept_.add(word, place, columns, row);
    };
    if (by.dictionary == nullptr) return each_value<StringView>(by, rows, offer_text);
    const StringView* entries = by.dictionary->entries();
    each_value<u32>(by, rows, [&](u32 i, u32 code) { offer_text(i, entries[code]); });
  }

  void merge(FoldState& given) override {
    auto& other = static_cast<TopKState&>(given);
    rows_ += other.rows_;
    skipped_ += other.skipped_;
    kept_.merge(other.kept_);
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, limit_);
    format::append(out, static_cast<u8>(flip_ == 0 ? 0 : 1));
    format::append(out, rows_);
    format::append(out, skipped_);
    kept_.save(out);
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("a topK of an unknown version");
    if (in.read<u64>("k") != limit_) format::fault("a topK of another k");
    if (in.read<u8>("order") != (flip_ == 0 ? 0 : 1)) format::fault("a topK of the other order");
    rows_ = in.read<u64>("rows");
    skipped_ = in.read<u64>("skipped rows");
    kept_.load(in, [&](u64, const u8* values) {
      if (values[0] != 0) format::fault("a row of a topK without the value it is kept for");
      return word_of(values + 1) ^ flip_;
    });
  }

  std::size_t bytes() const override { return sizeof *this + kept_.bytes(); }

 private:
  // Of a value of the first argument as fold_kept_rows.h keeps it.
  u64 word_of(const u8* value) const {
    u64 word = 0;
    if (by_ == Type::Utf8) {
      u32 length;
      std::memcpy(&length, value, sizeof length);
      return text_word(reinterpret_cast<const char*>(value) + sizeof length, length);
    }
    u64 aligned = 0;
    std::memcpy(&aligned, value, width_of(by_));
    Vector vector;
    vector.type = by_;
    vector.data = &aligned;
    FoldRows one;
    one.count = 1;
    one.all = true;
    each_ordered_word(vector, one, [&](u32, u64 of) { word = of; });
    return word;
  }

  const Type by_;
  const u64 limit_;
  const u64 flip_;
  u64 rows_ = 0, skipped_ = 0;
  KeptRows kept_;
};

std::unique_ptr<FoldState> make_top_k(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  if (arguments.empty() || fold.parameters.size() != 2 + arguments.size() || !(fold.parameters[0] >= 1) ||
      !(fold.parameters[0] <= 4294967295.0)) {
    throw Error(ErrorCode::Internal, "the fold topK takes columns, the number of rows to keep, their order, and units");
  }
  return std::make_unique<TopKState>(KeptRows::columns_of(arguments, fold.parameters.data() + 2),
                                     static_cast<u64>(fold.parameters[0]), fold.parameters[1] != 0);
}

}  // namespace

const FoldKind kTopKFold{"topK", make_top_k};

}  // namespace spillway
