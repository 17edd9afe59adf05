// The fold `distinctSketch`: how many different values (rows of several columns), about; parameters [precision].
//
// Few different values are kept as their hashes, which counts them exactly; more than that become 2^precision
// registers of a HyperLogLog. Both depend on the set of hashes alone. State: u32 version, u32 precision, u64 rows, u64
// skipped, u8 form; form 0: u32 count and so many hashes, ascending; form 1: the registers, a byte each.
#include <algorithm>

#include "engine/error.h"
#include "engine/fold_value_hash.h"
#include "engine/folds.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;
constexpr u32 kLeastPrecision = 4, kGreatestPrecision = 18;

// Hashes kept before registers are worth their memory.
constexpr u32 most_hashes(u32 precision) { return std::max(16u, (1u << precision) / 16); }

class DistinctState final : public FoldState {
 public:
  DistinctState(u32 precision, u32 columns)
      : precision_(precision), columns_(columns), hash_(columns), slots_(std::bit_ceil(most_hashes(precision) * 2)) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    FoldRows rows;
    rows.find(chunk, columns, columns_);
    rows_ += rows.count;
    skipped_ += chunk.selected - rows.count;
    u64 hashes[kVectorRows];
    hash_(columns, rows, hashes);
    u32 i = 0;
    for (; i < rows.count && registers_.empty(); ++i) keep(hashes[i]);
    raise_all(hashes + i, rows.count - i);
  }

  void merge(FoldState& given) override {
    auto& other = static_cast<DistinctState&>(given);
    rows_ += other.rows_;
    skipped_ += other.skipped_;
    if (!other.registers_.empty()) {
      to_registers();
      for (std::size_t r = 0; r < registers_.size(); ++r) registers_[r] = std::max(registers_[r], other.registers_[r]);
    }
    for (u64 hash : other.slots_) {
      if (hash != 0) add(hash);
    }
  }

  void save(format::Bytes& out) const override {
    format::append(out, kVersion);
    format::append(out, precision_);
    format::append(out, rows_);
    format::append(out, skipped_);
    format::append(out, static_cast<u8>(registers_.empty() ? 0 : 1));
    if (!registers_.empty()) return format::append_bytes(out, registers_.data(), registers_.size());
    std::vector<u64> hashes;
    for (u64 hash : slots_) {
      if (hash != 0) hashes.push_back(hash);
    }
    std::sort(hashes.begin(), hashes.end());
    format::append(out, static_cast<u32>(hashes.size()));
    format::append_bytes(out, hashes.data(), hashes.size() * sizeof(u64));
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("a distinct sketch of an unknown version");
    if (in.read<u32>("precision") != precision_) format::fault("a distinct sketch of another precision");
    rows_ = in.read<u64>("rows");
    skipped_ = in.read<u64>("skipped rows");
    const u8 form = in.read<u8>("form");
    if (form > 1) format::fault("a distinct sketch of an unknown form");
    if (form == 1) {
      to_registers();
      std::memcpy(registers_.data(), in.take(registers_.size(), "registers"), registers_.size());
      const auto too_high = [&](u8 value) { return value > 65 - precision_; };
      if (std::any_of(registers_.begin(), registers_.end(), too_high)) format::fault("a register beyond its range");
      return;
    }
    const u32 count = in.read<u32>("hashes");
    if (count > most_hashes(precision_) || count > rows_) format::fault("more hashes than a distinct sketch keeps");
    u64 last = 0;
    for (u32 i = 0; i < count; ++i) {
      const u64 hash = in.read<u64>("hash");
      if (hash <= last) format::fault("hashes that do not ascend");
      keep(hash);
      last = hash;
    }
  }

  std::size_t bytes() const override {
    return sizeof *this + hash_.bytes() + slots_.capacity() * sizeof(u64) + registers_.capacity();
  }

 private:
  void add(u64 hash) { registers_.empty() ? keep(hash) : raise(hash); }

  void keep(u64 hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
      if (slots_[at] == hash) return;
    }
    slots_[at] = hash;
    if (++kept_ > most_hashes(precision_)) to_registers();
  }

  void raise_all(const u64* hashes, u32 count) {
    u8* registers = registers_.data();
    const u32 shift = 64 - precision_;
    for (u32 i = 0; i < count; ++i) {
      u8& at = registers[hashes[i] >> shift];
      const u8 height = height_of(hashes[i]);
      if (height > at) at = height;  // seldom, once many values were seen
    }
  }

  // The register is named by the first bits; it holds the place of the first one among the others.
  u8 height_of(u64 hash) const {
    const u64 rest = (hash << precision_) | (u64{1} << (precision_ - 1));
    return static_cast<u8>(__builtin_clzll(rest) + 1);
  }
  void raise(u64 hash) { raise_all(&hash, 1); }

  void to_registers() {
    if (!registers_.empty()) return;
    registers_.assign(std::size_t{1} << precision_, 0);
    for (u64 hash : slots_) {
      if (hash != 0) raise(hash);
    }
    slots_ = {};
    kept_ = 0;
  }

  u32 precision_;
  u32 columns_;
  FoldValueHash hash_;
  u64 rows_ = 0, skipped_ = 0;
  u32 kept_ = 0;
  std::vector<u64> slots_;  // hash table of the hashes; empty once there are registers
  std::vector<u8> registers_;
};

std::unique_ptr<FoldState> make_distinct(const FoldDescription& fold, const std::vector<ColumnFacts>& arguments) {
  if (arguments.empty() || fold.parameters.size() != 1 || !(fold.parameters[0] >= kLeastPrecision) ||
      !(fold.parameters[0] <= kGreatestPrecision)) {
    throw Error(ErrorCode::Internal, "the fold distinctSketch takes columns and a precision of 4 to 18");
  }
  return std::make_unique<DistinctState>(static_cast<u32>(fold.parameters[0]), static_cast<u32>(arguments.size()));
}

}  // namespace

const FoldKind kDistinctSketchFold{"distinctSketch", make_distinct};

}  // namespace spillway
