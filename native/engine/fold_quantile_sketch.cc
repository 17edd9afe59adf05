// The fold `quantileSketch`: quantiles and ranks, about, in little memory; parameters [k, together 0/1, unit].
//
// Segments of rows that follow each other each keep a forest of samples of k values (fold_quantile_segment.h). States
// whose rows do not lie side by side in one source keep their segments apart until `together` says that no rows come
// between; where they even overlap, samples are joined by their weight, losing nothing but the same choices.
// State: u32 version, u32 k, u8 type, u8 unit (of timestamps 0 … 3, of others 255), u64 rows, u64 skipped, u64 least
// and greatest word (fold_rows.h), u64 joins, u32 segments and each, u32 overlapping samples and each, by weight.
#include <algorithm>

#include "engine/error.h"
#include "engine/fold_quantile_segment.h"
#include "engine/fold_rows.h"
#include "engine/folds.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;
constexpr u32 kLeastK = 8, kGreatestK = 65536;
constexpr std::size_t kMostSegments = 64;
constexpr u64 kPlaceless = ~u64{0};  // height-like salt of the choices among overlapping samples

class QuantileState final : public FoldState {
 public:
  QuantileState(Type type, u8 unit, u64 k, bool together) : type_(type), unit_(unit), k_(k), together_(together) {}

  void begin_morsel(u64 sequence) override {
    if (told_.empty() || told_.back().end_morsel != sequence) {
      QuantileSegment next;
      next.from_morsel = sequence;
      const auto after = std::upper_bound(told_.begin(), told_.end(), sequence,
                                          [](u64 s, const QuantileSegment& of) { return s < of.from_morsel; });
      current_ = static_cast<std::size_t>(after - told_.begin());
      told_.insert(after, std::move(next));
    } else {
      current_ = told_.size() - 1;
    }
    told_[current_].end_morsel = sequence + 1;
    in_morsel_ = true;
  }

  void update(const Chunk& chunk, const Vector* columns) override {
    FoldRows rows;
    rows.find(chunk, columns, 1);
    rows_ += rows.count;
    skipped_ += chunk.selected - rows.count;
    if (rows.count == 0) return;
    u64 words[kVectorRows], places[kVectorRows];
    each_ordered_word(columns[0], rows, [&](u32 i, u64 word) { words[i] = word; });
    for (u32 i = 0; i < rows.count; ++i) {
      places[i] = chunk.place_of(rows[i]);
      least_ = std::min(least_, words[i]);
      greatest_ = std::max(greatest_, words[i]);
    }
    QuantileSegment* segment = in_morsel_ ? &told_[current_] : nullptr;
    if (segment != nullptr && (segment->empty() || segment->last < places[0])) {
      segment->append(places, words, rows.count, k_);
      return;
    }
    QuantileSegment alone;
    alone.append(places, words, rows.count, k_);
    add(alone);
  }

  bool scattered() const override { return told_.size() > 8; }

  void merge(FoldState& given) override {
    auto& other = static_cast<QuantileState&>(given);
    rows_ += other.rows_;
    skipped_ += other.skipped_;
    least_ = std::min(least_, other.least_);
    greatest_ = std::max(greatest_, other.greatest_);
    in_morsel_ = false;
    for (QuantileSegment& segment : other.told_) add_told(std::move(segment));
    for (QuantileSegment& segment : other.segments_) add(segment);
    for (QuantileNode& node : other.overlapping_) add_overlapping(std::move(node));
    joins_ += other.joins_;
  }

  void save(format::Bytes& out) const override {
    QuantileState whole = *this;
    whole.conclude();
    whole.write(out);
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("a quantile sketch of an unknown version");
    if (in.read<u32>("k") != k_) format::fault("a quantile sketch of another k");
    if (in.read<u8>("type") != static_cast<u8>(type_)) format::fault("a quantile sketch of another type");
    if (in.read<u8>("unit") != unit_) format::fault("a quantile sketch of another unit");
    rows_ = in.read<u64>("rows");
    skipped_ = in.read<u64>("skipped rows");
    least_ = in.read<u64>("the least value");
    greatest_ = in.read<u64>("the greatest value");
    joins_ = in.read<u64>("joins");
    const u32 segments = in.read<u32>("segments");
    if (segments > kMostSegments) format::fault("more segments than a quantile sketch keeps");
    for (u32 s = 0; s < segments; ++s) {
      segments_.emplace_back().load(in, k_);
      if (s > 0 && segments_[s - 1].last >= segments_[s].first) format::fault("segments out of order");
    }
    const u32 overlapping = in.read<u32>("overlapping samples");
    for (u32 n = 0; n < overlapping; ++n) {
      overlapping_.emplace_back().load(in, k_);
      if (n > 0 && overlapping_[n - 1].shift >= overlapping_[n].shift) format::fault("samples out of order");
    }
  }

  std::size_t bytes() const override {
    std::size_t held = sizeof *this;
    for (const QuantileSegment& segment : told_) held += segment.bytes();
    for (const QuantileSegment& segment : segments_) held += segment.bytes();
    for (const QuantileNode& node : overlapping_) held += node.bytes();
    return held;
  }

 private:
  // Next to the segments of the morsels before and after; glued if none is missing.
  void add_told(QuantileSegment&& segment) {
    auto at = std::upper_bound(told_.begin(), told_.end(), segment.from_morsel,
                               [](u64 s, const QuantileSegment& of) { return s < of.from_morsel; });
    at = told_.insert(at, std::move(segment));
    if (at + 1 != told_.end() && may_glue(*at, at[1])) {
      at->glue(at[1], k_);
      told_.erase(at + 1);
    }
    if (at != told_.begin() && may_glue(at[-1], *at)) {
      at[-1].glue(*at, k_);
      told_.erase(at);
    }
  }
  static bool may_glue(const QuantileSegment& a, const QuantileSegment& b) {
    return a.end_morsel == b.from_morsel && (a.empty() || b.empty() || a.last < b.first);
  }

  // A segment of which nothing is known but the places of its rows.
  void add(QuantileSegment& segment) {
    segment.from_morsel = segment.end_morsel = 0;
    if (segment.empty()) return;
    auto at = std::upper_bound(segments_.begin(), segments_.end(), segment.first,
                               [](u64 place, const QuantileSegment& of) { return place < of.first; });
    const bool after = at == segments_.begin() || at[-1].last < segment.first;
    const bool before = at == segments_.end() || segment.last < at->first;
    if (!after || !before) {
      for (QuantileNode& node : segment.nodes) add_overlapping(std::move(node));
      return;
    }
    at = segments_.insert(at, std::move(segment));
    if (at + 1 != segments_.end() && at->last + 1 == at[1].first) glue_next(at);
    if (at != segments_.begin() && at[-1].last + 1 == at->first) glue_next(at - 1);
    if (segments_.size() > kMostSegments) glue_next(segments_.begin());
  }
  void glue_next(std::vector<QuantileSegment>::iterator at) {
    at->glue(at[1], k_);
    segments_.erase(at + 1);
  }

  // One sample per weight: two of the same become one, and when that is too large one of twice the weight.
  void add_overlapping(QuantileNode&& node) {
    node.sort();
    node.fit(k_);
    for (;;) {
      const auto at = std::lower_bound(overlapping_.begin(), overlapping_.end(), node.shift,
                                       [](const QuantileNode& of, u32 shift) { return of.shift < shift; });
      if (at == overlapping_.end() || at->shift != node.shift) {
        node.height = 0;
        node.index = 0;
        overlapping_.insert(at, std::move(node));
        return;
      }
      const u32 shift = node.shift;
      node.join(*at, k_, mixed_word(kPlaceless - joins_++));
      overlapping_.erase(at);
      if (node.shift == shift) {
        overlapping_.insert(std::lower_bound(overlapping_.begin(), overlapping_.end(), shift,
                                             [](const QuantileNode& of, u32 s) { return of.shift < s; }),
                            std::move(node));
        return;
      }
    }
  }

  void conclude() {
    for (QuantileSegment& segment : told_) add(segment);
    told_.clear();
    while (together_ && segments_.size() > 1) glue_next(segments_.begin());
    for (QuantileSegment& segment : segments_) segment.settle(k_);
  }

  void write(format::Bytes& out) const {
    format::append(out, kVersion);
    format::append(out, static_cast<u32>(k_));
    format::append(out, static_cast<u8>(type_));
    format::append(out, unit_);
    format::append(out, rows_);
    format::append(out, skipped_);
    format::append(out, least_);
    format::append(out, greatest_);
    format::append(out, joins_);
    format::append(out, static_cast<u32>(segments_.size()));
    for (const QuantileSegment& segment : segments_) segment.save(out);
    format::append(out, static_cast<u32>(overlapping_.size()));
    for (const QuantileNode& node : overlapping_) node.save(out);
  }

  Type type_;
  u8 unit_;
  u64 k_;
  bool together_;
  u64 rows_ = 0, skipped_ = 0;
  u64 least_ = ~u64{0}, greatest_ = 0;
  u64 joins_ = 0;
  bool in_morsel_ = false;
  std::size_t current_ = 0;                // the segment of the present morsel
  std::vector<QuantileSegment> told_;      // of morsels, ascending
  std::vector<QuantileSegment> segments_;  // of rows with other places each, ascending
  std::vector<QuantileNode> overlapping_;  // of rows whose places others had, too; ascending weights
};

std::unique_ptr<FoldState> make_quantile(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  const std::vector<f64>& given = fold.parameters;
  if (arguments.size() != 1 || arguments[0].type == Type::Utf8 || arguments[0].type == Type::Bool ||
      given.size() != 3 || !(given[0] >= kLeastK) || !(given[0] <= kGreatestK)) {
    throw Error(ErrorCode::Internal,
                "the fold quantileSketch takes one column with an order, k of 8 to 65536, 0 or 1, and a unit");
  }
  const u8 unit = given[2] >= 0 && given[2] < 255 ? static_cast<u8>(given[2]) : u8{255};
  return std::make_unique<QuantileState>(arguments[0].type, unit, static_cast<u64>(given[0]), given[1] != 0);
}

}  // namespace

const FoldKind kQuantileSketchFold{"quantileSketch", make_quantile};

}  // namespace spillway
