// Tiles from a file answer as they did; those that are not what they should be are refused.
#include <limits>

#include "engine/error.h"
#include "test/check.h"
#include "test/tile_cases.h"

namespace spillway {
namespace {

// The sections of an index, copied to addresses `shift` beyond a multiple of eight.
struct Kept {
  Kept(const SearchIndex& index, std::size_t shift) : at(shift) {
    for (const IndexSection& section : index.sections()) {
      bytes.emplace_back(section.bytes + shift);
      std::memcpy(bytes.back().data() + shift, section.data, section.bytes);
      names.push_back(section.name);
    }
  }
  std::vector<IndexSection> sections() const {
    std::vector<IndexSection> all;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      all.push_back({names[i], bytes[i].data() + at, bytes[i].size() - at});
    return all;
  }
  void set(std::size_t section, std::size_t number, f64 value) {
    std::memcpy(bytes[section].data() + at + number * sizeof(f64), &value, sizeof(f64));
  }
  std::size_t at;
  std::vector<std::vector<u8>> bytes;
  std::vector<std::string> names;
};

MetricSpec spec_of(Metric kind) {
  MetricSpec spec;
  spec.kind = kind;
  return spec;
}

TEST(answers_are_those_of_the_tiles_that_were_kept) {
  for (Metric metric : {Metric::Euclidean, Metric::Cosine, Metric::InnerProduct}) {
    for (bool single : {true, false}) {
      Case data(777, 11, 20);
      data.fill([](u32, u32) { return 5 + normal(); }, single);
      std::vector<u32> numbers;
      const QueryRows queries = data.query_rows(numbers);
      auto index = index_by("tile", metric, data.resident());
      for (std::size_t shift : {0u, 1u, 4u}) {
        const Kept kept(*index, shift);
        auto restored = tile_method().restore(spec_of(metric), data.resident(), kept.sections(), nullptr);
        CHECK(nearest_of(*restored, queries, {{0, data.rows}}, 7) == nearest_of(*index, queries, {{0, data.rows}}, 7));
      }
    }
  }
}

TEST(tiles_that_do_not_fit_are_refused) {
  Case data(500, 6, 1);
  data.fill([](u32, u32) { return normal(); }, true);
  auto index = index_by("tile", Metric::Euclidean, data.resident());
  const auto refused = [&](const Kept& kept, const ReferenceRows& rows, Metric metric) {
    CHECK_THROWS(tile_method().restore(spec_of(metric), rows, kept.sections(), nullptr), Error,
                 CHECK(error.code() == ErrorCode::Format));
  };
  Kept good(*index, 0);
  refused(good, data.resident(), Metric::Cosine);
  ReferenceRows fewer = data.resident();
  fewer.count -= 40;
  refused(good, fewer, Metric::Euclidean);
  ReferenceRows narrower = data.resident();
  narrower.columns -= 1;
  refused(good, narrower, Metric::Euclidean);
  for (u32 section = 0; section < 3; ++section) {
    Kept shorter = good;
    shorter.bytes[section].pop_back();
    refused(shorter, data.resident(), Metric::Euclidean);
    Kept other = good;
    other.names[section] = "other";
    refused(other, data.resident(), Metric::Euclidean);
    Kept less = good;
    less.bytes.erase(less.bytes.begin() + section);
    less.names.erase(less.names.begin() + section);
    refused(less, data.resident(), Metric::Euclidean);
  }
  for (f64 scale : {0.0, -1.0, 3.0, 0x1p1020, std::numeric_limits<f64>::quiet_NaN()}) {
    Kept scaled = good;
    scaled.set(0, 4, scale);
    refused(scaled, data.resident(), Metric::Euclidean);
  }
  Kept moved = good;
  moved.set(0, 7, std::numeric_limits<f64>::infinity());
  refused(moved, data.resident(), Metric::Euclidean);
  Kept changed = good;
  changed.set(1, 0, 1.5);  // a value of a panel
  refused(changed, data.resident(), Metric::Euclidean);
}

}  // namespace
}  // namespace spillway
