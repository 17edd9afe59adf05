// A tree from a file answers as it did; one that is not what it should be is refused.
#include <cstring>

#include "engine/error.h"
#include "test/tree_points.h"

namespace spillway {
namespace {

// The sections of an index, copied to an address that nothing is aligned to.
struct Kept {
  explicit Kept(const SearchIndex& index) {
    for (const IndexSection& section : index.sections()) {
      bytes.emplace_back(section.bytes + 1);
      if (section.bytes != 0) std::memcpy(bytes.back().data() + 1, section.data, section.bytes);
      names.push_back(section.name);
    }
  }
  std::vector<IndexSection> sections() const {
    std::vector<IndexSection> all;
    for (std::size_t i = 0; i < bytes.size(); ++i) all.push_back({names[i], bytes[i].data() + 1, bytes[i].size() - 1});
    return all;
  }
  u32 place(std::size_t i) const {
    u32 value;
    std::memcpy(&value, bytes[0].data() + 1 + 4 * i, 4);
    return value;
  }
  void set_place(std::size_t i, u32 value) { std::memcpy(bytes[0].data() + 1 + 4 * i, &value, 4); }
  std::vector<std::vector<u8>> bytes;
  std::vector<std::string> names;
};

std::unique_ptr<SearchIndex> restored(const ReferenceRows& rows, const Kept& kept) {
  return tree_method().restore({}, rows, kept.sections(), nullptr);
}

TEST(answers_are_those_of_the_tree_that_was_kept) {
  for (bool single : {true, false}) {
    for (u32 count : {0u, 1u, 32u, 1000u}) {
      CloudRows cloud(cloud_points(Cloud::Even, count, 3, 4), 3, single);
      auto tree = built("tree", {}, cloud.rows);
      auto again = restored(cloud.rows, Kept(*tree));
      std::vector<f64> queries = cloud_points(Cloud::Even, 30, 3, 5);
      QueryRows asked;
      asked.rows = queries.data();
      asked.count = 30;
      CHECK(nearest_found(*again, asked, {0, count}, 5) == nearest_found(*tree, asked, {0, count}, 5));
      CHECK(within_found(*again, asked, {0, count}, 0.4, true) == within_found(*tree, asked, {0, count}, 0.4, true));
    }
  }
}

TEST(an_order_that_does_not_fit_the_rows_is_refused) {
  CloudRows cloud(cloud_points(Cloud::Even, 100, 2, 4), 2, true);
  auto tree = built("tree", {}, cloud.rows);
  const Kept good(*tree);
  const auto refused = [&](auto change) {
    Kept bad = good;
    change(bad);
    CHECK_THROWS(restored(cloud.rows, bad), Error, CHECK(error.code() == ErrorCode::Format));
  };
  refused([](Kept& bad) { bad.set_place(0, 100); });
  refused([](Kept& bad) { bad.set_place(0, ~u32{0}); });
  refused([](Kept& bad) { bad.set_place(3, bad.place(4)); });
  refused([](Kept& bad) { bad.set_place(101, 5); });
  refused([](Kept& bad) { bad.bytes[0].pop_back(); });
  refused([](Kept& bad) { bad.bytes[0].resize(1); });
  refused([](Kept& bad) { bad.names[0] = "boxes"; });
  refused([](Kept& bad) { bad.names.clear(), bad.bytes.clear(); });
  std::vector<u64> skipped = {u64{1} << good.place(7) % 64, 0};
  if (good.place(7) >= 64) std::swap(skipped[0], skipped[1]);
  cloud.rows.skipped = skipped.data();
  refused([](Kept&) {});
}

}  // namespace
}  // namespace spillway
