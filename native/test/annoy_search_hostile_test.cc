// Ten thousand files that are wrong in some way: whatever they hold, opening, searching and checking them ends, with an
// answer or with an error that names the file.
#include <cmath>

#include "annoy/annoy_items.h"
#include "annoy/annoy_searcher.h"
#include "annoy/check_task.h"
#include "test/annoy_index_harness.h"
#include "test/check.h"

namespace spillway {
namespace {

using namespace annoy_test;

constexpr u32 kFiles = 10'000;

// A number as someone might put it where another belongs.
u32 strange(Draw& draw, const Index& index) {
  const u32 numbers[] = {0,
                         1,
                         2,
                         ~u32{0},
                         u32{1} << 31,
                         (u32{1} << 31) - 1,
                         index.items() - 1,
                         index.items(),
                         index.items() + 1,
                         index.nodes() - 1,
                         index.nodes(),
                         index.nodes() + 1,
                         index.layout().capacity,
                         index.layout().capacity + 1,
                         draw(index.nodes()),
                         draw(1 << 30)};
  return numbers[draw(std::size(numbers))];
}

void spoil_once(Index& index, Draw& draw) {
  const AnnoyLayout& layout = index.layout();
  const u32 tree = index.items() + draw(index.nodes() - index.items());
  const u32 any = draw(2) == 0 ? tree : draw(index.nodes());
  std::vector<u8>& bytes = index.bytes;
  switch (draw(9)) {
    case 0: bytes[draw(static_cast<u32>(bytes.size()))] ^= static_cast<u8>(1 << draw(8)); break;
    case 1: bytes[draw(static_cast<u32>(bytes.size()))] = static_cast<u8>(draw(256)); break;
    case 2: index.set<u32>(any, 0, strange(draw, index)); break;
    case 3: index.set<u32>(tree, layout.children_at + 4 * draw(2), strange(draw, index)); break;
    case 4: index.set<u32>(tree, layout.children_at + 4 * draw(layout.capacity), strange(draw, index)); break;
    case 5: index.set<u32>(any, 4 * draw(layout.node_bytes / 4), strange(draw, index)); break;
    case 6: index.set<f32>(any, 4 * draw(layout.node_bytes / 4), draw(2) == 0 ? NAN : INFINITY); break;
    case 7: {  // ways that meet: two children are the same, or the node before
      const u32 child = draw(2) == 0 ? tree - 1 : tree;
      index.set<u32>(tree, layout.children_at, child);
      index.set<u32>(tree, layout.children_at + 4, child);
      break;
    }
    default: {  // a node over another
      const u32 from = draw(index.nodes());
      std::vector<u8> node(bytes.begin() + from * layout.node_bytes, bytes.begin() + (from + 1) * layout.node_bytes);
      std::copy(node.begin(), node.end(), bytes.begin() + any * layout.node_bytes);
    }
  }
}

void resize(Index& index, Draw& draw) {
  const u32 node = index.layout().node_bytes;
  std::vector<u8>& bytes = index.bytes;
  switch (draw(5)) {
    case 0: bytes.resize(draw(static_cast<u32>(bytes.size()))); break;
    case 1: bytes.resize(std::size_t{draw(index.nodes())} * node); break;
    case 2: bytes.resize(bytes.size() + std::size_t{1 + draw(20)} * node, static_cast<u8>(draw(256))); break;
    case 3: bytes.insert(bytes.begin(), std::size_t{1 + draw(3)} * node, 1); break;
    default: bytes.erase(bytes.begin(), bytes.begin() + std::size_t{1 + draw(3)} * node); break;
  }
}

// Every split names the one before it twice: more ways than anyone could go.
void tangle(Index& index) {
  for (u32 id = index.items() + 1; id < index.nodes(); ++id) {
    index.set<u32>(id, 0, index.items());
    index.set<u32>(id, index.layout().children_at, id - 1);
    index.set<u32>(id, index.layout().children_at + 4, id - 1);
  }
}

// How many of the three steps went through.
u32 try_all(const AnnoyOpenOptions& options, const std::vector<f64>& queries) {
  u32 through = 0;
  std::shared_ptr<const AnnoyFile> file;
  const auto attempt = [&](auto call) {
    try {
      call();
      through += 1;
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Format);
      CHECK(std::string(error.what()).find(options.path) != std::string::npos);
    }
  };
  attempt([&] { file = AnnoyFile::open(options); });
  if (file == nullptr) return through;
  for (const u64 search_k : {u64{40}, u64{1} << 40}) {
    attempt([&] {
      constexpr u32 k = 3;
      const u32 count = static_cast<u32>(queries.size() / options.dimension);
      AnnoySearcher searcher(file, k, search_k);
      std::vector<u32> ids(count * k), counts(count);
      std::vector<f64> distances(count * k);
      searcher.search(queries.data(), count, nullptr, ids.data(), distances.data(), counts.data());
      for (u32 q = 0; q < count; ++q) {
        CHECK(counts[q] <= k);
        for (u32 i = 0; i < counts[q]; ++i) CHECK(ids[q * k + i] < file->items() && !std::isnan(distances[q * k + i]));
      }
    });
  }
  attempt([&] {
    std::vector<f32> rows(std::size_t{file->items()} * options.dimension);
    AnnoyItems(file).read_single(0, file->items(), rows.data());
  });
  AnnoyCheckWork check(file, 2);
  u32 step = 0;
  for (u32 parts; (parts = check.begin_step(step)) != 0; ++step) {
    for (u32 part = 0; part < parts; ++part) check.run_part(step, part);
  }
  CHECK(check.findings.problems.size() <= AnnoyFindings::kMostProblems);
  CHECK_EQ(check.findings.count == 0, check.findings.problems.empty());
  return through;
}

TEST(ten_thousand_spoilt_files_do_no_harm) {
  Draw draw{2026};
  const IndexPath path;
  u32 files = 0, whole = 0, refused = 0;
  for (u32 shape_number = 0; files < kFiles; ++shape_number) {
    IndexShape shape = {.metric = kMetrics[shape_number % 5], .dimension = 1 + draw(8), .items = 1 + draw(60)};
    shape.trees = 1 + draw(3);
    shape.hole_every = draw(4) == 0 ? 3 : 0;
    shape.old_dot = shape.metric == AnnoyMetric::Dot && draw(2) == 0;
    shape.seed = shape_number;
    const Index right(shape);
    std::vector<f64> queries;
    for (u32 q = 0; q < 2; ++q) {
      const std::vector<f64> query = some_query(shape, draw);
      queries.insert(queries.end(), query.begin(), query.end());
    }
    const AnnoyOpenOptions options = opening(shape, path.path());
    path.write(right.bytes);
    CHECK_EQ(try_all(options, queries), 4u);
    for (u32 i = 0; i < 100 && files < kFiles; ++i, ++files) {
      Index index = right;
      for (u32 times = 1 + draw(3); times > 0; --times) spoil_once(index, draw);
      if (draw(4) == 0) resize(index, draw);
      if (draw(50) == 0) tangle(index);
      path.write(index.bytes);
      const u32 through = try_all(options, queries);
      whole += through == 4;
      refused += through == 0;
    }
  }
  // Both happen often, or the files are not what they are meant to be.
  CHECK(whole > kFiles / 10);
  CHECK(refused > kFiles / 10);
}

TEST(tangled_trees_are_left_early) {
  for (const AnnoyMetric metric : kMetrics) {
    const IndexShape shape = {.metric = metric, .dimension = 3, .items = 500, .trees = 2};
    Index index(shape);
    tangle(index);
    // All splits but the first node, which they come down to after 2^(nodes) ways.
    for (u32 j = 0; j < 3 && metric != AnnoyMetric::Hamming; ++j) {
      for (u32 id = index.items(); id < index.nodes(); ++id) index.set<f32>(id, index.layout().vector_at + 4 * j, 0);
    }
    const IndexPath path(index.bytes);
    CHECK(try_all(opening(shape, path.path()), {1, 0, 1}) < 4);
  }
}

}  // namespace
}  // namespace spillway
