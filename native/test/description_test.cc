// Query descriptions: read back as written; anything cut, changed or made up is refused, in bounded memory.
#include "engine/description.h"

#include <random>

#include "engine/error.h"
#include "test/check.h"

namespace spillway {
namespace {

class Writer {
 public:
  template <class T>
  Writer& put(T value) {
    const u8* at = reinterpret_cast<const u8*>(&value);
    bytes.insert(bytes.end(), at, at + sizeof value);
    return *this;
  }
  Writer& text(const std::string& value) {
    put<u32>(static_cast<u32>(value.size()));
    bytes.insert(bytes.end(), value.begin(), value.end());
    return *this;
  }
  std::vector<u8> bytes;
};

std::vector<u8> example() {
  Writer out;
  out.put<u32>(0x50575331).put<u32>(1);
  out.put<u8>(0).put<u32>(0).put<u32>(2).put<u32>(3).put<u32>(1);                        // scan 0, columns 3 and 1
  out.put<u32>(1).put<u32>(1).put<u8>(4).put<u32>(1).put<u8>(11).put<u8>(0).text("ab");  // column 1 > "ab"
  out.put<i64>(5).put<i64>(70);                                                          // rows 5 to 69
  out.put<u32>(1).put<u32>(NeighborJoinDescription::kNone);                              // a join with an Annoy file
  out.put<u32>(2).put<u8>(10).put<u8>(11).put<u32>(0).put<u32>(0).put<u32>(1).put<u32>(
      0);  // of one column, not carried
  out.put<u32>(0).put<u8>(1).put<u32>(2).put<u32>(1).put<u32>(4).put<i64>(i64{1} << 40).put<u8>(1).put<u8>(0);
  out.put<f64>(0.25);
  out.put<u32>(2).put<u8>(3).put<u8>(11);                                      // inputs i32, utf8
  out.put<u32>(2).put<u8>(10).put<u8>(0).put<f64>(1.5).put<u8>(4).put<u8>(1);  // constants 1.5, null i64
  out.put<u32>(1).text("isNull").put<u8>(0).put<u32>(1).put<u32>(3).put<u32>(1).put<i64>(-7).text("label");
  out.put<u32>(2).put<u32>(0).put<u32>(4);                          // outputs
  out.put<u8>(3).put<i64>(10).put<i64>(2).put<u32>(0).put<u32>(1);  // sort, limit 10, offset 2
  out.text("quantile").put<u32>(1).put<u32>(0).put<u32>(1).put<f64>(0.95).put<u8>(1).put<u8>(10);
  out.put<u8>(1).put<u32>(1).put<u32>(1).put<u8>(1).put<u8>(0).put<u32>(1).put<i64>(5).put<u32>(9);
  out.put<u32>(1).text("sums").put<u32>(1).put<u32>(1).put<u32>(1).put<f64>(2.5).put<u32>(2).put<u8>(7).put<u8>(8);
  out.put<u8>(1).put<u32>(3).put<u32>(1).put<u8>(3).put<u8>(0).put<i64>(-4);                  // shards by bounds: −4
  out.put<u32>(1).put<u32>(1).put<u8>(1).put<u8>(6).put<f64>(1.5).put<u32>(7).put<f64>(2.5);  // 7 nearest, Minkowski
  out.put<u8>(1).put<u8>(0).text("tree").put<i64>(99);
  return out.bytes;
}

TEST(every_field_is_read) {
  std::vector<u8> bytes = example();
  QueryDescription query = decode_description(bytes.data(), bytes.size());
  const PipelineDescription& pipeline = query.pipelines.at(0);
  CHECK(pipeline.source.columns == (std::vector<u32>{3, 1}));
  CHECK_EQ(pipeline.source.predicates.at(0).constants.at(0).text, "ab");
  CHECK(pipeline.source.predicates[0].compare == Compare::Gt);
  CHECK_EQ(pipeline.program.constants.at(0).real, 1.5);
  CHECK(pipeline.program.constants.at(1).null);
  CHECK_EQ(pipeline.program.instructions.at(0).operation, "isNull");
  CHECK_EQ(pipeline.program.instructions[0].parameters.at(0), -7);
  CHECK_EQ(pipeline.program.instructions[0].label, "label");
  CHECK(pipeline.sink.kind == SinkDescription::Kind::Sort);
  CHECK_EQ(pipeline.sink.limit, 10);
  CHECK_EQ(pipeline.sink.offset, 2);
  CHECK_EQ(pipeline.sink.aggregates.at(0).parameters.at(0), 0.95);
  CHECK(pipeline.sink.aggregates[0].distinct);
  CHECK(pipeline.sink.order_blind);
  CHECK(pipeline.sink.sort_keys.at(0).descending);
  CHECK_EQ(pipeline.sink.group_limit, 5);
  CHECK_EQ(pipeline.sink.handle, 9u);
  CHECK_EQ(pipeline.source.first_row, 5u);
  CHECK_EQ(pipeline.source.end_row, 70u);
  CHECK_EQ(pipeline.sink.folds.at(0).name, "sums");
  CHECK_EQ(pipeline.sink.folds[0].arguments.at(0), 1u);
  CHECK_EQ(pipeline.sink.folds[0].parameters.at(0), 2.5);
  CHECK(pipeline.sink.folds[0].initial == (std::vector<u8>{7, 8}));
  CHECK(pipeline.sink.shards.method == ShardDescription::Method::Bounds);
  CHECK_EQ(pipeline.sink.shards.buckets, 3u);
  CHECK_EQ(pipeline.sink.shards.bounds.at(0).integer, -4);
  const AnnoyJoinDescription& annoy = *pipeline.source.joins.at(0).annoy;
  CHECK_EQ(annoy.handle, 2u);
  CHECK_EQ(annoy.coordinates, 1u);
  CHECK_EQ(annoy.k, 4u);
  CHECK_EQ(annoy.search_k, u64{1} << 40);
  CHECK(annoy.skip_missing);
  CHECK(!annoy.exclude_self);
  CHECK_EQ(annoy.query_seconds, 0.25);
  const NeighborDescription& neighbors = pipeline.sink.neighbors;
  CHECK_EQ(neighbors.coordinates, 1u);
  CHECK_EQ(neighbors.keys, 1u);
  CHECK(neighbors.match_nulls);
  CHECK_EQ(neighbors.metric, u8{6});
  CHECK_EQ(neighbors.p, 1.5);
  CHECK_EQ(neighbors.k, 7u);
  CHECK_EQ(neighbors.radius, 2.5);
  CHECK(neighbors.skip_missing);
  CHECK(!neighbors.exclude_self);
  CHECK_EQ(neighbors.method, "tree");
  CHECK_EQ(neighbors.expected_queries, 99u);
}

TEST(every_cut_is_refused) {
  std::vector<u8> bytes = example();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::vector<u8> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_THROWS(decode_description(cut.data(), cut.size()), Error, CHECK(error.code() == ErrorCode::Internal));
  }
  bytes.push_back(0);
  CHECK_THROWS(decode_description(bytes.data(), bytes.size()), Error);
}

TEST(changed_bytes_are_refused_or_read_but_never_worse) {
  std::vector<u8> good = example();
  std::mt19937 random(5);
  u32 refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<u8> bytes = good;
    for (u32 flips = 1 + random() % 3; flips > 0; --flips) bytes[random() % bytes.size()] = static_cast<u8>(random());
    try {
      decode_description(bytes.data(), bytes.size());
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Internal);
      refused += 1;
    }
  }
  CHECK(refused > 10'000);
}

}  // namespace
}  // namespace spillway
