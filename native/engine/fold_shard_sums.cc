// The fold `shardSums`: rows and checksum of each shard, as the writer of shards counts them. Arguments: the shard's
// number (u32), then the columns that the checksum covers. No row is skipped: nulls count as values.
// State: u32 version, u32 shards, then by ascending number u32 number, u64 rows, u64 checksum each.
#include <algorithm>
#include <unordered_map>

#include "engine/error.h"
#include "engine/folds.h"
#include "engine/shard_words.h"

namespace spillway {
namespace {

constexpr u32 kVersion = 1;
constexpr u32 kEntryBytes = 20;
// What an entry of the table takes, with its share of the buckets.
constexpr std::size_t kTableBytes = 56;

class ShardSumsState final : public FoldState {
 public:
  explicit ShardSumsState(const std::vector<ColumnFacts>& columns) : hasher_(columns, false) {}

  void update(const Chunk& chunk, const Vector* columns) override {
    const Vector& number = columns[0];
    const u32* numbers = number.values<u32>();
    Chunk hashed = chunk;
    hashed.columns = columns;
    u64 hashes[kVectorRows];
    hasher_.hash(hashed, 1, hashes);
    Total* total = nullptr;
    u32 last = 0;
    for (u32 i = 0; i < chunk.selected; ++i) {
      const u32 shard = numbers[number.constant ? 0 : chunk.row_at(i)];
      if (total == nullptr || shard != last) total = &totals_[shard];
      last = shard;
      ++total->rows;
      total->checksum += hashes[i];
    }
  }

  void merge(FoldState& other) override {
    for (const auto& [shard, total] : static_cast<ShardSumsState&>(other).totals_) add(shard, total);
  }

  void save(format::Bytes& out) const override {
    std::vector<std::pair<u32, Total>> sorted(totals_.begin(), totals_.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    format::append(out, kVersion);
    format::append(out, static_cast<u32>(sorted.size()));
    for (const auto& [shard, total] : sorted) {
      format::append(out, shard);
      format::append(out, total.rows);
      format::append(out, total.checksum);
    }
  }

  void load(format::ByteReader& in) override {
    if (in.read<u32>("version") != kVersion) format::fault("it is of another version");
    const u32 shards = in.read<u32>("shards");
    if (u64{shards} * kEntryBytes > in.left()) format::fault("it has fewer shards than it says");
    for (u32 i = 0; i < shards; ++i) {
      const u32 shard = in.read<u32>("number");
      const u64 rows = in.read<u64>("rows");
      add(shard, {rows, in.read<u64>("checksum")});
    }
  }

  std::size_t bytes() const override { return sizeof *this + hasher_.bytes() + totals_.size() * kTableBytes; }

 private:
  struct Total {
    u64 rows = 0;
    u64 checksum = 0;
  };
  void add(u32 shard, const Total& more) {
    Total& total = totals_[shard];
    total.rows += more.rows;
    total.checksum += more.checksum;
  }

  const RowHasher hasher_;
  std::unordered_map<u32, Total> totals_;
};

std::unique_ptr<FoldState> make_shard_sums(const FoldDescription&, const std::vector<ColumnFacts>& arguments) {
  if (arguments.empty() || arguments[0].type != Type::U32) {
    throw Error(ErrorCode::Internal, "the fold shardSums takes the shard's number first");
  }
  return std::make_unique<ShardSumsState>(std::vector<ColumnFacts>(arguments.begin() + 1, arguments.end()));
}

}  // namespace

const FoldKind kShardSumsFold{"shardSums", make_shard_sums};

}  // namespace spillway
